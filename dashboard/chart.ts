/** What a panel's chart needs: its Vega-Lite specification, and no more of its model's rows than it shows. */

import type { Panel } from '../core/models/types.ts';
import type { ResultColumn, ResultTable, Value } from '../core/tabular.ts';
import { isNumeric } from './format.ts';

/** More than this is no chart that a person can read, and a heavy page. */
export const MAX_CHART_ROWS = 5000;

const SIGNIFICANT_DIGITS = 6;

/** Dates are calendar days: parsed as local time, since `new Date('2020-01-01')` is the day before in America. */
const PARSE: Readonly<Record<string, string>> = {
  date: "date:'%Y-%m-%d'",
  timestamp: "date:'%Y-%m-%dT%H:%M:%S.%L'",
};

/** A chart as the page's script reads it: the specification without data, and the rows as arrays. */
export interface Chart {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** `mark: table`, or neither a mark nor a specification that could hold one. */
export function isTable(panel: Panel): boolean {
  return panel.mark === 'table' || (isNothing(panel.mark) && panel.spec === undefined);
}

/**
 * The columns that the panel's encoding and spec name, as a whole string or in an expression as `datum.name` or
 * `datum['name']`: in the model's order for a chart, in the panel's for a table (`encoding.columns`). A panel that names
 * none shows all but the lineage columns (`_…`).
 */
export function shownColumns(panel: Panel, columns: readonly ResultColumn[]): readonly ResultColumn[] {
  const strings = stringsIn([panel.mark, panel.encoding, panel.spec, panel.choice?.field]);
  const words = new Set(strings.flatMap((text) => [text, ...namesInExpression(text)]));
  const named = isTable(panel)
    ? [...words].flatMap((word) => columns.filter((column) => column.name === word))
    : columns.filter((column) => words.has(column.name));
  return named.length > 0 ? named : columns.filter((column) => !column.name.startsWith('_'));
}

/** What a panel calls a field and, in `labels`, its values; and what the model measures it in. */
export interface FieldWords {
  readonly title: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
  readonly unit?: string | undefined;
}

export type Words = ReadonlyMap<string, FieldWords>;

/** The words by field name; where a panel names a field more than once, the first title and labels win. */
export function fieldWords(panel: Panel, units: Readonly<Record<string, string>> = {}): Words {
  const words = new Map<string, FieldWords>(
    Object.entries(units).map(([name, unit]) => [name, { title: undefined, labels: new Map(), unit }]),
  );
  visit([panel.encoding, panel.spec], ({ field, title, labels }) => {
    if (typeof field !== 'string') return;
    const known = words.get(field);
    words.set(field, {
      unit: units[field],
      title: known?.title ?? (typeof title === 'string' ? title : undefined),
      labels: known?.labels.size ? known.labels : labelMap(labels),
    });
  });
  return words;
}

/**
 * The panel as one Vega-Lite specification, without its rows. Where `spec.layer` stands, the panel's mark is the
 * bottom layer and its encoding is shared by all; everything else in `spec` is taken over as it is. Values that the
 * panel has `labels` for read so in the chart too.
 */
export function chartOf(panel: Panel, data: ResultTable): Chart {
  const columns = shownColumns(panel, data.columns);
  const { layer, ...rest } = panel.spec ?? {};
  const mark = isNothing(panel.mark) ? {} : { mark: panel.mark };
  const marks = Array.isArray(layer) ? { layer: isNothing(panel.mark) ? layer : [mark, ...layer] } : mark;
  const encoding = isNothing(panel.encoding) ? {} : { encoding: panel.encoding };
  const spec = withoutLabels({ width: 'container', height: 320, ...encoding, ...rest, ...marks, ...params(panel) });
  const words = fieldWords(panel);
  const labels = columns.map((column) => words.get(column.name)?.labels);
  const rows = project(data, columns).slice(0, MAX_CHART_ROWS);
  return {
    spec: { ...spec, data: { name: 'rows', format: { parse: parseRules(columns) } } },
    columns: columns.map((column) => column.name),
    rows: rows.map((row) =>
      row.map((value, index) => labels[index]?.get(String(value)) ?? chartValue(columns[index], value)),
    ),
  };
}

/** The reader's choice, which the page sets before it draws. */
function params({ choice, spec }: Panel): Readonly<Record<string, unknown>> {
  if (choice?.show !== 'emphasis') return {};
  const own = spec?.['params'];
  return { params: [{ name: 'chosen', value: null }, ...(Array.isArray(own) ? own : [])] };
}

/** Vega-Lite has no word for `labels`. */
function withoutLabels(node: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(node).filter(([key]) => !(key === 'labels' && 'field' in node));
  return Object.fromEntries(entries.map(([key, value]) => [key, stripped(value)]));
}

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripped);
  return typeof value === 'object' && value !== null ? withoutLabels(value as Record<string, unknown>) : value;
}

/** The rows with only these columns, in their order. */
export function project(data: ResultTable, columns: readonly ResultColumn[]): readonly (readonly Value[])[] {
  const places = columns.map((column) => data.columns.findIndex((other) => other.name === column.name));
  return data.rows.map((row) => places.map((place) => row[place] ?? null));
}

function labelMap(labels: unknown): ReadonlyMap<string, string> {
  if (typeof labels !== 'object' || labels === null) return new Map();
  return new Map(Object.entries(labels).map(([value, label]) => [value, String(label)]));
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}

function parseRules(columns: readonly ResultColumn[]): Readonly<Record<string, string>> {
  return Object.fromEntries(columns.flatMap(({ name, type }) => (PARSE[type] ? [[name, PARSE[type]]] : [])));
}

function chartValue(column: ResultColumn | undefined, value: Value): Value {
  if (column === undefined || value === null) return null;
  if (isNumeric(column)) return Number(Number(value).toPrecision(SIGNIFICANT_DIGITS));
  if (column.type === 'timestamp') return isoMilliseconds(String(value));
  return value;
}

/** `2020-01-02 03:04:05` or with any number of fractional digits → `2020-01-02T03:04:05.000`. */
function isoMilliseconds(text: string): string {
  const [seconds = '', fraction = ''] = text.replace(/Z$/, '').replace(' ', 'T').split('.');
  return `${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}`;
}

function namesInExpression(text: string): readonly string[] {
  return [...text.matchAll(/\bdatum(?:\.(\w+)|\[['"]([^'"]+)['"]\])/g)].map((match) => match[1] ?? match[2] ?? '');
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function visit(value: unknown, see: (node: Readonly<Record<string, unknown>>) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) see(value as Readonly<Record<string, unknown>>);
  for (const child of Object.values(value)) visit(child, see);
}
