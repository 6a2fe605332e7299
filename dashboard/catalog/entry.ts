/** A table's entry: what it is, where it comes from, how it is checked, and its columns. */

import type { LineageNode } from '../../core/catalog/lineage.ts';
import type { AuditState, CatalogColumn, CatalogTable, QualityResult } from '../../core/catalog/types.ts';
import type { Value } from '../../core/tabular.ts';
import { counted } from '../../core/words.ts';
import { formatCount } from '../format.ts';
import { escapeHtml, tableId } from '../html.ts';
import { type Places, renderName } from './names.ts';

/** What stands directly before and behind a table. */
export interface Neighbours {
  readonly before: readonly LineageNode[];
  readonly after: readonly LineageNode[];
}

export function renderEntry(dataset: string, table: CatalogTable, neighbours: Neighbours, places: Places): string {
  const { name, description } = table;
  const facts = factsOf(table, neighbours, places).map(([term, fact]) => `<dt>${term}<dd>${fact}`);
  return `<details class="entry" id="${tableId(dataset, name)}">
<summary><code>${escapeHtml(name)}</code> <span class="count">${stateOf(table)}</span><span class="about">${escapeHtml(description)}</span></summary>
<dl class="facts">
${facts.join('\n')}
</dl>
${renderAudits(table)}${renderQuality(table)}${renderColumns(table)}
</details>`;
}

function stateOf({ kind, rows, changedAt, isPublished }: CatalogTable): string {
  const verb = kind === 'clean' ? 'loaded' : 'made';
  const parts = [
    rows === null ? '' : `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`,
    changedAt === null ? '' : `${verb} ${changedAt.slice(0, 16)}`,
    isPublished ? 'in the warehouse' : '',
  ];
  return escapeHtml(parts.filter((part) => part !== '').join(' · '));
}

function factsOf(table: CatalogTable, { before, after }: Neighbours, places: Places): (readonly [string, string])[] {
  const names = (nodes: readonly LineageNode[]) =>
    `<span class="names">${nodes.map((node) => renderName(node, places)).join(', ')}</span>`;
  const readers = after.filter(({ kind }) => kind !== 'warehouse');
  return [
    ...ownFacts(table),
    ...list('Key', table.key),
    ...(table.kind === 'clean' ? [] : [['Reads', names(before)] as const]),
    ['Read by', readers.length === 0 ? 'nothing' : names(readers)],
  ];
}

function ownFacts(table: CatalogTable): (readonly [string, string])[] {
  if (table.kind === 'clean') {
    const { landing, format, load, identity, partitionBy, filesLoaded, arrivedAt } = table;
    const arrived = arrivedAt === null ? '' : `, the last of them arrived ${escapeHtml(arrivedAt.slice(0, 16))}`;
    return [
      ['Files', `${code(landing)} as ${escapeHtml(format)}: ${counted(filesLoaded, 'file')} loaded${arrived}`],
      ['Load', escapeHtml(load)],
      ...list('Identity', identity),
      ...list('Partitioned by', partitionBy),
    ];
  }
  if (table.kind === 'result') return [['Analysis', `${code(table.analysis)}, ${escapeHtml(table.analysisKind)}`]];
  const by = table.by.length === 0 ? '' : ` by ${table.by.map(code).join(', ')}`;
  return [['Refresh', `${escapeHtml(table.materialize)}${by}`]];
}

function list(term: string, names: readonly string[]): (readonly [string, string])[] {
  return names.length === 0 ? [] : [[term, names.map(code).join(', ')]];
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}

function renderAudits(table: CatalogTable): string {
  if (table.kind !== 'model' || table.audits.length === 0) return '';
  const words = ({ passed, severity }: AuditState) =>
    passed === null ? 'not known' : passed ? 'passed' : severity === 'warn' ? 'warned' : 'failed';
  const items = table.audits.map((audit) => {
    const said = words(audit);
    return `<li><span class="state ${said.replace(' ', '-')}">${said}</span> ${escapeHtml(audit.name)} <span class="count">(severity ${audit.severity})</span></li>`;
  });
  return `<h5>Audits in the last refresh</h5>\n<ul class="audits">\n${items.join('\n')}\n</ul>\n`;
}

/** The rule first, for it is the row's header: a rule of a whole table has no column. */
const QUALITY: readonly (readonly [keyof QualityResult, string])[] = [
  ['rule', 'Rule'],
  ['column', 'Column'],
  ['dimension', 'Dimension'],
  ['severity', 'Severity'],
  ['expected', 'Expected'],
  ['observed', 'Observed'],
  ['status', 'Status'],
  ['checkedAt', 'Checked'],
];

function renderQuality({ table, quality }: CatalogTable): string {
  if (quality.length === 0) return '';
  const rows = quality.map((result) => QUALITY.map(([field]) => result[field]));
  return `<h5>Quality</h5>\n${textTable(
    QUALITY.map(([, title]) => title),
    rows,
    `Quality of ${table}`,
  )}\n`;
}

/** Units, requirements and protection only where a table has any: most have none. */
function renderColumns({ table, columns }: CatalogTable): string {
  const fields: readonly (readonly [string, (column: CatalogColumn) => Value])[] = [
    ['Column', (column) => column.name],
    ['Type', ({ type }) => type],
    ['Unit', ({ unit }) => unit],
    ['Meaning', ({ description }) => description],
    ['Required', ({ required }) => (required ? 'yes' : null)],
    ['Classification', ({ classification }) => classification],
    ['Protected by', ({ protect }) => protect],
  ];
  const shown = fields.filter(
    ([title, of]) => title === 'Column' || columns.some((column) => (of(column) ?? '') !== ''),
  );
  const rows = columns.map((column) => shown.map(([, of]) => of(column) ?? ''));
  return textTable(
    shown.map(([title]) => title),
    rows,
    `Columns of ${table}`,
  );
}

/** Texts in rows, the first of a row its heading. Without the end tags that HTML can do without: there are many cells. */
function textTable(titles: readonly string[], rows: readonly (readonly Value[])[], label: string): string {
  const cells = (row: readonly Value[]) =>
    row
      .map((value, index) => `${index === 0 ? '<th scope="row">' : '<td>'}${escapeHtml(String(value ?? ''))}`)
      .join('');
  return `<div class="table-box" role="region" tabindex="0" aria-label="${escapeHtml(label)}">
<table>
<thead><tr>${titles.map((title) => `<th scope="col">${title}`).join('')}</thead>
<tbody>
${rows.map((row) => `<tr>${cells(row)}`).join('\n')}
</table>
</div>`;
}
