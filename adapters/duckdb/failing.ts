/**
 * Rows that fail go to `ops.quarantine`, a record a failing column, each with its reason and the row as it came, or as it
 * may be shown.
 */

import { whyUnsound } from '../../core/plans/failing.ts';
import type { LoadPlan } from '../../core/plans/load-plan.ts';
import { RECORDS } from '../../core/plans/records.ts';
import type { Database } from './database.ts';
import { quoted, text, textName } from './names.ts';
import { reasonNames } from './redact.ts';
import { layoutsOf, recordColumns, type StagedFile, texts, values } from './stage.ts';

/**
 * Makes the temporary table `failing` (file_no, row_number, raw, column_name, reason, value: the column's text where it may
 * be kept, is_typed: whether it gave a value nevertheless) for every file of `files`.
 *
 * @returns whether any row fails
 */
export async function collectFailing(
  database: Database,
  plan: LoadPlan,
  files: readonly StagedFile[],
): Promise<boolean> {
  await database.run(`CREATE OR REPLACE TEMP TABLE failing (
    file_no INTEGER, row_number BIGINT, raw VARCHAR, column_name VARCHAR, reason VARCHAR, value VARCHAR, is_typed BOOLEAN)`);
  const bad = await database.rows<{ file_no: number; careful: boolean }>(
    'SELECT file_no, careful FROM files WHERE rows_bad > 0',
  );
  const read = new Set(bad.filter(({ careful }) => !careful).map(({ file_no }) => file_no));
  for (const layout of layoutsOf(files.filter(({ fileNo }) => read.has(fileNo)))) {
    const numbers = layout.files.map(({ fileNo }) => fileNo).join(', ');
    const field = (index: number) => `list_extract(_fields, ${index + 1})`;
    const kept = reasonNames(plan)
      .map((name) => `, ${name}`)
      .join('');
    const records = `SELECT staged._file_no, staged.rowid - files.first_row + 1 AS _row_number, _raw${kept}, ${RECORDS.duckdb.fields('_raw')} AS _fields
      FROM staged JOIN files ON files.file_no = staged._file_no WHERE _raw IS NOT NULL AND staged._file_no IN (${numbers})`;
    const typed = `SELECT *, ${values(plan).join(', ')} FROM (
      SELECT _file_no, _row_number, _raw${kept}, ${texts(plan, layout.header, field).join(', ')} FROM (${records}))`;
    await database.run(`CREATE OR REPLACE TEMP TABLE bad_rows AS ${typed}`);
    await database.run(`INSERT INTO failing ${reasons(plan, 'bad_rows')}`);
  }
  if (!bad.some(({ careful }) => careful)) return bad.length > 0;
  await database.run(
    'INSERT INTO failing SELECT _file_no, _row_number, _raw, NULL, _reason, NULL, false FROM mended WHERE _reason IS NOT NULL',
  );
  await database.run(
    `INSERT INTO failing ${reasons(plan, '(SELECT * FROM mended WHERE _reason IS NULL AND NOT _sound)')}`,
  );
  return true;
}

function reasons(plan: LoadPlan, from: string): string {
  const branches = recordColumns(plan).flatMap((column) => {
    if (column.protect !== undefined) {
      return reasonNames({ columns: [column] }).map(
        (reason) =>
          `SELECT _file_no, _row_number, _raw, ${text(column.name)} AS column_name, ${reason} AS reason, NULL AS value, false AS is_typed FROM ${from}`,
      );
    }
    const reason = whyUnsound(plan, column, textName(column.name), quoted(column.name));
    if (reason === undefined) return [];
    return [
      `SELECT _file_no, _row_number, _raw, ${text(column.name)} AS column_name, ${reason} AS reason, ${textName(column.name)} AS value,
        ${quoted(column.name)} IS NOT NULL AS is_typed FROM ${from}`,
    ];
  });
  if (branches.length === 0)
    return 'SELECT 0 AS _file_no, 0 AS _row_number, NULL AS _raw, NULL AS column_name, NULL AS reason, NULL AS value, false AS is_typed WHERE false';
  return `SELECT * FROM (${branches.join(' UNION ALL ')}) WHERE reason IS NOT NULL`;
}
