/** Which rows changed, told by values of columns: what an incremental refresh goes by. */

import type { ColumnType } from '../contracts/types.ts';
import { WORDS } from '../plans/dialect.ts';
import type { ResultTable, Value } from '../tabular.ts';

/** Values of the `by` columns that changed: one list of SQL literals a row. */
export type ChangedRows = readonly (readonly string[])[];

/** The rows of these values of `by` are all that may differ from the version before. */
export interface RowChange {
  readonly by: readonly string[];
  readonly values: ChangedRows;
}

/** Past this many changed values a full refresh is as quick. */
export const MOST_CHANGED = 500;

const [quoted, text] = [WORDS.identifier.duckdb, WORDS.literal.duckdb];

/** What changes of a table by these columns are known by. */
export const changeKey = (table: string, by: readonly string[]) => `${table} by ${by.join(',')}`;

/** SQL: whether a row has one of the values. */
export function rowsAmong(by: readonly string[], changed: ChangedRows): string {
  if (changed.length === 0) return 'false';
  const column = by[0];
  // Literals, not a join: a filter on them is pushed below the model's own grouping.
  if (by.length === 1 && column !== undefined) {
    const values = changed.flatMap((row) => (row[0] === undefined || row[0] === 'NULL' ? [] : [row[0]]));
    const among = values.length === 0 ? 'false' : `${quoted(column)} IN (${values.join(', ')})`;
    return values.length === changed.length ? among : `(${among} OR ${quoted(column)} IS NULL)`;
  }
  const rows = changed.map(
    (row) => `(${by.map((name, index) => `${quoted(name)} IS NOT DISTINCT FROM ${row[index]}`).join(' AND ')})`,
  );
  return `(${rows.join(' OR ')})`;
}

/** The values of an answer as literals; null where there are more than `MOST_CHANGED`. */
export function changedRows({ columns, rows }: ResultTable): ChangedRows | null {
  if (rows.length > MOST_CHANGED) return null;
  return rows.map((row) => row.map((value, index) => typedLiteral(value, columns[index]?.type ?? 'string')));
}

/** Each value once; null where one of the lists is, or where together there are more than `MOST_CHANGED`. */
export function changedTogether(lists: readonly (ChangedRows | null | undefined)[]): ChangedRows | null {
  const all = new Map<string, readonly string[]>();
  for (const rows of lists) {
    if (rows === undefined || rows === null) return null;
    for (const row of rows) all.set(row.join('\u0000'), row);
  }
  return all.size > MOST_CHANGED ? null : [...all.values()];
}

function typedLiteral(value: Value, type: ColumnType): string {
  if (value === null) return 'NULL';
  if (type === 'date' || type === 'timestamp') return `CAST(${text(String(value))} AS ${type.toUpperCase()})`;
  if (type === 'integer' || type === 'bigint') return String(value);
  return literal(value);
}

/** A value as SQL; what is not finite is null. */
export function literal(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return String(value);
  return Number.isFinite(value) ? `CAST(${text(String(value))} AS DOUBLE)` : 'NULL';
}
