import type { ColumnType } from '../../contracts/types.ts';
import type { ResultColumn, ResultTable, Value } from '../../tabular.ts';
import { numberOf, requireColumns } from '../method.ts';
import type { Clustering } from '../types.ts';
import type { NamedColumn } from './correlation.ts';

/** What an analysis needs of its input, with the rows in one order however they came. */
export interface FeatureTable {
  readonly keyColumns: readonly ResultColumn[];
  /** By row that has all features: its key. */
  readonly keys: readonly (readonly Value[])[];
  /** By feature, its values in those rows, in the input's units. */
  readonly features: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** By candidate, its values in all rows of the input. */
  readonly candidates: readonly NamedColumn[];
  readonly rowsLeftOut: number;
}

const NUMERIC: ReadonlySet<ColumnType> = new Set(['integer', 'bigint', 'double']);

interface IndexedColumn extends ResultColumn {
  readonly index: number;
}

/**
 * @throws LandfallError naming every column that the input lacks (`unknown-column`) and every feature or candidate that
 * isn't numeric (`column-not-numeric`)
 */
export function readFeatures(analysis: Clustering, input: ResultTable): FeatureTable {
  const byName = new Map(input.columns.map((column, index) => [column.name, { ...column, index }]));
  const { key, features, candidates } = analysis.columns;
  requireColumns(analysis, readsOf(analysis), input.columns);

  const pick = (names: readonly string[]) => names.flatMap((name) => byName.get(name) ?? []);
  const keyColumns = pick(key);
  const featureColumns = pick(features);
  const candidateColumns = pick(candidates);
  const rows = sortRows(input.rows, [...keyColumns, ...featureColumns, ...candidateColumns]);
  const usable = rows.filter((row) => featureColumns.every(({ index }) => numberOf(row[index] ?? null) !== null));
  return {
    keyColumns: keyColumns.map(({ name, type }) => ({ name, type })),
    keys: usable.map((row) => keyColumns.map(({ index }) => row[index] ?? null)),
    features: featureColumns.map(({ name, index }) => ({
      name,
      values: usable.flatMap((row) => numberOf(row[index] ?? null) ?? []),
    })),
    candidates: candidateColumns.map(({ name, index }) => ({
      name,
      values: rows.map((row) => numberOf(row[index] ?? null)),
    })),
    rowsLeftOut: rows.length - usable.length,
  };
}

export function readsOf({ columns: { key, features, candidates } }: Clustering) {
  return { numbers: [...new Set([...features, ...candidates])], others: key };
}

/** By the columns in turn; equal in all of them, rows are interchangeable. */
function sortRows(rows: ResultTable['rows'], columns: readonly IndexedColumn[]): ResultTable['rows'] {
  return [...rows].sort((a, b) => {
    for (const { index, type } of columns) {
      const order = compareValues(a[index] ?? null, b[index] ?? null, NUMERIC.has(type));
      if (order !== 0) return order;
    }
    return 0;
  });
}

/** Nulls first; text by code unit, which unlike a locale's order is the same everywhere. */
function compareValues(a: Value, b: Value, numeric: boolean): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  const order = numeric ? compareOrdered(Number(a), Number(b)) : 0;
  return order !== 0 ? order : compareOrdered(String(a), String(b));
}

function compareOrdered<T extends string | number>(a: T, b: T): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}
