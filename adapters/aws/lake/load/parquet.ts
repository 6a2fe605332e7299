/** The Parquet that DuckDB writes for other engines to read. */

import type { Database } from '../../../duckdb/database.ts';
import { quoted, text } from '../../../duckdb/names.ts';

/** For values with a negative zero: in the dictionaries of DuckDB 1.5.5 it is a zero, as in no other engine. */
export const NO_DICTIONARIES = 'DICTIONARY_SIZE_LIMIT 0';

/** @param isSigned a double among the rows may be a negative zero; else there are dictionaries, which keep files small */
export async function copyParquet(database: Database, select: string, path: string, isSigned: boolean): Promise<void> {
  const options = ['FORMAT parquet', 'COMPRESSION zstd', ...(isSigned ? [NO_DICTIONARIES] : [])];
  await database.run(`COPY (${select}) TO ${text(path)} (${options.join(', ')})`);
}

/** @param columns of the rows that `select` gives; only those of doubles are looked into */
export async function hasNegativeZero(
  database: Database,
  select: string,
  columns: readonly { readonly name: string; readonly type: string }[],
): Promise<boolean> {
  const found = columns
    .filter(({ type }) => type === 'double')
    .map(({ name }) => `coalesce(bool_or(rows.${quoted(name)} = 0 AND signbit(rows.${quoted(name)})), false)`);
  if (found.length === 0) return false;
  const rows = await database.rows<{ found: boolean }>(
    `SELECT ${found.join(' OR ')} AS found FROM (${select}) AS rows`,
  );
  return rows[0]?.found === true;
}
