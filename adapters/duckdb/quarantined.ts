/** Rows in quarantine, as the rows they were meant to be. */

import type { Contract, TableContract } from '../../core/contracts/types.ts';
import { editableField, isNested } from '../../core/plans/json-records.ts';
import { keptFields } from '../../core/plans/records.ts';
import { headerNames, type QuarantinedRow } from '../../core/quarantine/types.ts';
import type { ResultTable } from '../../core/tabular.ts';
import { text } from './names.ts';

/**
 * A row a record, its fields taken out of the raw row by the header that its file had.
 *
 * @param read asks `ops.quarantine`, `ops.loads` and `storage.ledger`, whose `header` is a JSON list
 */
export async function quarantinedRows(
  read: (sql: string) => Promise<ResultTable>,
  contract: Contract,
  table: TableContract,
  statuses: readonly QuarantinedRow['status'][],
): Promise<QuarantinedRow[]> {
  const names = headerNames(table);
  const isJson = table.format === 'ndjson';
  const header = isJson ? `[${names.map(text).join(', ')}]` : `from_json(header, '["VARCHAR"]')`;
  const field = (name: string) => `list_extract(fields, list_position(header, ${text(name)}))`;
  const fields = names.map((name) => (isJson ? editableField(name, 'raw', field(name)) : field(name)));
  const nested = names.map((name) => (isJson ? isNested(field(name)) : 'false'));
  const { rows } = await read(`SELECT source_file, row_number, load_id, content_hash, status, reasons, raw,
      fields IS NOT NULL, ${[...fields, ...nested].join(', ')}
    FROM (SELECT failing.*, header, content_hash,
        CASE WHEN is_record AND header IS NOT NULL THEN ${keptFields(table.format, names, 'raw')} END AS fields
      FROM (SELECT load_id, source_file, row_number, any_value(status) AS status, any_value(raw_row) AS raw,
          string_agg(coalesce(column_name || ': ', '') || reason, '; ' ORDER BY column_name) AS reasons,
          bool_and(column_name IS NOT NULL) AS is_record
        FROM ops.quarantine WHERE dataset = ${text(contract.dataset)} AND table_name = ${text(table.name)}
          AND status IN (${statuses.map(text).join(', ')})
        GROUP BY load_id, source_file, row_number) AS failing
      JOIN (SELECT load_id, content_hash FROM ops.loads) USING (load_id)
      LEFT JOIN (SELECT load_id, ${header} AS header FROM storage.ledger) USING (load_id))
    ORDER BY load_id, row_number`);
  return rows.map(([source, row, load, hash, status, reasons, raw, isRecord, ...own]) => ({
    sourceFile: String(source),
    rowNumber: Number(row),
    loadId: Number(load),
    contentHash: String(hash),
    status: status === 'replayed' ? 'replayed' : 'open',
    reasons: String(reasons),
    raw: raw === null ? null : String(raw),
    fields:
      isRecord === true ? own.slice(0, names.length).map((field) => (field === null ? null : String(field))) : null,
    nested: new Set(names.flatMap((_, place) => (own[names.length + place] === true ? [place] : []))),
  }));
}
