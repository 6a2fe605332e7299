/** How results are printed. */

import { csvLine } from '../core/csv.ts';
import type { ResultTable, Value } from '../core/tabular.ts';

export type Format = 'table' | 'csv' | 'json';

export function format(table: ResultTable, as: Format): string {
  if (as === 'csv') return toCsv(table);
  return as === 'json' ? toJson(table) : toTable(table);
}

/** RFC 4180, with a header; null is empty. */
function toCsv({ columns, rows }: ResultTable): string {
  const shown = (value: Value) => (value === null ? null : cell(value));
  return [columns.map(({ name }) => name), ...rows.map((row) => row.map(shown))].map(csvLine).join('');
}

function toJson({ columns, rows }: ResultTable): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** For reading: columns aligned, numbers to the right, long texts cut. */
function toTable({ columns, rows }: ResultTable): string {
  const longest = 60;
  const show = (value: Value) => (value === null ? '' : cell(value).replace(/\s+/g, ' '));
  const cut = (text: string) => (text.length > longest ? `${text.slice(0, longest - 3)}...` : text);
  const cells = rows.map((row) => row.map((value) => cut(show(value))));
  const widths = columns.map(({ name }, index) =>
    cells.reduce((width, row) => Math.max(width, row[index]?.length ?? 0), name.length),
  );
  const right = columns.map(({ type }) => type === 'integer' || type === 'bigint' || type === 'double');
  const line = (row: readonly string[]) =>
    row
      .map((text, index) => (right[index] ? text.padStart(widths[index] ?? 0) : text.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return `${[line(columns.map(({ name }) => name)), rule, ...cells.map(line)].join('\n')}\n`;
}

/** Doubles in the shortest form that reads back the same, as JavaScript and DuckDB both have it. */
function cell(value: Exclude<Value, null>): string {
  return typeof value === 'string' ? value : String(value);
}
