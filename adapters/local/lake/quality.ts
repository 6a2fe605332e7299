/** What quality rules found, in `ops.quality`; which rules those were, in `storage.checked`. */

import type { QualityBooks } from '../../../core/quality/types.ts';
import type { Database } from '../../duckdb/database.ts';
import { text, timestamp } from '../../duckdb/names.ts';

/** Without rules, what is kept of the table goes: nothing would ever replace it. */
export async function recordQuality(database: Database, books: QualityBooks): Promise<void> {
  const { runId, dataset, schema, table, rules, results, checkedAt } = books;
  const name = text(`${schema}.${table}`);
  const orNull = (value: string | null) => (value === null ? 'NULL' : text(value));
  await database.transaction(async () => {
    await database.run(`DELETE FROM storage.checked WHERE table_name = ${name}`);
    if (rules === '') {
      await database.run(`DELETE FROM ops.quality WHERE dataset = ${text(dataset)} AND table_name = ${text(table)}`);
      return;
    }
    await database.run(`INSERT INTO storage.checked VALUES (${name}, ${text(rules)})`);
    const rows = results.map(({ column, rule, dimension, severity, expected, observed, status }) => [
      ...[text(runId), text(dataset), text(table), orNull(column), text(rule), orNull(dimension), text(severity)],
      ...[text(expected), observed === null ? 'NULL' : String(observed), text(status), timestamp(checkedAt)],
    ]);
    if (rows.length === 0) return;
    await database.run(`INSERT INTO ops.quality VALUES ${rows.map((row) => `(${row.join(', ')})`).join(', ')}`);
  });
}

export async function checkedRules(database: Database): Promise<ReadonlyMap<string, string>> {
  const rows = await database.rows<{ table_name: string; rules_hash: string }>('SELECT * FROM storage.checked');
  return new Map(rows.map(({ table_name, rules_hash }) => [table_name, rules_hash]));
}
