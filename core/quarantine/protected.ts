/**
 * What quarantine has of a protected field is not its text. Replayed, it would be taken for one and be protected again,
 * as somebody else's: so an export leaves such fields empty, and a replay wants them typed anew.
 */

import type { TableContract } from '../contracts/types.ts';
import { headerNames, type QuarantinedRow } from './types.ts';

/** A line as a person edited it. */
interface Edit {
  readonly fields: readonly (string | null)[];
}

interface ProtectedField {
  readonly name: string;
  /** In the order of the contract's header names. */
  readonly place: number;
  /** Columns that keep something of it; none where all of them drop it. */
  readonly columns: readonly string[];
}

export function protectedFields(table: TableContract): readonly ProtectedField[] {
  return headerNames(table).flatMap((name, place) => {
    const readers = table.columns.filter(({ source }) => source.kind === 'header' && source.name === name);
    if (readers.every(({ protect }) => protect === undefined)) return [];
    const kept = readers.filter(({ protect }) => protect !== 'drop');
    return [{ name, place, columns: kept.map((column) => column.name) }];
  });
}

/** The row's fields as a person gets to see them; null where the row is no record at all. */
export function exportedFields(table: TableContract, row: QuarantinedRow): readonly (string | null)[] | null {
  const places = new Set(protectedFields(table).map(({ place }) => place));
  return row.fields?.map((field, place) => (places.has(place) ? null : field)) ?? null;
}

const HASH = /^[0-9a-f]{64}$/;

/** What may be an hmac or a mask, by its look alone. */
function looksProtected(text: string): boolean {
  return HASH.test(text) || text.startsWith('*');
}

/** By column, what was typed that may be a protected form: whoever can read the table knows whether it is. */
export function suspects(table: TableContract, lines: readonly Edit[]): ReadonlyMap<string, readonly string[]> {
  const found = protectedFields(table).flatMap(({ place, columns }) => {
    const texts = lines.flatMap(({ fields }) => fields[place] ?? []).filter(looksProtected);
    return texts.length === 0 ? [] : columns.map((column) => [column, [...new Set(texts)]] as const);
  });
  return new Map(found);
}

/** Every protected form that is known: what quarantine shows, beside what the table has. */
export function knownForms(
  table: TableContract,
  rows: readonly QuarantinedRow[],
  stored: readonly string[],
): ReadonlySet<string> {
  const shown = rows.flatMap(({ fields }) => protectedFields(table).flatMap(({ place }) => fields?.[place] ?? []));
  return new Set(['***', ...shown.filter(looksProtected), ...stored]);
}

/** Why a line's protected fields can't be replayed; undefined where they can. No value is quoted. */
export function protectedMistake(
  fields: readonly ProtectedField[],
  line: Edit,
  row: QuarantinedRow,
  forms: ReadonlySet<string>,
): { readonly message: string; readonly hint: string } | undefined {
  const hint = 'type its clear text, from where the file came from, or delete the line';
  for (const { name, place } of fields.filter(({ columns }) => columns.length > 0)) {
    const typed = line.fields[place] ?? null;
    if (typed !== null && forms.has(typed)) {
      return { message: `has a protected form as its ${name}, which would be protected once more`, hint };
    }
    if (typed === null && (row.fields?.[place] ?? null) !== null) {
      return { message: `lacks its ${name}, which is protected, so that quarantine has not its text`, hint };
    }
  }
  return undefined;
}
