/** What a contract says of its data as a whole, beside what it says of each row. */

export type Metric = 'rowCount' | 'nullValues' | 'missingValues' | 'invalidValues' | 'duplicateValues';

export type Dimension =
  | 'accuracy'
  | 'completeness'
  | 'conformity'
  | 'consistency'
  | 'coverage'
  | 'timeliness'
  | 'uniqueness';

/** `error`: no model is made of the data. `warning`: the run says so. `info`: it is only shown. */
export type Severity = 'error' | 'warning' | 'info';

export type Literal = string | number | boolean;

/** What is counted. `column` is empty where the table as a whole is meant. */
export type Measure =
  | { readonly kind: 'rowCount' }
  | { readonly kind: 'nullValues'; readonly column: string }
  /** Nulls count, listed or not. */
  | { readonly kind: 'missingValues'; readonly column: string; readonly values: readonly Literal[] }
  /** Of the values that there are: null is missing, not invalid. */
  | {
      readonly kind: 'invalidValues';
      readonly column: string;
      readonly validValues?: readonly Literal[];
      readonly pattern?: string;
    }
  /** Values, or combinations of them, that more than one row has; rows with a null among them are left out. */
  | { readonly kind: 'duplicateValues'; readonly columns: readonly string[] }
  /** The first number that a SELECT gives; placeholders are filled in. */
  | { readonly kind: 'sql'; readonly query: string };

export const OPERATORS = [
  'mustBe',
  'mustNotBe',
  'mustBeGreaterThan',
  'mustBeGreaterOrEqualTo',
  'mustBeLessThan',
  'mustBeLessOrEqualTo',
  'mustBeBetween',
  'mustNotBeBetween',
] as const;

export type Operator = (typeof OPERATORS)[number];

export interface Expectation {
  readonly operator: Operator;
  /** One number, or the least and the greatest. */
  readonly bounds: readonly number[];
  /** Of the rows of the table; of SQL's number only a word. */
  readonly unit: 'rows' | 'percent';
}

export interface QualityRule {
  /** Unlike any other of the same table or column. */
  readonly name: string;
  /** Null where it is the table's. */
  readonly column: string | null;
  readonly measure: Measure;
  readonly expectation: Expectation;
  readonly dimension: Dimension | null;
  readonly severity: Severity;
  /** Of the contract file, from 1: where the rule stands. */
  readonly line: number;
}

/** What a rule found, as `ops.quality` keeps it. */
export interface QualityResult {
  readonly column: string | null;
  readonly rule: string;
  readonly dimension: Dimension | null;
  readonly severity: Severity;
  /** In words: `at most 5 percent`. */
  readonly expected: string;
  /** Null where there was no number. */
  readonly observed: number | null;
  readonly status: 'passed' | 'failed';
}

/** What the rules of one table found. */
export interface QualityBooks {
  readonly runId: string;
  readonly dataset: string;
  readonly schema: string;
  readonly table: string;
  /** A hash of the rules; empty where there are none any more. */
  readonly rules: string;
  readonly results: readonly QualityResult[];
  /** Milliseconds since 1970, UTC. */
  readonly checkedAt: number;
}

/** A rule that fails, whichever run found it. */
export interface FailedRule extends QualityResult {
  readonly dataset: string;
  readonly table: string;
}

/** By the `schema.table` of a table with rules: that table, and those that its SQL rules read. */
export type RuleReads = ReadonlyMap<string, ReadonlySet<string>>;
