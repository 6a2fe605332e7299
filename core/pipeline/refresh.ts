/** Models and analyses follow what was loaded: in their order, each by as little as it needs, and no others. */

import type { Node } from '../models/graph.ts';
import { planRefresh, type RefreshStep } from '../models/refresh.ts';
import type { Analysis } from '../models/types.ts';
import type { Ports, RefreshMode } from '../ports.ts';
import { LandfallError, type Problem } from '../problems.ts';
import type { ModelGraph } from './model-graph.ts';

export interface NodeTime {
  /** A model's table, or `analysis schema.name`. */
  readonly name: string;
  readonly mode: RefreshMode | 'analysis';
  /** Milliseconds. */
  readonly elapsed: number;
  readonly note?: string;
}

export interface Refreshed {
  readonly times: readonly NodeTime[];
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * A node that fails leaves its table as it was; what reads it is left alone too, and the rest goes on.
 *
 * @param changes clean tables whose rows changed
 * @param full refreshes everything, whatever changed
 */
export async function refresh(
  ports: Ports,
  models: ModelGraph,
  changes: ReadonlyMap<string, 'rows' | 'all'>,
  full: boolean,
): Promise<Refreshed> {
  const { lake } = ports;
  const made = await lake.models();
  for (const table of made.keys()) if (!models.definitions.has(table)) await lake.drop(table);
  const existing = new Set(
    [...models.definitions].filter(([table, hash]) => !full && made.get(table) === hash).map(([table]) => table),
  );
  const steps = planRefresh({ graph: models.graph, changes, existing, incremental: models.incremental });
  // What is not made by the end of this run, for it failed or was killed, is missing for the next.
  await lake.undefine(steps.flatMap(({ node }) => node.produces));
  const [times, errors, warnings]: [NodeTime[], Problem[], Problem[]] = [[], [], []];
  const failed = new Set<string>();
  /** Analyses that compute beside the engine; who reads their results publishes them first, so that engine work has one order. */
  const pending = new Map<Node, () => Promise<NodeDone>>();
  const diskIsFull = () => errors.some(({ code }) => code === 'disk-full');
  const attempt = async (node: Node, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      errors.push(...failure(error, node));
      for (const table of node.produces) failed.add(table);
    }
  };
  const make = (node: Node, work: () => Promise<NodeDone>) =>
    attempt(node, async () => {
      const { time, notes } = await work();
      times.push(time);
      warnings.push(...notes);
      for (const table of node.produces) await lake.define(table, models.definitions.get(table) ?? '');
    });
  for (const step of steps) {
    const { node } = step;
    for (const [analysis, finish] of pending) {
      if (!analysis.produces.some((table) => node.reads.includes(table))) continue;
      pending.delete(analysis);
      await make(analysis, finish);
    }
    // Nothing that follows could be written either, and one message is enough.
    if (diskIsFull()) break;
    if (node.reads.some((table) => failed.has(table))) {
      for (const table of node.produces) failed.add(table);
      continue;
    }
    ports.progress.step('refresh', `${node.name} (${step.mode})`);
    if (step.mode !== 'analysis') await make(node, () => refreshModel(ports, models, step));
    else {
      const { analysis, name } = step.node;
      await attempt(node, async () => void pending.set(node, await analyse(ports, analysis, name)));
    }
  }
  for (const [analysis, finish] of pending) if (!diskIsFull()) await make(analysis, finish);
  return { times, errors, warnings };
}

interface NodeDone {
  readonly time: NodeTime;
  readonly notes: readonly Problem[];
}

async function refreshModel(
  ports: Ports,
  models: ModelGraph,
  step: Exclude<RefreshStep, { mode: 'analysis' }>,
): Promise<NodeDone> {
  const { model } = step.node;
  if (model.materialize === 'incremental' && !models.incremental.has(model.table)) {
    const verdict = await models.judge(model);
    if (!verdict.legal) throw new LandfallError(verdict.problems);
  }
  const { mode, elapsed, warnings } = await ports.lake.refresh(model, step.mode, step.changedInputs);
  return { time: { name: model.table, mode, elapsed }, notes: warnings };
}

/** Starts an analysis; gives what waits for its end and publishes what it found. */
async function analyse(ports: Ports, analysis: Analysis, name: string): Promise<() => Promise<NodeDone>> {
  const started = ports.clock.now();
  const { key, features, candidates } = analysis.columns;
  const columns = [...new Set([...key, ...features, ...candidates])].map((column) => `"${column}"`);
  const order = key.map((column) => `"${column}"`).join(', ');
  const input = await ports.lake.read(`SELECT ${columns.join(', ')} FROM ${analysis.input} ORDER BY ${order}`);
  const computed = ports.analyst.cluster(analysis, input);
  // Told by whoever waits.
  computed.catch(() => undefined);
  return async () => {
    const { tables, summary } = await computed;
    const outputs = Object.entries(analysis.outputs).map(
      ([role, table]) => [table, tables[role as keyof typeof tables]] as const,
    );
    await ports.lake.publish(analysis, new Map(outputs));
    const note = [
      `k = ${summary.k} over ${summary.rows} rows`,
      ...(summary.rows_left_out === 0 ? [] : [`${summary.rows_left_out} rows left out, for a feature is unknown`]),
      ...(summary.note === null ? [] : [summary.note]),
    ].join('; ');
    return { time: { name, mode: 'analysis', elapsed: ports.clock.now() - started, note }, notes: [] };
  };
}

function failure(error: unknown, node: Node): readonly Problem[] {
  if (error instanceof LandfallError)
    return error.problems.map((problem) => ({ ...problem, message: `${node.name}: ${problem.message}` }));
  return [{ code: 'unexpected', message: `${node.name}: ${error instanceof Error ? error.message : String(error)}` }];
}
