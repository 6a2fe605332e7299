/** What is told of a record that fails: why, column by column, and the record as far as it may be shown. */

import { WORDS } from './dialect.ts';
import type { LoadPlan, PlannedColumn } from './load-plan.ts';

const NOT_SHOWN = '***';

/** SQL of the reason why a column's text and value are not sound, null where they are; undefined where nothing is asked. */
export function whyUnsound(plan: LoadPlan, column: PlannedColumn, text: string, value: string): string | undefined {
  const checks = column.checks(text, value);
  if (checks.length === 0) return undefined;
  const cases = checks.map(({ fails, reason }) => `WHEN ${fails} THEN ${WORDS.literal[plan.engine](reason)}`);
  return `CASE ${cases.join(' ')} END`;
}

/**
 * SQL of a record as CSV, over its fields and the typed columns: in quotes what must be, whatever the file had in quotes;
 * protected fields in their protected form.
 */
export function shownRecord(plan: LoadPlan, header: readonly string[], field: (index: number) => string): string {
  const cells = header.map((name, index) => WORDS.csvField[plan.engine](shownField(plan, name, field(index))));
  return `concat_ws(',', ${cells.join(', ')})`;
}

function shownField({ columns, engine }: LoadPlan, header: string, field: string): string {
  const readers = columns.filter((column) => column.header === header && column.protect !== undefined);
  const [first] = readers;
  if (first === undefined) return field;
  const isDropped = readers.some(({ protect }) => protect === 'drop');
  const form = isDropped ? 'NULL' : WORDS.identifier[engine](first.name);
  return `CASE WHEN ${field} <> '' THEN coalesce(${form}, ${WORDS.literal[engine](NOT_SHOWN)}) END`;
}
