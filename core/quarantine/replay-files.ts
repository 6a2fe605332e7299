/**
 * The text of a replay file, in its table's own format, and what one says.
 *
 * In JSON a field that a person typed is a string, whatever it was: a table makes the same of `"1"` and 1. A list is one
 * where a column counts its elements, and where it was one and nobody touched it; then it fails as it did.
 */

import { objectTemplate, pathOf } from '../contracts/format.ts';
import { ORIGIN } from '../contracts/replay.ts';
import type { TableContract } from '../contracts/types.ts';
import { csvLine, parseCsv } from '../csv.ts';
import { headerNames, type QuarantinedRow } from './types.ts';

interface Mended {
  readonly line: { readonly fields: readonly (string | null)[] };
  readonly row: QuarantinedRow;
}

/** What a line of a replay file stands for. */
export interface ReplayLine {
  readonly origin: { readonly sourceFile: string; readonly rowNumber: number; readonly contentHash: string };
  readonly fields: readonly (string | null)[];
  readonly line: number;
}

const origins = ({ sourceFile, rowNumber, contentHash }: QuarantinedRow) => [
  sourceFile,
  String(rowNumber),
  contentHash,
];

/** @param mended rows of one file; what is to be a list is one */
export function replayText(table: TableContract, mended: readonly Mended[]): string {
  const names = [...ORIGIN, ...headerNames(table)];
  if (table.format === 'csv') {
    return [names, ...mended.map(({ line, row }) => [...origins(row), ...line.fields])].map(csvLine).join('');
  }
  const template = objectTemplate(names);
  const lists = listPlaces(table);
  return mended
    .map(({ line, row }) => {
      const own = line.fields.map((field, place) => {
        const isKept = row.nested.has(place) && field === row.fields?.[place];
        // Within a string of JSON no line ends: others are as good as blanks.
        return field !== null && (isKept || lists.has(place))
          ? field.replaceAll(/[\r\n]+/g, ' ')
          : JSON.stringify(field);
      });
      const values = [...origins(row).map((text) => JSON.stringify(text)), ...own];
      return `${template.map((piece) => (typeof piece === 'number' ? values[piece] : piece)).join('')}\n`;
    })
    .join('');
}

/** The places of fields whose elements a column counts. */
function listPlaces({ columns, ...table }: TableContract): ReadonlySet<number> {
  const counted = columns.flatMap(({ source, parse }) =>
    parse?.kind === 'count' && source.kind === 'header' ? [source.name] : [],
  );
  return new Set(counted.map((name) => headerNames({ columns, ...table }).indexOf(name)));
}

/** Why a line's lists are none; undefined where they are. */
export function listMistake(
  table: TableContract,
  fields: readonly (string | null)[],
): { readonly message: string; readonly hint: string } | undefined {
  for (const place of listPlaces(table)) {
    const field = fields[place] ?? null;
    if (field === null || Array.isArray(parsed(field))) continue;
    const message = `its ${headerNames(table)[place]} is not a list`;
    return { message, hint: 'write it as JSON, such as ["a", "b"], or leave it empty' };
  }
  return undefined;
}

/** Whether two rows have the same fields; lists are the same however they are written. */
export function sameFields(
  table: TableContract,
  one: readonly (string | null)[],
  other: readonly (string | null)[],
): boolean {
  const lists = listPlaces(table);
  const plain = (field: string | null | undefined, place: number) =>
    field && lists.has(place) ? JSON.stringify(parsed(field) ?? field) : field || null;
  return one.every((field, place) => plain(field, place) === plain(other[place], place));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Lines that can't be read any more stand for nothing. */
export function readReplay(table: TableContract, content: string): ReplayLine[] {
  const names = headerNames(table);
  if (table.format === 'ndjson') {
    return content.split('\n').flatMap((text, index) => {
      const record = parsed(text);
      if (typeof record !== 'object' || record === null) return [];
      const field = (name: string) => fieldOf(record, pathOf(name));
      return [replayLine(ORIGIN.map(field), names.map(field), index + 1)];
    });
  }
  const csv = parseCsv(content);
  if ('message' in csv) return [];
  const [header, ...records] = csv.records;
  return records.map(({ fields, line }) => {
    const field = (name: string) => fields[header?.fields.indexOf(name) ?? -1] ?? null;
    return replayLine(ORIGIN.map(field), names.map(field), line);
  });
}

function replayLine(
  [sourceFile, row, contentHash]: readonly (string | null)[],
  fields: readonly (string | null)[],
  line: number,
): ReplayLine {
  const origin = { sourceFile: sourceFile ?? '', rowNumber: Number(row ?? ''), contentHash: contentHash ?? '' };
  return { origin, fields: fields.map((field) => field || null), line };
}

function fieldOf(record: object, names: readonly string[]): string | null {
  let found: unknown = record;
  for (const name of names) {
    if (typeof found !== 'object' || found === null || Array.isArray(found) || !Object.hasOwn(found, name)) return null;
    found = (found as Record<string, unknown>)[name];
  }
  if (found === null) return null;
  return typeof found === 'string' ? found : JSON.stringify(found);
}
