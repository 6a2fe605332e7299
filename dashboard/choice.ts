/** A choice that a panel leaves to its reader: a list to pick from, and what the page's script needs to follow it. */

import type { Choice } from '../core/models/types.ts';
import type { ResultTable, Value } from '../core/tabular.ts';
import type { Words } from './chart.ts';
import { fillIn } from './findings.ts';
import { cellFormatter, formatCount, isNumeric } from './format.ts';
import { escapeHtml } from './html.ts';

/** The values on offer, each with what it is called, by size or letter. */
export interface Offer {
  readonly value: Value;
  readonly label: string;
}

/** Nulls are no choice. */
export function offersOf(choice: Choice, data: ResultTable, words: Words): readonly Offer[] {
  const place = data.columns.findIndex((column) => column.name === choice.field);
  const column = data.columns[place];
  if (column === undefined) return [];
  const rows = new Map<Value, readonly Value[]>();
  for (const row of data.rows) {
    const value = row[place] ?? null;
    if (value !== null && !rows.has(value)) rows.set(value, row);
  }
  const format = cellFormatter(column, [...rows.keys()]);
  const labels = words.get(choice.field)?.labels;
  const label = (value: Value, row: readonly Value[]) =>
    choice.label === undefined ? (labels?.get(String(value)) ?? format(value)) : fillIn(choice.label, data, row, words);
  const compare = isNumeric(column)
    ? (a: Offer, b: Offer) => Number(a.value) - Number(b.value)
    : (a: Offer, b: Offer) => (String(a.value) < String(b.value) ? -1 : 1);
  return Array.from(rows, ([value, row]) => ({ value, label: label(value, row) })).toSorted(compare);
}

/** The rows of one offer, without the column that they share. */
export function rowsOf(choice: Choice, data: ResultTable, offer: Offer | undefined): ResultTable {
  const place = data.columns.findIndex((column) => column.name === choice.field);
  const others = [...data.columns.keys()].filter((index) => index !== place);
  const rows = data.rows.filter((row) => row[place] === offer?.value);
  return {
    columns: others.flatMap((index) => data.columns[index] ?? []),
    rows: rows.map((row) => others.map((index) => row[index] ?? null)),
  };
}

/**
 * The list, off until the script turns it on. With `only` the first offer is chosen from the start and the number of
 * its rows is said beside the list; with `emphasis` nothing is.
 */
export function renderChoice(choice: Choice, offers: readonly Offer[], id: string, count: number): string {
  const all = choice.show === 'emphasis' ? '<option value="">All</option>' : '';
  const options = offers.map(({ label }, index) => `<option value="${index}">${escapeHtml(label)}</option>`);
  const said = choice.show === 'only' ? `<output id="${id}-count" for="${id}-choice">${sayCount(count)}</output>` : '';
  return `<p class="choice"><label for="${id}-choice">${escapeHtml(choice.title)}</label>
<select id="${id}-choice" disabled>${all}${options.join('')}</select>${said}</p>
`;
}

/** As the page's script says it too. */
export function sayCount(count: number): string {
  return count === 1 ? '1 row' : `${formatCount(count)} rows`;
}
