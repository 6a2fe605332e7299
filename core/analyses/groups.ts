/**
 * What the methods that go group by group share. Their questions carry the groups' columns under their own names: what else
 * has a name there begins with _, as no group's does, or is a column of the result, as which no group may be named.
 */

import type { ResultColumn, ResultTable, Value } from '../tabular.ts';
import { counted } from '../words.ts';
import { type Answered, answered } from './method.ts';
import { column } from './sql.ts';

/** `ORDER BY` of the groups and what else tells rows apart, or nothing. */
export function orderOf(group: readonly string[], more: readonly string[] = []): string {
  const by = [...group.map((name) => `${column(name)} NULLS LAST`), ...more];
  return by.length === 0 ? '' : `ORDER BY ${by.join(', ')}`;
}

export function groupColumns(group: readonly string[], columns: readonly ResultColumn[]): ResultColumn[] {
  return group.map((name) => ({ name, type: columns.find((one) => one.name === name)?.type ?? 'string' }));
}

export interface Grouped {
  /** Those of a whole group: rows in which a column of the group is null belong to none. */
  readonly rows: readonly Answered[];
  readonly keyOf: (row: Answered) => Readonly<Record<string, Value>>;
  /** A line for the log, with what belongs to no group. */
  readonly note: (line: string) => string;
}

/** @param answer with a column `_rows_read`; @param times how often each row of the input is counted */
export function byGroup(group: readonly string[], answer: ResultTable, times = 1): Grouped {
  const all = answered(answer);
  const isWhole = (row: Answered) => group.every((name) => row.value(name) !== null);
  const ungrouped = all.filter((row) => !isWhole(row)).reduce((sum, row) => sum + row.count('_rows_read'), 0) / times;
  return {
    rows: all.filter(isWhole),
    keyOf: (row) => Object.fromEntries(group.map((name) => [name, row.value(name)])),
    note: (line) => (ungrouped > 0 ? `${line}; ${counted(ungrouped, 'row')} of no group left out` : line),
  };
}
