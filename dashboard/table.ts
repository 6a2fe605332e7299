/** A result as an HTML table that scrolls in its own box. */

import type { ResultColumn, Value } from '../core/tabular.ts';
import type { FieldWords } from './chart.ts';
import { cellFormatter, formatCount, isNumeric, labelOf } from './format.ts';
import { escapeHtml } from './html.ts';

/** A person reads no further; the rest is a query away. */
export const MAX_TABLE_ROWS = 500;

/** A longer table scrolls. */
const ROWS_IN_SIGHT = 30;

export interface TableOptions {
  /** What the table holds, for those who do not see it. */
  readonly label: string;
  /** By column name, its heading, otherwise made from the name, and words for its values. */
  readonly words?: ReadonlyMap<string, FieldWords>;
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
  const title = options.words?.get(column.name)?.title ?? labelOf(column.name);
  return `<th scope="col"${classes(column, options)}>${escapeHtml(title)}</th>`;
}

function columnCells(
  column: ResultColumn,
  rows: readonly (readonly Value[])[],
  index: number,
  options: TableOptions,
): readonly string[] {
  const values = rows.map((row) => row[index] ?? null);
  const format = cellFormatter(column, values);
  const labels = options.words?.get(column.name)?.labels;
  const open = index === 0 ? `<th scope="row"${classes(column, options)}>` : `<td${classes(column, options)}>`;
  const close = index === 0 ? '</th>' : '</td>';
  return values.map((value) => open + escapeHtml(labels?.get(String(value)) ?? format(value)) + close);
}

function classes(column: ResultColumn, options: TableOptions): string {
  if (isNumeric(column)) return ' class="number"';
  return options.code?.includes(column.name) ? ' class="code"' : '';
}
