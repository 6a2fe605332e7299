/** The lake's models on Trino: their SQL as written, refreshed in the steps that a local run took. */

import { openLocal } from '../../../cli/local.ts';
import type { Analysis } from '../../../core/analyses/types.ts';
import { type ChangedRows, rowsAmong } from '../../../core/models/changed-rows.ts';
import type { Node } from '../../../core/models/graph.ts';
import type { Model } from '../../../core/models/types.ts';
import { modelGraph } from '../../../core/pipeline/model-graph.ts';
import type { Project } from '../../../core/project.ts';
import { asReady } from '../../../core/side-by-side.ts';
import { analyseOnTrino, isComparable } from './analyses.ts';
import type { Comparator } from './compare.ts';
import { copyTable } from './iceberg.ts';
import type { Trino } from './trino.ts';

/** `lake` is a local lake that is attached. */
export interface LakeAndTrino {
  readonly trino: Trino;
  readonly lake: Comparator;
}

/** One table of the local lake that a run made anew or changed. */
export type Step = {
  readonly table: string;
  readonly reads: readonly string[];
} /** What an analysis found: by its answer there, or as it is where only another engine could find it. */ & (
  | { readonly mode: 'copy' }
  | { readonly mode: 'analysis'; readonly analysis: Analysis }
  | { readonly mode: 'view'; readonly model: Model }
  | { readonly mode: 'full'; readonly model: Model }
  | { readonly mode: 'incremental'; readonly model: Model; readonly changed: ChangedRows }
);

interface Version {
  readonly version: string;
  readonly since: string | null;
  readonly changed: ChangedRows | null;
}

/** What the product's own books say of a lake between two runs. */
export interface LakeState {
  /** After all that it reads, each. */
  readonly nodes: readonly Node[];
  readonly versions: ReadonlyMap<string, Version>;
}

/** @param state the folder of a local run */
export async function readState(state: string, project: Project): Promise<LakeState> {
  const local = await openLocal({ landing: null, state, warehouse: false });
  try {
    const { graph } = await modelGraph(local.ports, project);
    const rows = await local.database.rows<Version & { table_name: string }>('SELECT * FROM storage.versions');
    return { nodes: graph.nodes, versions: new Map(rows.map((row) => [row.table_name, row])) };
  } finally {
    await local.close();
  }
}

/**
 * What the runs between two states did, table by table, in the order in which it can be done again. Of what can't be
 * done again there is what models read.
 */
export function stepsBetween(before: LakeState | null, after: LakeState): Step[] {
  const isRead = (table: string) => after.nodes.some(({ reads }) => reads.includes(table));
  return after.nodes.flatMap((node) =>
    node.produces.flatMap((table): Step[] => {
      const [old, now] = [before?.versions.get(table), after.versions.get(table)];
      if (now === undefined || now.version === old?.version) return [];
      const { reads } = node;
      if (node.kind === 'analysis') {
        const { analysis } = node;
        if (isComparable(analysis)) return [{ mode: 'analysis', table, reads, analysis }];
        return isRead(table) ? [{ mode: 'copy', table, reads }] : [];
      }
      const { model } = node;
      if (model.materialize === 'view') return [{ mode: 'view', table, reads, model }];
      if (old === undefined || now.since !== old.version || now.changed === null)
        return [{ mode: 'full', table, reads, model }];
      return [{ mode: 'incremental', table, reads, model, changed: now.changed }];
    }),
  );
}

/** Most of a small statement's time is spent waiting for the catalog. */
export const AT_ONCE = 4;

/**
 * Each step once what it reads is there, and as many at once as do no harm; an analysis is made once for all its tables.
 *
 * @param lake the local lake, attached; the clean tables are in Trino's `awsdatacatalog` already, however they came
 */
export async function modelsOnTrino(engines: LakeAndTrino, steps: readonly Step[]): Promise<void> {
  const unmade = new Set(steps.map(({ table }) => table));
  const analyses = new Map<Analysis, Promise<void>>();
  const isReady = ({ reads }: Step) => !reads.some((table) => unmade.has(table));
  await asReady(steps, isReady, AT_ONCE, async (step) => {
    const making = (step.mode === 'analysis' ? analyses.get(step.analysis) : undefined) ?? make(engines, step);
    if (step.mode === 'analysis') analyses.set(step.analysis, making);
    await making;
    unmade.delete(step.table);
  });
}

async function make(engines: LakeAndTrino, step: Step): Promise<void> {
  const { trino } = engines;
  const { table } = step;
  if (step.mode === 'copy') await copyTable(engines, table);
  else if (step.mode === 'analysis') await analyseOnTrino(trino, step.analysis);
  else if (step.mode === 'view') await trino.run(`CREATE OR REPLACE VIEW ${table} AS ${step.model.sql}`);
  else if (step.mode === 'full') {
    await trino.run(`DROP TABLE IF EXISTS iceberg.${table}`);
    await trino.run(`CREATE TABLE iceberg.${table} AS ${step.model.sql}`);
  } else {
    const where = rowsAmong(step.model.by, step.changed);
    await trino.run(`DELETE FROM ${table} WHERE ${where}`);
    await trino.run(`INSERT INTO ${table} SELECT * FROM (${step.model.sql}) WHERE ${where}`);
  }
}
