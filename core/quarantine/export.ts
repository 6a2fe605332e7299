/** Rows in quarantine as a CSV that a person edits: where each came from and why it failed, then its own fields. */

import type { TableContract } from '../contracts/types.ts';
import { csvLine } from '../csv.ts';
import { headerNames, type QuarantinedRow } from './types.ts';

/** Columns by which an edited line finds back to its row. */
export const POSITION = ['_source_file', '_row_number', '_load_id'] as const;
export const REASONS = '_reasons';
/** The row as it came, where it is no record: too few or too many fields, a quote left open, not text. */
export const RAW = '_raw_row';

export function exportCsv(table: TableContract, rows: readonly QuarantinedRow[]): string {
  const names = headerNames(table);
  const lines = rows.map(({ sourceFile, rowNumber, loadId, reasons, raw, fields }) =>
    csvLine([
      ...[sourceFile, String(rowNumber), String(loadId), reasons],
      ...(fields ?? names.map(() => null)),
      fields === null ? raw : null,
    ]),
  );
  return [csvLine([...POSITION, REASONS, ...names, RAW]), ...lines].join('');
}
