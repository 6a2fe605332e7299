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
