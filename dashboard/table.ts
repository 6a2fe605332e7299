/** A result as an HTML table that scrolls in its own box. */

import type { ResultColumn, Value } from '../core/tabular.ts';
import type { Words } from './chart.ts';
import { cellFormatter, formatCount, isNumeric, labelOf, unitOf } from './format.ts';
import { escapeHtml } from './html.ts';

/** A person reads no further; the rest is a query away. */
export const MAX_TABLE_ROWS = 500;

/** A longer table scrolls. */
const ROWS_IN_SIGHT = 30;

export interface TableOptions {
  /** What the table holds, for those who do not see it. */
  readonly label: string;
  /** By column name, its heading, otherwise made from the name, its unit and words for its values. */
  readonly words?: Words;
  /** Columns whose text is set in a fixed-width font. */
  readonly code?: readonly string[];
}

/** The first 500 rows, and a sentence where there are more. The first column heads its row. */
export function renderTable(
  columns: readonly ResultColumn[],
  rows: readonly (readonly Value[])[],
  options: TableOptions,
): string {
  const shown = rows.slice(0, MAX_TABLE_ROWS);
  const cells = columns.map((column, index) => columnCells(column, shown, index, options));
  const body = shown.map((_, row) => `<tr>${cells.map((column) => column[row]).join('')}</tr>`).join('\n');
  const long = shown.length > ROWS_IN_SIGHT ? ' long' : '';
  return `<div class="table-box${long}" role="region" tabindex="0" aria-label="${escapeHtml(options.label)}">
<table>
<thead><tr>${columns.map((column) => heading(column, options)).join('')}</tr></thead>
<tbody>
${body}
</tbody>
</table>
</div>${shortened(rows.length)}`;
}

function shortened(total: number): string {
  if (total <= MAX_TABLE_ROWS) return '';
  return `\n<p class="notice">The first ${formatCount(MAX_TABLE_ROWS)} rows are listed; there are more.</p>`;
}

function heading(column: ResultColumn, options: TableOptions): string {
  const words = options.words?.get(column.name);
  const title = words?.title ?? labelOf(column.name);
  return `<th scope="col"${classes(column, options)}>${escapeHtml(title)}${unitBeside(title, unitOf(words?.unit))}</th>`;
}

/** A title that says the unit already, or its sign, needs no second one. */
function unitBeside(title: string, unit: string | undefined): string {
  if (unit === undefined || title.toLowerCase().includes(unit.toLowerCase())) return '';
  if (unit.startsWith('%') && title.includes('%')) return '';
  return ` <span class="unit">${escapeHtml(unit)}</span>`;
}

function columnCells(
  column: ResultColumn,
  rows: readonly (readonly Value[])[],
  index: number,
  options: TableOptions,
): readonly string[] {
  const open = index === 0 ? `<th scope="row"${classes(column, options)}>` : `<td${classes(column, options)}>`;
  const close = index === 0 ? '</th>' : '</td>';
  return cellTexts(column, rows, index, options.words).map((text) => open + escapeHtml(text) + close);
}

/** How the values at `index` read, with decimals that line up over these rows. */
export function cellTexts(
  column: ResultColumn,
  rows: readonly (readonly Value[])[],
  index: number,
  words?: Words,
): readonly string[] {
  const values = rows.map((row) => row[index] ?? null);
  const { labels, unit } = words?.get(column.name) ?? {};
  const format = cellFormatter(column, values, unit);
  return values.map((value) => labels?.get(String(value)) ?? format(value));
}

function classes(column: ResultColumn, options: TableOptions): string {
  if (isNumeric(column)) return ' class="number"';
  if (options.code?.includes(column.name)) return ' class="code"';
  if (column.type === 'date' || column.type === 'timestamp') return ' class="date"';
  return column.type === 'string' ? ' class="text"' : '';
}
