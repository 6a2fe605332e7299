/** The models and analyses of a project as one graph, checked: what reads what, and what may refresh incrementally. */

import { definitionOf } from '../analyses/methods.ts';
import { buildGraph, type Graph } from '../models/graph.ts';
import { checkIncremental, type IncrementalLegal, type IncrementalResult } from '../models/incremental.ts';
import { checkSelect, type TableReference, tableReferences } from '../models/references.ts';
import type { Model } from '../models/types.ts';
import type { Lake, Ports } from '../ports.ts';
import { LandfallError, type Problem } from '../problems.ts';
import type { Project } from '../project.ts';

/** What people and models may read of Landfall's own books. */
const OPS_TABLES = [
  'ops.drift',
  'ops.drift_values',
  'ops.loads',
  'ops.quality',
  'ops.quarantine',
  'ops.runs',
  'ops.stray_files',
];

export interface ModelGraph {
  readonly graph: Graph;
  /** By table: a hash of all that decides what it holds, given its inputs. */
  readonly definitions: ReadonlyMap<string, string>;
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
  const { lake } = ports;
  const trees = await lake.parse(project.models.map(({ sql }) => sql));
  const asts = new Map(project.models.map(({ table }, index) => [table, trees[index]]));
  const references = new Map<string, readonly TableReference[]>();
  const problems: Problem[] = [];
  for (const model of project.models) {
    const ast = asts.get(model.table);
    const mistakes = checkSelect(ast, model);
    problems.push(...mistakes);
    if (mistakes.length > 0) continue;
    const read = tableReferences(ast, model);
    problems.push(...read.problems);
    references.set(model.table, read.references);
  }
  if (problems.length > 0) throw new LandfallError(problems);
  const clean = cleanTables(project);
  const cleanNames = new Set([...clean.keys(), ...OPS_TABLES]);
  const built = buildGraph({ models: project.models, analyses: project.analyses, cleanTables: cleanNames, references });
  if ('problems' in built) throw new LandfallError(built.problems);

  const views = new Set(project.models.filter(({ materialize }) => materialize === 'view').map(({ table }) => table));
  const judge = async (model: Model, known?: ReadonlyMap<string, readonly string[]>): Promise<IncrementalResult> => {
    const columns = known ?? (await lake.columns());
    return checkIncremental(model, asts.get(model.table), {
      columnsOf: (table) => columns.get(table) ?? [],
      viewOf: (table) => (views.has(table) ? asts.get(table) : undefined),
    });
  };
  const incremental = new Map<string, IncrementalLegal>();
  const columns = await lake.columns();
  for (const model of project.models.filter(({ materialize }) => materialize === 'incremental')) {
    const verdict = await judge(model, columns);
    if (verdict.legal) incremental.set(model.table, verdict);
  }
  return { graph: built.graph, definitions: definitionsOf(ports, built.graph, clean), incremental, judge };
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
