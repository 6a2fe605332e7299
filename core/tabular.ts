/** Small results that cross from an engine into TypeScript and back: never a clean table's rows. */

import type { ColumnType } from './contracts/types.ts';

export type Value = string | number | boolean | null;

export interface ResultColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** Rows as arrays, in the order of the columns. */
export interface ResultTable {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Value[])[];
}

/**
 * A value of an engine's answer as every answer has it: numbers as numbers, dates and times as text with exactly three
 * decimals. What a number can't hold exactly stays text.
 */
export function plainValue(value: unknown, type: ColumnType): Value {
  if (value === null || value === undefined) return null;
  if (type === 'timestamp') return milliseconds(String(value));
  if (type === 'bigint' || type === 'integer') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (type === 'double') return Number(value);
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  return typeof value === 'number' ? value : JSON.stringify(value);
}

/** `2020-01-31 10:00:00` and `2020-01-31 10:00:00.123456` with exactly three decimals. */
export function milliseconds(time: string): string {
  const parts = /^(.*\d\d:\d\d:\d\d)(?:[.](\d+))?(.*)$/.exec(time);
  return parts === null ? time : `${parts[1]}.${(parts[2] ?? '').padEnd(3, '0').slice(0, 3)}${parts[3]}`;
}
