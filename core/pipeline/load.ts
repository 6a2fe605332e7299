/** A data set's new files become clean rows: one transaction a table. */

import type { Contract } from '../contracts/types.ts';
import type { Ports, Refusal, TableBooks } from '../ports.ts';
import type { DatasetPlan } from './plan.ts';

export interface DatasetLoad {
  readonly tables: readonly TableBooks[];
  readonly filesLoaded: number;
  readonly refusals: readonly Refusal[];
  /** Clean tables (`schema.table`) whose rows changed, and whether as a whole. */
  readonly changes: ReadonlyMap<string, 'rows' | 'all'>;
}

/** @param trackBy column sets, by clean table, by which models refresh incrementally. */
export async function loadDataset(
  ports: Ports,
  runId: string,
  dataset: DatasetPlan,
  trackBy: ReadonlyMap<string, readonly (readonly string[])[]>,
): Promise<DatasetLoad> {
  const books: TableBooks[] = [];
  const refusals: Refusal[] = [];
  const changes = new Map<string, 'rows' | 'all'>();
  let filesLoaded = 0;
  for (const { table, plan, planHash, files, refusals: refused } of dataset.tables) {
    const name = cleanTable(dataset.contract, table.name);
    if (files.length + refused.length === 0) {
      books.push({ table_name: table.name, rows_read: 0, rows_loaded: 0, rows_duplicate: 0, rows_quarantined: 0 });
      continue;
    }
    ports.progress.step('load', `${name}: ${files.length} ${files.length === 1 ? 'file' : 'files'}`);
    const batch = { runId, plan, planHash, files, refusals: refused, trackBy: trackBy.get(name) ?? [] };
    const outcome = await ports.lake.load(batch);
    books.push(outcome.books);
    refusals.push(...outcome.refusals);
    filesLoaded += outcome.filesLoaded;
    if (outcome.change !== 'none') changes.set(name, outcome.change);
  }
  return { tables: books, filesLoaded, refusals, changes };
}

export function cleanTable(contract: Contract, table: string): string {
  return `${contract.schema}.${table}`;
}
