/** All that a report shows; a renderer turns it into one file. */

import type { Panel } from '../models/types.ts';
import type { Problem } from '../problems.ts';
import type { ResultTable } from '../tabular.ts';

export interface ReportPanel {
  readonly panel: Panel;
  readonly data: ResultTable;
}

export interface ReportDataset {
  readonly dataset: string;
  readonly title: string;
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
  /** Open quarantine by dataset, table_name, source_file, column_name, reason: rows, example. */
  readonly quarantine: ResultTable;
  readonly errors: readonly Problem[];
}
