/** What stands in `queries/<dataset>/`, as the rest of Landfall reads it. */

import type { WarehouseSettings } from '../contracts/types.ts';

export type Materialize = 'view' | 'full' | 'incremental';

export type Cell = string | number | boolean | null;

/** A SELECT of bad rows; it runs before the refreshed table is published. */
export interface Audit {
  readonly name: string;
  readonly sql: string;
  readonly severity: 'warn' | 'error';
}

export interface ModelTest {
  readonly name: string;
  /** By `schema.table`; columns that are left out are null. */
  readonly given: Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>>;
  /** Rows in any order; only the columns named are compared. */
  readonly expect: readonly Readonly<Record<string, Cell>>[];
}

export interface DescribedColumn {
  readonly description: string;
  readonly unit?: string;
}

export type DescribedColumns = Readonly<Record<string, DescribedColumn>>;

export interface Model {
  readonly dataset: string;
  readonly schema: string;
  readonly name: string;
  /** `schema.name`. */
  readonly table: string;
  readonly sql: string;
  readonly sqlFile: string;
  readonly file: string;
  readonly description: string;
  readonly materialize: Materialize;
  /** The columns an incremental refresh goes by; empty otherwise. */
  readonly by: readonly string[];
  readonly key: readonly string[];
  readonly columns: DescribedColumns;
  readonly audits: readonly Audit[];
  readonly tests: readonly ModelTest[];
  readonly warehouse?: WarehouseSettings;
}

/** A sentence about one row of a panel's model. */
export interface Finding {
  /** The row's values by column; any row where it is left out. */
  readonly where?: Readonly<Record<string, Cell>>;
  /** Of those rows, the one with the largest value of this column. */
  readonly most?: string;
  /** Of those rows, the one with the smallest value of this column. */
  readonly least?: string;
  /** `{column}` stands for the row's value, written for people. */
  readonly text: string;
  /** Said where there is no such row; nothing is, where it is left out. */
  readonly otherwise?: string;
}

export interface Choice {
  /** The column whose values are offered. */
  readonly field: string;
  /** What the reader chooses. */
  readonly title: string;
  /** How a value is offered, with `{column}` for any column of its first row; the value itself where left out. */
  readonly label?: string;
  /**
   * `only` shows the chosen value's rows; `emphasis` shows all, and gives the chart a parameter `chosen`: the value, or
   * null for all.
   */
  readonly show: 'only' | 'emphasis';
}

/** One chart or table of the report. */
export interface Panel {
  readonly title: string;
  /** `schema.table` whose rows it shows. */
  readonly model: string;
  /** A Vega-Lite mark, or `table` for rows without a chart. */
  readonly mark: unknown;
  readonly encoding: unknown;
  /** Vega-Lite transforms, layers and the like that a mark and an encoding alone can't say. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** What it shows and how to read it. */
  readonly note: string;
  /** What its figures come to, said from the rows themselves. */
  readonly findings?: readonly Finding[];
  /** Lets the reader choose one of a field's values. */
  readonly choice?: Choice;
  /** Where the published text and the data disagree. */
  readonly erratum?: string;
}

export interface Dashboard {
  readonly dataset: string;
  readonly title: string;
  readonly file: string;
  readonly panels: readonly Panel[];
}
