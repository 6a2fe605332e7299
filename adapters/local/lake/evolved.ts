/**
 * Columns that tables have beyond their contract: `storage.evolved` has a row for each, for good. A column is learnt in the
 * transaction of the first load that brings it, so that it is there with its values or not at all.
 */

import type { Learnt } from '../../../core/contracts/drift/evolve.ts';
import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { FileVersion } from '../../../core/ports.ts';
import type { Database } from '../../duckdb/database.ts';
import { cleanName, quoted, text } from '../../duckdb/names.ts';
import { shadowOf, storageOf, viewOf } from './catalog.ts';

/** By `schema.table`, whose schema is the data set's name with underscores. */
export const LEARNT = `SELECT replace(dataset, '-', '_') || '.' || table_name AS table_name, column_name
  FROM storage.evolved ORDER BY ALL`;

export function learntOf(rows: readonly { readonly table_name: string; readonly column_name: string }[]): Learnt {
  const learnt = new Map<string, string[]>();
  for (const { table_name, column_name } of rows) {
    learnt.set(table_name, [...(learnt.get(table_name) ?? []), column_name]);
  }
  return learnt;
}

/** The plan with those of its columns that the lake has. */
export async function asStored(database: Database, plan: LoadPlan): Promise<LoadPlan> {
  if (!plan.columns.some(({ evolved }) => evolved)) return plan;
  const known = await knownColumns(database, plan);
  return { ...plan, columns: plan.columns.filter(({ name, evolved }) => !evolved || known.has(name)) };
}

/**
 * Gives the table the columns that these files bring; belongs into the transaction of their load.
 *
 * @returns the plan as it is stored now, and the names of new columns
 */
export async function learn(
  database: Database,
  plan: LoadPlan,
  files: readonly FileVersion[],
): Promise<{ readonly plan: LoadPlan; readonly learnt: readonly string[] }> {
  const evolved = plan.columns.filter((column) => column.evolved).map(({ name }) => name);
  if (evolved.length === 0) return { plan, learnt: [] };
  const known = await knownColumns(database, plan);
  const brought = new Set(files.flatMap(({ header }) => header));
  const learnt = evolved.filter((name) => !known.has(name) && brought.has(name));
  for (const name of learnt) {
    await database.run(
      `INSERT INTO storage.evolved VALUES (${text(plan.dataset)}, ${text(plan.table)}, ${text(name)})`,
    );
    for (const table of [storageOf(plan), shadowOf(plan)]) {
      await database.run(`ALTER TABLE ${table} ADD COLUMN ${quoted(name)} VARCHAR`);
    }
  }
  const stored = await asStored(database, plan);
  if (learnt.length > 0) {
    await database.run(viewOf(stored));
    // It is no longer as it was defined.
    await database.run(`DELETE FROM storage.definitions WHERE name = ${text(`table ${cleanName(plan)}`)}`);
  }
  return { plan: stored, learnt };
}

async function knownColumns(database: Database, plan: LoadPlan): Promise<ReadonlySet<string>> {
  const rows = await database.rows<{ column_name: string }>(`SELECT column_name FROM storage.evolved
    WHERE dataset = ${text(plan.dataset)} AND table_name = ${text(plan.table)}`);
  return new Set(rows.map(({ column_name }) => column_name));
}
