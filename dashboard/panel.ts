/** One panel: title, chart, what it shows, an erratum where there is one, and the figures behind the chart. */

import type { Panel } from '../core/models/types.ts';
import type { ReportPanel } from '../core/report/types.ts';
import type { ResultTable } from '../core/tabular.ts';
import { chartOf, fieldWords, isTable, MAX_CHART_ROWS, project, shownColumns } from './chart.ts';
import { formatCount } from './format.ts';
import { escapeHtml, inlineJson } from './html.ts';
import { inOrder } from './order.ts';
import { renderTable } from './table.ts';

/** `id` is the panel's fragment identifier, unique in the page. */
export function renderPanel(reportPanel: ReportPanel, id: string): string {
  const { panel } = reportPanel;
  const data = inOrder(isTable(panel) ? select(reportPanel.data, panel) : reportPanel.data);
  const content = data.rows.length === 0 ? renderEmpty(panel) : renderContent({ panel, data }, id);
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

function renderEmpty(panel: Panel): string {
  return `<p class="empty">Nothing to show yet: <code>${escapeHtml(panel.model)}</code> has no rows.</p>
${renderWords(panel)}`;
}

function renderContent(reportPanel: ReportPanel, id: string): string {
  const { panel } = reportPanel;
  if (isTable(panel)) return `${renderFigures(reportPanel)}\n${renderWords(panel)}`;
  return `${renderChart(reportPanel, id)}
${renderWords(panel)}
<details>
<summary>The figures <span class="count">${countRows(reportPanel.data.rows.length)}</span></summary>
${renderFigures(reportPanel)}
<p class="source">From <code>${escapeHtml(panel.model)}</code></p>
</details>`;
}

/** A reader of models may stop just above the limit, so that the number is no more than a bound there. */
function countRows(count: number): string {
  if (count > MAX_CHART_ROWS) return `more than ${formatCount(MAX_CHART_ROWS)} rows`;
  return count === 1 ? '1 row' : `${formatCount(count)} rows`;
}

function renderWords(panel: Panel): string {
  const erratum =
    panel.erratum === undefined
      ? ''
      : `\n<div class="erratum" role="note" aria-label="Erratum: ${escapeHtml(panel.title)}"><strong>Erratum.</strong> ${escapeHtml(panel.erratum)}</div>`;
  return `<p class="note">${escapeHtml(panel.note)}</p>${erratum}`;
}

function renderChart({ panel, data }: ReportPanel, id: string): string {
  const label = `Chart: ${panel.title}. The note and the table of figures below say the same in words and numbers.`;
  const notice =
    data.rows.length <= MAX_CHART_ROWS
      ? ''
      : `<p class="notice">The chart shows ${formatCount(MAX_CHART_ROWS)} rows; <code>${escapeHtml(panel.model)}</code> has more.</p>\n`;
  return `${notice}<div class="chart" id="${id}-chart" role="img" aria-label="${escapeHtml(label)}"></div>
<script type="application/json" data-chart="${id}-chart">${inlineJson(chartOf(panel, data))}</script>`;
}

/** A table's rows go by its own columns, from left to right. */
function select(data: ResultTable, panel: Panel): ResultTable {
  const columns = shownColumns(panel, data.columns);
  return { columns, rows: project(data, columns) };
}

function renderFigures({ panel, data }: ReportPanel): string {
  const { columns, rows } = select(data, panel);
  return renderTable(columns, rows, {
    label: `Figures: ${panel.title}`,
    words: fieldWords(panel),
  });
}
