/** Rows of a model come in any order; readers and repeated runs want one. */

import type { ResultColumn, ResultTable, Value } from '../core/tabular.ts';
import { isNumeric } from './format.ts';

/**
 * The same rows, by `rank` where the model has one, then by its columns from left to right (a model's key comes
 * first): numbers by size, text by code unit, nulls last.
 */
export function inOrder(data: ResultTable): ResultTable {
  const rank = data.columns.findIndex((column) => column.name === 'rank');
  const places = [...(rank === -1 ? [] : [rank]), ...data.columns.keys()];
  const comparers = places.map((place) => comparerOf(data.columns[place], place));
  const rows = data.rows.toSorted((a, b) => firstDifference(comparers, a, b));
  return { columns: data.columns, rows };
}

type Comparer = (a: readonly Value[], b: readonly Value[]) => number;

function firstDifference(comparers: readonly Comparer[], a: readonly Value[], b: readonly Value[]): number {
  for (const compare of comparers) {
    const order = compare(a, b);
    if (order !== 0) return order;
  }
  return 0;
}

/** An engine may write a bigint as text: it still is a number. */
function comparerOf(column: ResultColumn | undefined, place: number): Comparer {
  const comparable = column !== undefined && isNumeric(column) ? Number : (value: Value) => value;
  return (a, b) => {
    const left = a[place] ?? null;
    const right = b[place] ?? null;
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return compareValues(comparable(left), comparable(right));
  };
}

function compareValues(a: Value, b: Value): number {
  if (a === null || b === null || a === b) return 0;
  return a < b ? -1 : 1;
}
