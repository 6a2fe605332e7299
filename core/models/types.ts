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
  readonly columns: Readonly<Record<string, { readonly description: string; readonly unit?: string }>>;
  readonly audits: readonly Audit[];
  readonly tests: readonly ModelTest[];
  readonly warehouse?: WarehouseSettings;
}

/** One piece of statistical work of `analyses.yml`; its results are tables. */
export interface Analysis {
  readonly dataset: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: 'clustering';
  readonly file: string;
  /** `schema.table` that it reads. */
  readonly input: string;
  readonly columns: {
    /** Identify a row. */
    readonly key: readonly string[];
    /** What rows are clustered by; a row in which one is null is left out and counted. */
    readonly features: readonly string[];
    /** All numeric columns whose correlations are reported; includes the features. */
    readonly candidates: readonly string[];
  };
  readonly options: ClusteringOptions;
  /** By role, the table (without schema) that a result becomes. */
  readonly outputs: {
    readonly clusters: string;
    readonly selection: string;
    readonly correlations: string;
    readonly profiles: string;
  };
  /** Its results go to the warehouse unless it says that they don't. */
  readonly warehouse?: Pick<WarehouseSettings, 'publish'>;
}

export interface ClusteringOptions {
  /** The k that the clusters table uses; null lets the silhouette choose. */
  readonly k: number | null;
  readonly min_k: number;
  readonly max_k: number;
  readonly seed: number;
  /** k-means++ starts for each k. */
  readonly starts: number;
  /** Pruning's advice: of two features with abs(r) above this, one would be dropped. */
  readonly max_correlation: number;
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
