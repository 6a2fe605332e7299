import type { Analysis } from '../analyses/types.ts';
import type { Problem } from '../problems.ts';
import { didYouMean } from '../yaml/nearest.ts';
import type { TableReference } from './references.ts';
import type { Model } from './types.ts';

interface NodeBase {
  /** For messages: a model's table, or `analysis schema.name`. */
  readonly name: string;
  /** `schema.table` each, sorted. */
  readonly reads: readonly string[];
  readonly produces: readonly string[];
  /** 0 reads clean tables only; otherwise one more than the highest layer it reads. */
  readonly layer: number;
}

export type Node =
  | (NodeBase & { readonly kind: 'model'; readonly model: Model })
  | (NodeBase & { readonly kind: 'analysis'; readonly analysis: Analysis });

export interface Graph {
  /** Each after all that it reads: by layer, then by name. */
  readonly nodes: readonly Node[];
}

export interface GraphInput {
  readonly models: readonly Model[];
  readonly analyses: readonly Analysis[];
  /** `schema.table` each: what contracts make, and the tables of `ops`. */
  readonly cleanTables: ReadonlySet<string>;
  /** By a model's table: what its SQL reads. */
  readonly references: ReadonlyMap<string, readonly TableReference[]>;
}

export type GraphResult = { readonly graph: Graph } | { readonly problems: readonly Problem[] };

/**
 * Models and analyses as one directed acyclic graph in the order in which they can be refreshed. The order depends
 * on the names alone, not on the order of the input.
 *
 * Problems: `unknown-table`, `two-producers`, `cycle`.
 */
export function buildGraph(input: GraphInput): GraphResult {
  const drafts = [...input.models.map((model) => modelDraft(model, input)), ...input.analyses.map(analysisDraft)].sort(
    byName,
  );
  const producers = new Map(drafts.flatMap((draft) => draft.produces.map((table) => [table, draft] as const)));
  const problems = [...producerProblems(drafts, input.cleanTables), ...unknownTables(drafts, producers, input)];
  if (problems.length > 0) return { problems };
  const layers = layersOf(drafts, producers);
  const cycle = cycleProblem(drafts, producers, layers);
  if (cycle !== undefined) return { problems: [cycle] };
  const nodes = drafts.map((draft): Node => ({ ...draft, layer: layers.get(draft) ?? 0 }));
  return { graph: { nodes: nodes.sort((a, b) => a.layer - b.layer || byName(a, b)) } };
}

/** What changed tables touch and no more: every node that reads one of them or what such a node makes, in order. */
export function affected(graph: Graph, changedTables: ReadonlySet<string>): readonly Node[] {
  const changed = new Set(changedTables);
  return graph.nodes.filter((node) => {
    if (!node.reads.some((table) => changed.has(table))) return false;
    for (const table of node.produces) changed.add(table);
    return true;
  });
}

type Draft = Node extends infer N ? (N extends Node ? Omit<N, 'layer'> : never) : never;

/** The file to mend where a node is wrong. */
function fileOf(draft: Draft): string {
  return draft.kind === 'model' ? draft.model.sqlFile : draft.analysis.file;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}

function modelDraft(model: Model, input: GraphInput): Draft {
  const references = input.references.get(model.table) ?? [];
  const reads = [...new Set(references.map((reference) => `${reference.schema}.${reference.table}`))].sort();
  return { kind: 'model', model, name: model.table, reads, produces: [model.table] };
}

function analysisDraft(analysis: Analysis): Draft {
  const produces = Object.values(analysis.outputs)
    .map((table) => `${analysis.schema}.${table}`)
    .sort();
  const name = `analysis ${analysis.schema}.${analysis.name}`;
  return { kind: 'analysis', analysis, name, reads: [analysis.input], produces };
}

function producerProblems(drafts: readonly Draft[], cleanTables: ReadonlySet<string>): readonly Problem[] {
  const makers = new Map<string, string>([...cleanTables].map((table) => [table, 'a contract']));
  const problems: Problem[] = [];
  for (const draft of drafts) {
    for (const table of draft.produces) {
      const other = makers.get(table);
      if (other === undefined) makers.set(table, fileOf(draft));
      else {
        const message = `"${table}" is made twice: here and by ${other}`;
        problems.push({ code: 'two-producers', message, file: fileOf(draft), hint: 'rename one of them' });
      }
    }
  }
  return problems;
}

function unknownTables(
  drafts: readonly Draft[],
  producers: ReadonlyMap<string, Draft>,
  input: GraphInput,
): readonly Problem[] {
  const known = [...new Set([...input.cleanTables, ...producers.keys()])].sort();
  return drafts.flatMap((draft) =>
    draft.reads
      .filter((table) => !input.cleanTables.has(table) && !producers.has(table))
      .map((table) => ({
        code: 'unknown-table',
        message: `unknown table "${table}"${didYouMean(
          table,
          known.filter((name) => !draft.produces.includes(name)),
        )}`,
        file: fileOf(draft),
        ...placeOfReference(draft, table, input),
      })),
  );
}

function placeOfReference(draft: Draft, table: string, input: GraphInput): { line?: number; column?: number } {
  const reference = (input.references.get(draft.name) ?? []).find(({ schema, table: t }) => `${schema}.${t}` === table);
  return {
    ...(reference?.line === undefined ? {} : { line: reference.line }),
    ...(reference?.column === undefined ? {} : { column: reference.column }),
  };
}

/** The length of the longest way from the clean tables; what lies on or behind a cycle has none. */
type Layers = ReadonlyMap<Draft, number>;

function layersOf(drafts: readonly Draft[], producers: ReadonlyMap<string, Draft>): Layers {
  const layers = new Map<Draft, number>();
  let waiting = drafts;
  while (waiting.length > 0) {
    const ready = waiting.filter((draft) => inputsOf(draft, producers).every((below) => layers.has(below)));
    if (ready.length === 0) break;
    const found = ready.map((draft) => {
      const below = inputsOf(draft, producers).map((input) => layers.get(input) ?? 0);
      return [draft, 1 + Math.max(-1, ...below)] as const;
    });
    for (const [draft, layer] of found) layers.set(draft, layer);
    waiting = waiting.filter((draft) => !layers.has(draft));
  }
  return layers;
}

function inputsOf(draft: Draft, producers: ReadonlyMap<string, Draft>): readonly Draft[] {
  return draft.reads.map((table) => producers.get(table)).filter((producer) => producer !== undefined);
}

/** Names a cycle in full: from a node without a layer, following inputs without one must come round. */
function cycleProblem(
  drafts: readonly Draft[],
  producers: ReadonlyMap<string, Draft>,
  layers: Layers,
): Problem | undefined {
  const path: Draft[] = [];
  let next = drafts.find((draft) => !layers.has(draft));
  while (next !== undefined && !path.includes(next)) {
    path.push(next);
    next = inputsOf(next, producers).find((draft) => !layers.has(draft));
  }
  if (next === undefined) return undefined;
  const cycle = fromSmallest(path.slice(path.indexOf(next)));
  const [first] = cycle;
  if (first === undefined) return undefined;
  const names = [...cycle, first].map(({ name }) => name).join(' reads ');
  return { code: 'cycle', message: `models read each other in a circle: ${names}`, file: fileOf(first) };
}

/** The same cycle begun at its first name, so that its message doesn't depend on where the search began. */
function fromSmallest(cycle: readonly Draft[]): readonly Draft[] {
  const [smallest] = [...cycle].sort(byName);
  const start = smallest === undefined ? 0 : cycle.indexOf(smallest);
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}
