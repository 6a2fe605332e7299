/** Sentences that a panel says of its own rows. */

import type { Finding, Panel } from '../core/models/types.ts';
import type { ResultTable, Value } from '../core/tabular.ts';
import type { Words } from './chart.ts';
import { isNumeric, sayValue } from './format.ts';

/** What the panel's findings come to, in their order; one without a row and without `otherwise` is left out. */
export function sayFindings(panel: Panel, data: ResultTable, words: Words): readonly string[] {
  return (panel.findings ?? []).flatMap((finding) => {
    const row = rowOf(finding, data);
    if (row !== undefined) return [fillIn(finding.text, data, row, words)];
    return finding.otherwise === undefined ? [] : [finding.otherwise];
  });
}

/** `{column}` becomes the row's value; a name that is no column stays as it is written, to be seen. */
export function fillIn(text: string, data: ResultTable, row: readonly Value[], words: Words): string {
  return text.replace(/\{(\w+)\}/g, (written, name: string) => {
    const place = placeOf(data, name);
    const column = data.columns[place];
    if (column === undefined) return written;
    const value = row[place] ?? null;
    const { labels, unit } = words.get(name) ?? {};
    return labels?.get(String(value)) ?? sayValue(column, value, unit);
  });
}

/** The row that a finding is about: the first where several are alike. */
function rowOf(finding: Finding, data: ResultTable): readonly Value[] | undefined {
  const wanted = Object.entries(finding.where ?? {}).map(([name, value]) => [placeOf(data, name), value] as const);
  const rows = data.rows.filter((row) => wanted.every(([place, value]) => isSame(data, place, row, value)));
  const extreme = finding.most ?? finding.least;
  if (extreme === undefined) return rows[0];
  const place = placeOf(data, extreme);
  const sign = finding.most === undefined ? -1 : 1;
  const known = rows.filter((row) => (row[place] ?? null) !== null);
  const sizeOf = (row: readonly Value[]) => sign * Number(row[place]);
  return known.reduce<readonly Value[] | undefined>(
    (best, row) => (best === undefined || sizeOf(row) > sizeOf(best) ? row : best),
    undefined,
  );
}

/** An engine may write a bigint as text. */
function isSame({ columns }: ResultTable, place: number, row: readonly Value[], wanted: Value): boolean {
  const column = columns[place];
  const value = row[place] ?? null;
  if (column === undefined || value === null || wanted === null) return column !== undefined && value === wanted;
  return isNumeric(column) ? Number(value) === wanted : value === wanted;
}

function placeOf(data: ResultTable, name: string): number {
  return data.columns.findIndex((column) => column.name === name);
}
