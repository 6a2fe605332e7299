/** Rows in quarantine as a CSV that a person edits: where each came from and why it failed, then its own fields. */

import type { TableContract } from '../contracts/types.ts';
import { csvLine } from '../csv.ts';
import { exportedFields, protectedFields } from './protected.ts';
import { headerNames, type QuarantinedRow } from './types.ts';

/** Columns by which an edited line finds back to its row. */
export const POSITION = ['_source_file', '_row_number', '_load_id'] as const;
export const REASONS = '_reasons';
/** The row as it came, where it is no record: too few or too many fields, a quote left open, not text. */
export const RAW = '_raw_row';

export function exportCsv(table: TableContract, rows: readonly QuarantinedRow[]): string {
  const names = headerNames(table);
  // A broken record from before the table was protected may have anything in it.
  const isProtected = protectedFields(table).length > 0;
  const lines = rows.map((row) => {
    const { sourceFile, rowNumber, loadId, reasons, raw } = row;
    const fields = exportedFields(table, row);
    return csvLine([
      ...[sourceFile, String(rowNumber), String(loadId), reasons],
      ...(fields ?? names.map(() => null)),
      fields === null && !isProtected ? raw : null,
    ]);
  });
  return [csvLine([...POSITION, REASONS, ...names, RAW]), ...lines].join('');
}
