import type { Problem } from '../problems.ts';

/** The first record of a CSV file. */
export interface CsvHeader {
  /** As they stand in the file, unquoted, in its order. */
  readonly fields: readonly string[];
  /** How many lines the record takes: more than one where a quoted field has a line break. */
  readonly lines: number;
}

/**
 * Reads the first record of a CSV (RFC 4180; fields separated by commas, a byte order mark left out).
 * `text` may be the beginning of a file, as long as the whole record is in it. The problem has no `file` yet.
 */
export function readHeader(text: string): CsvHeader | { problem: Problem } {
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const record = readRecord(body);
  if (typeof record === 'string') return { problem: badHeader('bad-header', record) };
  const raw = body.slice(0, record.end);
  if (isBinary(raw)) return { problem: badHeader('not-text', 'the file is not UTF-8 text') };
  if (raw.trim() === '') return { problem: badHeader('no-header', emptyMessage(body)) };
  return { fields: record.fields, lines: raw.split('\n').length };
}

function badHeader(code: string, message: string): Problem {
  return { code, message, line: 1, hint: 'the first line must name the columns, separated by commas' };
}

function emptyMessage(body: string): string {
  return body.trim() === '' ? 'the file is empty' : 'the first line is empty';
}

/** A zero byte, or what a decoder leaves for bytes that are not UTF-8. */
function isBinary(text: string): boolean {
  return text.includes('\0') || text.includes('\uFFFD');
}

/** The fields of the first record and the offset of what ends it, or what is wrong. */
function readRecord(text: string): { fields: string[]; end: number } | string {
  const fields: string[] = [];
  let at = 0;
  while (true) {
    const field = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    if (typeof field === 'string') return field;
    fields.push(field.value);
    if (text[field.end] !== ',') return { fields, end: field.end };
    at = field.end + 1;
  }
}

function readPlain(text: string, start: number): { value: string; end: number } {
  const length = text.slice(start).search(/,|\r?\n/);
  const end = length === -1 ? text.length : start + length;
  return { value: text.slice(start, end), end };
}

function readQuoted(text: string, start: number): { value: string; end: number } | string {
  const match = /"([^"]*(?:""[^"]*)*)"/y;
  match.lastIndex = start;
  const found = match.exec(text);
  if (found === null) return 'a quote in the header is never closed';
  const end = match.lastIndex;
  if (!/^(?:,|\r?\n|$)/.test(text.slice(end, end + 2))) return 'text follows a closing quote in the header';
  return { value: (found[1] ?? '').replaceAll('""', '"'), end };
}
