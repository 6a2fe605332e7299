/** What was loaded, what was refused, what went wrong, and where published texts err. */

import type { Problem } from '../core/problems.ts';
import type { ReportInput } from '../core/report/types.ts';
import type { ResultTable } from '../core/tabular.ts';
import { counted } from '../core/words.ts';
import type { Words } from './chart.ts';
import { formatCount, labelOf } from './format.ts';
import { escapeHtml, sectionId } from './html.ts';
import { renderPromises } from './promises.ts';
import { renderTable } from './table.ts';

const TOTALS = ['files', 'rows_read', 'rows_loaded', 'rows_duplicate', 'rows_quarantined'];

const LOAD_WORDS = titles([
  ['table_name', 'Table'],
  ['rows_read', 'Read'],
  ['rows_loaded', 'Loaded'],
  ['rows_duplicate', 'Duplicate'],
  ['rows_quarantined', 'Quarantined'],
]);

const QUARANTINE_WORDS = titles([
  ['table_name', 'Table'],
  ['source_file', 'File'],
  ['column_name', 'Column'],
  ['row_number', 'Row in it'],
  ['raw_row', 'As it came'],
  ['error', 'Reason'],
]);

function titles(pairs: readonly (readonly [string, string])[]): Words {
  return new Map(pairs.map(([name, title]) => [name, { title, labels: new Map() }]));
}

/** An erratum of a panel, by the panel's fragment identifier. */
export interface Erratum {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export function renderOverview(input: ReportInput, errata: readonly Erratum[]): string {
  return `<section id="overview" aria-labelledby="overview-title">
<h2 id="overview-title">Overview</h2>
${renderProblems(input.errors, 'error', 'errors')}${renderTotals(input)}
${renderDatasets(input)}
${renderProblems(input.warnings, 'warning', 'warnings')}
${renderPromises(input)}<h3>What was loaded</h3>
${renderLoads(input.loads)}
<h3>What was refused</h3>
${renderRefused(input.refused)}${renderQuarantine(input)}${renderDrift(input.drift)}${renderErrata(errata)}
</section>`;
}

/** What there is to read: each data set with its page. */
function renderDatasets({ datasets, loads }: ReportInput): string {
  if (datasets.length === 0) return '';
  const at = (name: string) => loads.columns.findIndex((column) => column.name === name);
  const [owner, loaded] = [at('dataset'), at('rows_loaded')];
  const items = datasets.map(({ dataset, title, purpose, panels }) => {
    const own = loads.rows.filter((row) => row[owner] === dataset);
    const rows = own.reduce((total, row) => total + Number(row[loaded] ?? 0), 0);
    const counts = [
      counted(own.length, 'table'),
      `${formatCount(rows)} rows loaded`,
      counted(panels.length, 'panel'),
    ].join(', ');
    return `<li><a href="#${sectionId(dataset)}">${escapeHtml(title)}</a>${
      purpose === '' ? '' : `<p>${escapeHtml(purpose)}</p>`
    }<span class="count">${counts}</span></li>`;
  });
  return `<h3>Data sets</h3>\n<ul class="datasets">\n${items.join('\n')}\n</ul>`;
}

/** Nothing where there are none: a report without errata needs no heading for them. */
function renderErrata(errata: readonly Erratum[]): string {
  if (errata.length === 0) return '';
  return `
<h3 id="errata">Errata</h3>
<p class="note">Where a published text and the data disagree. Each also stands beside the figure that it concerns.</p>
<ul class="errata">
${errata.map(({ id, title, text }) => `<li><a href="#${id}">${escapeHtml(title)}</a>: ${escapeHtml(text)}</li>`).join('\n')}
</ul>`;
}

/** Nothing where no file was refused, which is what a reader expects. */
function renderRefused({ columns, rows }: ResultTable): string {
  if (rows.length === 0) return '';
  const options = {
    label: 'Files that were refused whole',
    words: QUARANTINE_WORDS,
    code: ['table_name', 'source_file'],
  };
  return `<p class="note">These files could not be read as what they should be. Nothing of them was loaded; what an earlier, sound version had brought stays.</p>
${renderTable(columns, rows, options)}
`;
}

const DRIFT_WORDS = titles([
  ['table_name', 'Table'],
  ['kind', 'What differs'],
  ['column_name', 'Column'],
  ['detail', 'In detail'],
  ['suggestion', 'What it may mean'],
  ['action', 'What was done'],
  ['example', 'File, or one of them'],
]);

/** Nothing where every file is as its contract says. */
function renderDrift({ columns, rows }: ResultTable): string {
  if (rows.length === 0) return '';
  return `
<h3>Where files differ from their contract</h3>
<p class="note">New, missing, moved and retyped columns, and what the contract's <code>drift</code> has had done about them. All of it is in <code>ops.drift</code>.</p>
${renderTable(columns, rows, {
  label: 'Where the columns of files differ from their contract',
  words: DRIFT_WORDS,
  code: ['table_name', 'column_name', 'example'],
})}`;
}

function renderProblems(problems: readonly Problem[], one: string, many: string): string {
  if (problems.length === 0) return '';
  const count = problems.length === 1 ? `One ${one}` : `${formatCount(problems.length)} ${many}`;
  return `<div class="${many}" role="group" aria-labelledby="${many}-title">
<h3 id="${many}-title">${count} in this run</h3>
<ul>
${problems.map(renderProblem).join('\n')}
</ul>
</div>
`;
}

function renderProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const parts = [
    `<p><code class="tag">${escapeHtml(problem.code)}</code> ${escapeHtml(problem.message)}</p>`,
    place === '' ? '' : `<p class="place"><code>${escapeHtml(place)}</code></p>`,
    problem.hint === undefined ? '' : `<p class="hint">What to do: ${escapeHtml(problem.hint)}</p>`,
  ];
  return `<li>${parts.join('')}</li>`;
}

function renderTotals({ loads }: ReportInput): string {
  const tiles = [
    ['Tables', loads.rows.length] as const,
    ...TOTALS.map((name) => [labelOf(name), sum(loads, name)] as const),
  ];
  const items = tiles.map(([label, count]) => `<div><dt>${label}</dt><dd>${formatCount(count)}</dd></div>`);
  return `<dl class="totals">\n${items.join('\n')}\n</dl>`;
}

function sum(table: ResultTable, name: string): number {
  const index = table.columns.findIndex((column) => column.name === name);
  return table.rows.reduce((total, row) => total + Number(row[index] ?? 0), 0);
}

function renderLoads(loads: ResultTable): string {
  if (loads.rows.length === 0) return '<p class="empty">No file has been loaded yet.</p>';
  return `<p class="note">Every row read was loaded (new or changed), recognised as a duplicate of one that is already there, or quarantined.</p>
${renderTable(loads.columns, loads.rows, { label: 'What was loaded, by table', words: LOAD_WORDS, code: ['table_name'] })}`;
}

function renderQuarantine({ quarantine, examples }: ReportInput): string {
  if (quarantine.rows.length === 0) return '<p class="empty">No row is in quarantine.</p>';
  return `<p class="note">These rows are kept aside with their reason, and no figure counts them. They can be mended and replayed: <code>landfall quarantine list</code> shows each.</p>
${renderTable(quarantine.columns, quarantine.rows, {
  label: 'Rows in quarantine, by column and reason',
  words: QUARANTINE_WORDS,
  code: ['table_name', 'column_name'],
})}
<details>
<summary>Example rows <span class="count">up to three of each reason</span></summary>
${renderTable(examples.columns, examples.rows, {
  label: 'Examples of rows in quarantine',
  words: QUARANTINE_WORDS,
  code: ['table_name', 'source_file', 'column_name', 'raw_row'],
})}
</details>`;
}
