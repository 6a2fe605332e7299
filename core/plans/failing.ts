/** What is told of a record that fails: why, column by column, and the record as far as it may be shown. */

import { objectTemplate } from '../contracts/format.ts';
import { WORDS } from './dialect.ts';
import { MARKS, ZERO } from './json-records.ts';
import type { LoadPlan } from './load-plan.ts';
import type { PlannedColumn } from './planned-column.ts';

const NOT_SHOWN = '***';

/** SQL of the reason why a column's text and value are not sound, null where they are; undefined where nothing is asked. */
export function whyUnsound(plan: LoadPlan, column: PlannedColumn, text: string, value: string): string | undefined {
  const checks = column.checks(text, value);
  if (checks.length === 0) return undefined;
  const cases = checks.map(({ fails, reason }) => `WHEN ${fails} THEN ${WORDS.literal[plan.engine](reason)}`);
  return `CASE ${cases.join(' ')} END`;
}

/**
 * SQL of a record as it may be shown, in its table's own format.
 *
 * @param record SQL of the record itself
 */
export function shownRecord(
  plan: LoadPlan,
  header: readonly string[],
  field: (index: number) => string,
  record: string,
): string {
  if (plan.format === 'csv') return shownLine(plan, header, field);
  return plan.isProtected ? shownObject(plan, header, field) : record;
}

/**
 * SQL of a record as CSV, over its fields and the typed columns: in quotes what must be, whatever the file had in quotes;
 * protected fields in their protected form.
 */
function shownLine(plan: LoadPlan, header: readonly string[], field: (index: number) => string): string {
  const cells = header.map((name, index) => WORDS.csvField[plan.engine](shownField(plan, name, field(index))));
  return `concat_ws(',', ${cells.join(', ')})`;
}

function shownField(plan: LoadPlan, header: string, field: string): string {
  // A column that the contract does not name may be as personal as any that it protects.
  if (plan.isProtected && header === '')
    return `CASE WHEN ${field} <> '' THEN ${WORDS.literal[plan.engine](NOT_SHOWN)} END`;
  const form = protectedForm(plan, header);
  return form === undefined ? field : `CASE WHEN ${field} <> '' THEN ${form} END`;
}

/** SQL of what is shown of a protected field that is not null; undefined where it is not protected. */
function protectedForm({ columns, engine }: LoadPlan, header: string): string | undefined {
  const readers = columns.filter((column) => column.header === header && column.protect !== undefined);
  const [first] = readers;
  if (first === undefined) return undefined;
  const isDropped = readers.some(({ protect }) => protect === 'drop');
  const form = isDropped ? 'NULL' : WORDS.identifier[engine](first.name);
  return `coalesce(${form}, ${WORDS.literal[engine](NOT_SHOWN)})`;
}

/**
 * SQL of a record of a protected table as a JSON object: the fields that columns read and no others, for what they don't
 * read may be anything. Of a list and an object nothing is shown but their kind and how many elements a list has.
 */
function shownObject(plan: LoadPlan, header: readonly string[], field: (index: number) => string): string {
  const pieces = objectTemplate(header).map((piece) =>
    typeof piece === 'string' ? WORDS.literal[plan.engine](piece) : shownValue(plan, header[piece] ?? '', field(piece)),
  );
  return pieces.join(' || ');
}

function shownValue(plan: LoadPlan, header: string, field: string): string {
  const { jsonString, literal } = WORDS;
  const form = protectedForm(plan, header);
  const own =
    form === undefined ? field : `CASE WHEN ${isMark(field)} THEN ${literal[plan.engine](NOT_SHOWN)} ELSE ${form} END`;
  const emptied = `CASE substr(${field}, 2, 1)
      WHEN '${MARKS.list}' THEN '[' || repeat('null,', CAST(substr(${field}, 3) AS INT) - 1) || CASE substr(${field}, 3) WHEN '0' THEN ']' ELSE 'null]' END
      WHEN '${MARKS.object}' THEN '{}' ELSE 'null' END`;
  const shown = jsonString[plan.engine](own);
  return `CASE WHEN ${field} IS NULL OR ${field} = '' THEN 'null'
    ${form === undefined ? `WHEN ${isMark(field)} THEN ${emptied}` : ''} ELSE ${shown} END`;
}

const isMark = (field: string) => `substr(${field}, 1, 1) = ${ZERO}`;
