/** What stands in `analyses.yml`, as the rest of Landfall reads it: one type a kind. */

import type { WarehouseSettings } from '../contracts/types.ts';
import type { Cell } from '../models/types.ts';

interface Common<Kind extends string, Columns, Options, Role extends string, OptionalRole extends string = never> {
  readonly dataset: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: Kind;
  readonly file: string;
  /** `schema.table` that it reads. */
  readonly input: string;
  readonly columns: Columns;
  readonly options: Options;
  /** By role, the table (without schema) that a result becomes. */
  readonly outputs: Readonly<Record<Role, string>> & Readonly<Partial<Record<OptionalRole, string>>>;
  /** Its results go to the warehouse unless it says that they don't. */
  readonly warehouse?: Pick<WarehouseSettings, 'publish'>;
}

/** k-means clusters of rows. */
export type Clustering = Common<
  'clustering',
  {
    /** Identify a row. */
    readonly key: readonly string[];
    /** What rows are clustered by; a row in which one is null is left out and counted. */
    readonly features: readonly string[];
    /** All numeric columns whose correlations are reported; includes the features. */
    readonly candidates: readonly string[];
  },
  ClusteringOptions,
  'clusters' | 'selection' | 'correlations' | 'profiles'
>;

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

/** A value of a column that tells two samples or events apart. */
export type Mark = Exclude<Cell, null>;

export interface TwoMarks {
  readonly a: Mark;
  readonly b: Mark;
  /** The level of significance. */
  readonly alpha: number;
}

/** Whether two samples have the same mean, group by group: F, then pooled or Welch. */
export type TwoSampleTest = Common<
  'two-sample test',
  {
    readonly value: string;
    /** The column that says of which sample a row is. */
    readonly sample: string;
    /** One test for each of its values; one in all where it is left out. */
    readonly group?: string;
  },
  TwoMarks,
  'tests'
>;

/** How closely pairs of columns go together: Pearson and Spearman. */
export type Correlation = Common<
  'correlation',
  {
    readonly features: readonly string[];
    /** What each feature is correlated with; every two features where it is left out. */
    readonly against?: string;
  },
  Readonly<Record<string, never>>,
  'correlations'
>;

/** Whether two events happen to the same subjects more or less often than chance would have it. */
export type EventDependence = Common<
  'event dependence',
  {
    readonly subject: string;
    /** The column that says which event happened to a row's subject. */
    readonly event: string;
  },
  TwoMarks,
  'dependence'
>;

/** Least squares of one column on another. */
export type LinearRegression = Common<
  'linear regression',
  {
    /** Identify a row. */
    readonly key: readonly string[];
    readonly x: string;
    readonly y: string;
  },
  RegressionOptions,
  'regression',
  'residuals' | 'band'
>;

export interface RegressionOptions {
  /** The x for which y is predicted; null predicts nothing. */
  readonly predict_at: number | null;
  /** Of the rows, those that a split keeps for testing. */
  readonly test_share: number;
  readonly seed: number;
}

/** Mean, spread and Student's interval of columns, group by group. */
export type Summary = Common<
  'summary',
  { readonly group: readonly string[]; readonly values: readonly string[] },
  {
    /** Of the interval about the mean, such as 0.95. */
    readonly confidence: number;
  },
  'summary'
>;

/** Rows without those beyond a percentile of their group. */
export type OutlierRemoval = Common<
  'outlier removal',
  { readonly value: string; readonly group: readonly string[] },
  {
    /** Such as 0.99; null removes nothing at that end. */
    readonly upper: number | null;
    readonly lower: number | null;
  },
  'kept' | 'thresholds'
>;

export type Analysis =
  | Clustering
  | TwoSampleTest
  | Correlation
  | EventDependence
  | LinearRegression
  | Summary
  | OutlierRemoval;
