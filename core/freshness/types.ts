/** What a contract promises of its data: how new it is, and what is only said to people. */

export type ServiceValue = string | number | boolean;

/** A table whose newest file counts, or a column whose newest value does. */
export interface Watched {
  readonly table: string;
  /** Null where files count. */
  readonly column: string | null;
}

export interface ServiceLevel {
  /** In the standard's spelling: `latency`, `retention` … */
  readonly property: string;
  readonly value: ServiceValue;
  readonly unit?: string;
  /** As it is written. */
  readonly element?: string;
  /** Of the contract file, from 1. */
  readonly line: number;
  /** Null where nothing is checked. */
  readonly check: { readonly watched: readonly Watched[]; readonly withinMs: number } | null;
}

/** How a promise stands at a time. */
export interface Freshness {
  readonly dataset: string;
  /** `table` or `table.column`; null where the whole data set is meant. */
  readonly element: string | null;
  readonly property: string;
  /** `within 1 day`; of what is not checked, its value as it is written. */
  readonly expected: string;
  /** `2026-01-31 10:00:00.000` in UTC: of the newest file or value; null where there is none, or nothing is checked. */
  readonly newest: string | null;
  /** Milliseconds past what was promised; null where that can't be told: there is none, or it is in time. */
  readonly lateMs: number | null;
  readonly status: 'late' | 'in time' | 'not checked';
  readonly file: string;
  readonly line: number;
}
