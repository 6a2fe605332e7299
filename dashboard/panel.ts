/** One panel: title, chart, what it shows, an erratum where there is one, and the figures behind the chart. */

import type { Choice, Panel } from '../core/models/types.ts';
import type { ReportPanel } from '../core/report/types.ts';
import type { ResultTable } from '../core/tabular.ts';
import { chartOf, fieldWords, isTable, MAX_CHART_ROWS, project, shownColumns, type Words } from './chart.ts';
import { offersOf, renderChoice, rowsOf, sayCount } from './choice.ts';
import { sayFindings } from './findings.ts';
import { formatCount } from './format.ts';
import { escapeHtml, inlineJson } from './html.ts';
import { inOrder } from './order.ts';
import { cellTexts, renderTable } from './table.ts';

/** A panel with its rows in order, and its fragment identifier, unique in the page. */
interface Shown {
  readonly panel: Panel;
  readonly data: ResultTable;
  readonly words: Words;
  readonly id: string;
}

export function renderPanel({ panel, data, units }: ReportPanel, id: string): string {
  const shown = { panel, data: inOrder(data), words: fieldWords(panel, units), id };
  const content = data.rows.length === 0 ? renderEmpty(shown) : renderContent(shown);
  return `<article class="panel${isHalf(panel) ? ' half' : ''}" id="${id}" aria-labelledby="${id}-title">
<h3 id="${id}-title">${escapeHtml(panel.title)}</h3>
${content}
</article>`;
}

/** `spec.usermeta.width: half` puts two panels side by side where the page is wide; Vega-Lite leaves usermeta alone. */
function isHalf(panel: Panel): boolean {
  const usermeta = panel.spec?.['usermeta'];
  return typeof usermeta === 'object' && usermeta !== null && 'width' in usermeta && usermeta.width === 'half';
}

function renderEmpty(shown: Shown): string {
  return `<p class="empty">Nothing to show yet: <code>${escapeHtml(shown.panel.model)}</code> has no rows.</p>
${renderWords(shown)}`;
}

function renderContent(shown: Shown): string {
  const { panel, id } = shown;
  if (isTable(panel)) return `${renderFigures(shown)}\n${renderWords(shown)}`;
  const choice = panel.choice?.show === 'only' ? panel.choice : undefined;
  const count = choice === undefined ? ` <span class="count">${countRows(shown.data.rows.length)}</span>` : '';
  return `<figure>
${renderChart(shown)}
<figcaption id="${id}-caption">
${renderWords(shown)}
</figcaption>
</figure>
<details>
<summary>The figures${count}</summary>
${choice === undefined ? renderFigures(shown) : renderChosen(shown, choice)}
<p class="source">From <code>${escapeHtml(panel.model)}</code></p>
</details>`;
}

/** A reader of models may stop just above the limit, so that the number is no more than a bound there. */
function countRows(count: number): string {
  return count > MAX_CHART_ROWS ? `more than ${formatCount(MAX_CHART_ROWS)} rows` : sayCount(count);
}

function renderWords({ panel, data, words }: Shown): string {
  const findings = data.rows.length === 0 ? [] : sayFindings(panel, data, words);
  const parts = [
    findings.length === 0 ? '' : `<p class="finding">${findings.map(escapeHtml).join(' ')}</p>`,
    `<p class="note">${escapeHtml(panel.note)}</p>`,
    panel.erratum === undefined
      ? ''
      : `<div class="erratum" role="note" aria-label="Erratum: ${escapeHtml(panel.title)}"><strong>Erratum.</strong> ${escapeHtml(panel.erratum)}</div>`,
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function renderChart({ panel, data, words, id }: Shown): string {
  const { choice } = panel;
  const notice =
    data.rows.length <= MAX_CHART_ROWS
      ? ''
      : `<p class="notice">The chart shows ${formatCount(MAX_CHART_ROWS)} rows; <code>${escapeHtml(panel.model)}</code> has more.</p>\n`;
  const offers = choice === undefined ? [] : offersOf(choice, data, words);
  const list =
    choice === undefined ? '' : renderChoice(choice, offers, id, rowsOf(choice, data, offers[0]).rows.length);
  const followed =
    choice === undefined
      ? {}
      : { choice: { ...choice, values: offers.map(({ value }) => value), cells: cellsOf({ panel, data, words, id }) } };
  return `${notice}${list}<div class="chart" id="${id}-chart" role="img" aria-label="Chart: ${escapeHtml(panel.title)}" aria-describedby="${id}-caption"><div aria-hidden="true"></div></div>
<script type="application/json" data-chart="${id}">${inlineJson({ ...chartOf(panel, data), ...followed })}</script>`;
}

/** Every row as the table writes it, from which the page's script lists those of another choice. */
function cellsOf({ panel, data, words }: Shown): readonly (readonly string[])[] {
  if (panel.choice?.show !== 'only') return [];
  const { field } = panel.choice;
  const { columns, rows } = select(data, panel);
  const texts = columns.flatMap((column, index) =>
    column.name === field ? [] : [cellTexts(column, rows.slice(0, MAX_CHART_ROWS), index, words)],
  );
  return rows.slice(0, MAX_CHART_ROWS).map((_, row) => texts.map((column) => column[row] ?? ''));
}

function renderChosen({ panel, data, words }: Shown, choice: Choice): string {
  const [first] = offersOf(choice, data, words);
  const { columns, rows } = rowsOf(choice, select(data, panel), first);
  return renderTable(columns, rows, { label: `Figures: ${panel.title}`, words });
}

function select(data: ResultTable, panel: Panel): ResultTable {
  const columns = shownColumns(panel, data.columns);
  return { columns, rows: project(data, columns) };
}

/** A table's rows go by its own columns, from left to right. */
function renderFigures({ panel, data, words }: Shown): string {
  const selected = select(data, panel);
  const { columns, rows } = isTable(panel) ? inOrder(selected) : selected;
  return renderTable(columns, rows, { label: `Figures: ${panel.title}`, words });
}
