/** Questions for how many rows tables have. */

import { WORDS } from './plans/dialect.ts';

/** Each is two stages of a plan on Athena, which refuses plans of too many. */
const TABLES_AT_ONCE = 40;

/** What one table of them is asked. */
export function countQuestion(table: string): string {
  const [schema = '', name = ''] = table.split('.');
  const quoted = WORDS.identifier.duckdb;
  return `SELECT ${WORDS.literal.duckdb(table)} AS table_name, count(*) AS "rows" FROM ${quoted(schema)}.${quoted(name)}`;
}

/**
 * @param tables `schema.table`, each of them once
 * @returns SELECTs whose answers together have a row a table: its name and its rows; none where there are no tables
 */
export function countQuestions(tables: readonly string[]): string[] {
  const counts = tables.map(countQuestion);
  const chunks: string[] = [];
  for (let first = 0; first < counts.length; first += TABLES_AT_ONCE) {
    chunks.push(`${counts.slice(first, first + TABLES_AT_ONCE).join(' UNION ALL ')} ORDER BY table_name`);
  }
  return chunks;
}
