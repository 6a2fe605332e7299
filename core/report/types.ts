/** All that a report shows; a renderer turns it into one file. */

import type { Catalog } from '../catalog/types.ts';
import type { Panel } from '../models/types.ts';
import type { Problem } from '../problems.ts';
import type { ResultTable } from '../tabular.ts';

export interface ReportPanel {
  readonly panel: Panel;
  readonly data: ResultTable;
  /** By column, where the model says one. */
  readonly units: Readonly<Record<string, string>>;
}

export interface ReportDataset {
  readonly dataset: string;
  readonly title: string;
  /** What it is and what it is for, as its contract says. */
  readonly purpose: string;
  readonly panels: readonly ReportPanel[];
}

export interface ReportInput {
  readonly title: string;
  /** `YYYY-MM-DD HH:MM:SS` in UTC. */
  readonly generatedAt: string;
  readonly runId: string;
  readonly datasets: readonly ReportDataset[];
  /** A row a table: dataset, table_name, files, rows_read, rows_loaded, rows_duplicate, rows_quarantined. */
  readonly loads: ResultTable;
  /** Files that were refused whole: dataset, table_name, source_file, error. */
  readonly refused: ResultTable;
  /** Open quarantine by dataset, table_name, column_name, reason: files, rows. */
  readonly quarantine: ResultTable;
  /** The first few rows of each of these: dataset, table_name, column_name, reason, source_file, row_number, raw_row. */
  readonly examples: ResultTable;
  /** Of the data sets that landed. */
  readonly catalog: Catalog;
  /** The latest results, failed ones first: dataset, table_name, column_name, rule, …, expected, observed, status, checked_at. */
  readonly quality: ResultTable;
  /** How promises stand, late ones first: dataset, element, property, expected, newest, late_by, status. */
  readonly freshness: ResultTable;
  /** Columns that differ from the contract: dataset, table_name, kind, column_name, detail, suggestion, action, files, example. */
  readonly drift: ResultTable;
  /** What failed in this run. */
  readonly errors: readonly Problem[];
  /** What did not, and wants a look: refused files, audits that warn. */
  readonly warnings: readonly Problem[];
}
