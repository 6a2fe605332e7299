import type { Problem } from '../problems.ts';
import { didYouMean, nearest } from '../yaml/nearest.ts';
import { fileValue } from './landing.ts';
import type { ColumnContract, TableContract } from './types.ts';

/** A field of a file's header and the columns that read it. */
export interface HeaderField {
  /** As it stands in the file. */
  readonly field: string;
  readonly columns: readonly string[];
}

/** Columns that read one header name. */
interface Expected {
  readonly name: string;
  readonly columns: readonly string[];
  readonly required: boolean;
}

/**
 * Compares a file's header with its table's contract: names must be equal once trimmed, in any order; a column that
 * is not required may be missing, and any other column refuses the file. `key` is the file's, relative to the
 * landing zone. Gives the fields in the file's order, or every problem.
 */
export function checkHeader(
  table: TableContract,
  fields: readonly string[],
  key: string,
): { order: readonly HeaderField[] } | Problem[] {
  const names = fields.map((field) => field.trim());
  const expected = expectedFields(table.columns);
  const absent = expected.filter(({ name }) => !names.includes(name));
  const unknown = names.filter((name) => name !== '' && !expected.some((one) => one.name === name));
  const misspelt = misspellings(absent, unknown);
  // Of a file that came without its header the first line is a row.
  const isProtected = table.columns.some(({ protect }) => protect !== undefined);
  const shown = (name: string) => (isProtected ? `no. ${names.indexOf(name) + 1}` : `"${printable(name)}"`);
  const problems = [
    ...checkFileName(table, key),
    ...absent.filter((one) => one.required).map((one) => missing(one, misspelt.get(one.name), shown, key, fields)),
    ...checkNames(names, shown, key),
    ...[...new Set(unknown)]
      .filter((name) => ![...misspelt.values()].includes(name))
      .map((name) => unknownColumn(isProtected ? '' : name, shown(name), absent, expected, key)),
  ];
  if (problems.length > 0) return problems;
  const columnsOf = new Map(expected.map(({ name, columns }) => [name, columns]));
  return { order: fields.map((field) => ({ field, columns: columnsOf.get(field.trim()) ?? [] })) };
}

function expectedFields(columns: readonly ColumnContract[]): Expected[] {
  const byName = new Map<string, Expected>();
  for (const { name: column, source, required } of columns) {
    if (source.kind === 'file') continue;
    const known = byName.get(source.name) ?? { name: source.name, columns: [], required: false };
    byName.set(source.name, {
      name: source.name,
      columns: [...known.columns, column],
      required: known.required || required,
    });
  }
  return [...byName.values()];
}

/** For each required column that is absent, the unknown header that is most likely meant by it: one mistake, not two. */
function misspellings(absent: readonly Expected[], unknown: readonly string[]): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const { name } of absent.filter((one) => one.required)) {
    const free = unknown.filter((header) => ![...pairs.values()].includes(header));
    const header = nearest(name, free);
    if (header !== undefined) pairs.set(name, header);
  }
  return pairs;
}

type Shown = (name: string) => string;

function missing(
  one: Expected,
  nearestHeader: string | undefined,
  shown: Shown,
  key: string,
  fields: readonly string[],
): Problem {
  const near = nearestHeader === undefined ? '' : `, the nearest is ${shown(nearestHeader)}`;
  const message = `the header has no column "${one.name}"${near}`;
  return { code: 'missing-column', message, file: key, line: 1, ...separatorHint(fields) };
}

/** A terminal would obey control characters. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    character < ' ' ? JSON.stringify(character).slice(1, -1) : `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

/** A header that is one field with another separator in it was exported for another program. */
function separatorHint(fields: readonly string[]): { hint?: string } {
  const separator = fields.length === 1 ? /[;\t|]/.exec(fields[0] ?? '')?.[0] : undefined;
  if (separator === undefined) return {};
  const name = separator === '\t' ? 'a tab' : `"${separator}"`;
  return { hint: `the columns seem to be separated by ${name}: export the file with commas` };
}

function checkNames(names: readonly string[], shown: Shown, key: string): Problem[] {
  return names.flatMap((name, index): Problem[] => {
    if (name === '') {
      return [{ code: 'unnamed-column', message: `column ${index + 1} of the header has no name`, file: key, line: 1 }];
    }
    if (names.indexOf(name) === index) return [];
    return [{ code: 'duplicate-column', message: `the header has ${shown(name)} twice`, file: key, line: 1 }];
  });
}

function unknownColumn(
  name: string,
  shown: string,
  absent: readonly Expected[],
  expected: readonly Expected[],
  key: string,
): Problem {
  const names = absent.map((one) => one.name);
  const suggestion = name === '' ? '' : didYouMean(name, names);
  const list = expected.map((one) => one.name).join(', ');
  const message = `unknown column ${shown} in the header, expected ${list}${suggestion}`;
  // To a reader that splits at LF the whole file is its header.
  const hint = name.includes('\r') ? { hint: 'its lines end in CR alone: save the file with LF or CRLF' } : {};
  return { code: 'unknown-column', message, file: key, line: 1, ...hint };
}

function checkFileName(table: TableContract, key: string): Problem[] {
  return table.columns.flatMap(({ name, source, required }) => {
    if (!required || source.kind !== 'file' || fileValue(source.pattern, key) !== null) return [];
    const message = `the column "${name}" comes from the file's name, which does not match ${source.pattern}`;
    return [{ code: 'wrong-file-name', message, file: key, hint: 'rename the file and drop it again' }];
  });
}
