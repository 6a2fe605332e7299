/** The models and analyses of a project as one graph, checked: what reads what, and what may refresh incrementally. */

import { definitionOf } from '../analyses/methods.ts';
import { OPS_TABLES } from '../books.ts';
import { buildGraph, type Graph } from '../models/graph.ts';
import { checkIncremental, type IncrementalLegal, type IncrementalResult } from '../models/incremental.ts';
import { checkSelect, type TableReference, tableReferences } from '../models/references.ts';
import type { Model } from '../models/types.ts';
import type { Lake, Ports } from '../ports.ts';
import { LandfallError, type Problem } from '../problems.ts';
import type { Project } from '../project.ts';

export interface ModelGraph {
  readonly graph: Graph;
  /** By table: a hash of all that decides what it holds, given its inputs. */
  readonly definitions: ReadonlyMap<string, string>;
  /** By a model's table: what its SELECT reads. */
  readonly references: ReadonlyMap<string, readonly TableReference[]>;
  /** By the table of an incremental model whose inputs exist and that may refresh so. */
  readonly incremental: ReadonlyMap<string, IncrementalLegal>;
  /** Judges one model again, once its inputs exist. */
  readonly judge: (model: Model) => Promise<IncrementalResult>;
}

interface GraphPorts extends Pick<Ports, 'hasher'> {
  readonly lake: Pick<Lake, 'parse' | 'columns'>;
}

/** @throws LandfallError with every mistake: no SELECT, an unknown table, a cycle. */
export async function modelGraph(ports: GraphPorts, project: Project): Promise<ModelGraph> {
  const asts = parsedOnce(ports.lake, project);
  const references = referencesOf(project, await asts());
  const incremental = new Map<string, IncrementalLegal>();
  const models = knownGraph(ports, project, { references, incremental }, asts);
  const columns = await ports.lake.columns();
  for (const model of project.models.filter(({ materialize }) => materialize === 'incremental')) {
    const verdict = await judgement(project, asts, model, columns);
    if (verdict.legal) incremental.set(model.table, verdict);
  }
  return models;
}

/** The graph again, of what is known of it already: the engine is asked only where a model is judged again. */
export function knownGraph(
  ports: GraphPorts,
  project: Project,
  { references, incremental }: Pick<ModelGraph, 'references' | 'incremental'>,
  asts: Asts = parsedOnce(ports.lake, project),
): ModelGraph {
  const clean = cleanTables(project);
  const cleanNames = new Set([...clean.keys(), ...OPS_TABLES]);
  const built = buildGraph({ models: project.models, analyses: project.analyses, cleanTables: cleanNames, references });
  if ('problems' in built) throw new LandfallError(built.problems);
  const judge = async (model: Model) => judgement(project, asts, model, await ports.lake.columns());
  return { graph: built.graph, definitions: definitionsOf(ports, built.graph, clean), references, incremental, judge };
}

/** Syntax trees, by the model's table. */
type Asts = () => Promise<ReadonlyMap<string, unknown>>;

function parsedOnce(lake: Pick<Lake, 'parse'>, { models }: Project): Asts {
  let parsed: ReturnType<Asts> | undefined;
  const parse = async () => {
    const trees = await lake.parse(models.map(({ sql }) => sql));
    return new Map(models.map(({ table }, index) => [table, trees[index]]));
  };
  return () => {
    parsed ??= parse();
    return parsed;
  };
}

/** @throws LandfallError with every statement that is no SELECT, or whose tables can't be told */
function referencesOf({ models }: Project, asts: ReadonlyMap<string, unknown>): ModelGraph['references'] {
  const references = new Map<string, readonly TableReference[]>();
  const problems: Problem[] = [];
  for (const model of models) {
    const ast = asts.get(model.table);
    const mistakes = checkSelect(ast, model);
    problems.push(...mistakes);
    if (mistakes.length > 0) continue;
    const read = tableReferences(ast, model);
    problems.push(...read.problems);
    references.set(model.table, read.references);
  }
  if (problems.length > 0) throw new LandfallError(problems);
  return references;
}

async function judgement(
  project: Project,
  asts: Asts,
  model: Model,
  columns: ReadonlyMap<string, readonly string[]>,
): Promise<IncrementalResult> {
  const trees = await asts();
  const views = new Set(project.models.filter(({ materialize }) => materialize === 'view').map(({ table }) => table));
  return checkIncremental(model, trees.get(model.table), {
    columnsOf: (table) => columns.get(table) ?? [],
    viewOf: (table) => (views.has(table) ? trees.get(table) : undefined),
  });
}

/** Column sets, by clean table, by which models refresh: a load keeps their changed values. */
export function trackedColumns({
  graph,
  incremental,
}: ModelGraph): ReadonlyMap<string, readonly (readonly string[])[]> {
  const tracked = new Map<string, (readonly string[])[]>();
  for (const node of graph.nodes) {
    if (node.kind !== 'model') continue;
    for (const table of incremental.get(node.model.table)?.carriers ?? []) {
      const sets = tracked.get(table) ?? [];
      if (!sets.some((set) => set.join() === node.model.by.join())) sets.push(node.model.by);
      tracked.set(table, sets);
    }
  }
  return tracked;
}

/** By `schema.table`: its columns and their types. */
function cleanTables(project: Project): Map<string, string> {
  const tables = project.contracts.flatMap((contract) =>
    contract.tables.map((table): [string, string] => [
      `${contract.schema}.${table.name}`,
      table.columns.map(({ name, type }) => `${name} ${type}`).join(', '),
    ]),
  );
  return new Map(tables);
}

function definitionsOf({ hasher }: GraphPorts, graph: Graph, clean: ReadonlyMap<string, string>): Map<string, string> {
  const definitions = new Map<string, string>();
  for (const node of graph.nodes) {
    const inputs = node.reads.map((table) => clean.get(table) ?? '');
    const own =
      node.kind === 'model'
        ? [node.model.sql, node.model.materialize, node.model.by, node.model.audits]
        : definitionOf(node.analysis);
    const hash = hasher.hash(JSON.stringify([own, inputs]));
    for (const table of node.produces) definitions.set(table, hash);
  }
  return definitions;
}
