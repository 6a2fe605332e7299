/** Which files have rows in a range of months, by the lineage of the rows. */

import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { RowRange } from '../../../core/ports.ts';
import type { Database } from '../../duckdb/database.ts';
import { quoted, text } from '../../duckdb/names.ts';
import { shadowOf, storageOf } from './catalog.ts';

/**
 * Every sound row of a file is in the table or its shadow. A load of which there are not as many as it read has lost some,
 * nobody knows of which months: its file is among them, too.
 *
 * @param lake the name of the database that has the rows, where it isn't the one in use
 */
export async function filesWithin(
  database: Database,
  plan: LoadPlan,
  { columns, from, until }: RowRange,
  lake?: string,
): Promise<ReadonlySet<string>> {
  const at = (table: string) => (lake === undefined ? table : `${quoted(lake)}.${table}`);
  const tables = [storageOf(plan), shadowOf(plan)];
  const stored = tables.map((table) => `SELECT _load_id, ${columns.map(quoted).join(', ')} FROM ${at(table)}`);
  const bounds = (column: string) => [
    ...(from === null ? [] : [`${quoted(column)} >= CAST(${text(from)} AS DATE)`]),
    ...(until === null ? [] : [`${quoted(column)} < CAST(${text(until)} AS DATE)`]),
  ];
  const within = columns.map((column) => `(${bounds(column).join(' AND ')})`).join(' OR ');
  const rows = await database.rows<{ source_file: string }>(`SELECT ledger.source_file
    FROM ${at('storage.ledger')} AS ledger JOIN ${at('ops.loads')} AS loads ON loads.load_id = ledger.load_id
    LEFT JOIN (SELECT _load_id, count(*) AS rows, bool_or(${within}) AS within FROM (${stored.join(' UNION ALL ')})
      GROUP BY _load_id) AS stored ON stored._load_id = ledger.load_id
    WHERE ledger.is_latest AND ledger.is_current AND ledger.dataset = ${text(plan.dataset)}
      AND ledger.table_name = ${text(plan.table)}
      AND (coalesce(within, false) OR coalesce(rows, 0) <> rows_read - rows_quarantined)`);
  return new Set(rows.map(({ source_file }) => source_file));
}
