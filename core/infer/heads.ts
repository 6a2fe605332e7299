/** What the beginning of a file tells before anything else is asked of it: its header, or why it has none. */

import { checkHeader } from '../contracts/check-header.ts';
import { readHeader } from '../contracts/read-header.ts';
import type { TableContract } from '../contracts/types.ts';
import { parseCsv } from '../csv.ts';
import type { Problem } from '../problems.ts';

/** A table of PostgreSQL and of Redshift has no more. */
export const MOST_COLUMNS = 1600;

/** A row that is not UTF-8 goes to quarantine; a file of them is another encoding. */
const MOST_DAMAGED = 0.05;

const SEPARATORS = [
  [';', '";"'],
  ['\t', 'a tab'],
  ['|', '"|"'],
] as const;

/** Magic bytes, as far as they are text, of what is often called .csv. */
const DISGUISES: readonly (readonly [RegExp, string])[] = [
  [/^PK\p{Cc}\p{Cc}/u, 'a spreadsheet or another zip file'],
  [/^PAR1/, 'a Parquet file'],
  [/^\s*<(!doctype|html|\?xml)/i, 'HTML or XML'],
  [/^%PDF/, 'a PDF'],
];

/**
 * The names of a CSV's columns, or every reason why Landfall would refuse it or read it wrongly.
 * @param head the first bytes as text, with at least one whole record
 */
export function readFields(head: string, file: string): { fields: readonly string[] } | Problem[] {
  const refuse = (code: string, message: string, hint: string): Problem[] => [{ code, message, file, hint }];
  const what = disguise(head);
  if (what !== undefined)
    return refuse('not-text', `this is ${what}`, 'export it as comma-separated UTF-8 with a header');
  if (!head.includes('\n') && head.trim().includes('\r')) {
    return refuse('wrong-line-ends', 'its lines end in CR alone', 'save the file with LF or CRLF');
  }
  const lines = head.split('\n');
  if (lines.filter((line) => line.includes('\ufffd')).length > MOST_DAMAGED * lines.length) {
    return refuse('not-text', 'not UTF-8: it looks like Latin-1 or Windows-1252', 'save the file as UTF-8');
  }
  const header = readHeader(head);
  if ('problem' in header) return [{ ...header.problem, file }];
  const names = header.fields.map((field) => field.trim());
  const separator = otherSeparator(head, names.length);
  if (separator !== undefined) {
    const hint = 'export the file with commas, and decimals with a point';
    return refuse('wrong-separator', `the columns seem to be separated by ${separator}, expected commas`, hint);
  }
  const rows = sampleRows(head);
  const most = Math.max(0, ...rows.map(({ length }) => length));
  if (names.length === 1 && rows.filter(({ length }) => length === most).length > 1 && most > 1) {
    const hint = 'delete what stands above the header';
    return refuse('no-header', `the first line has one field and later ones ${most}`, hint);
  }
  if (names.length > MOST_COLUMNS) {
    const hint = 'a table has its measures in rows rather than columns: export it long, or split it';
    return refuse('too-wide', `${names.length} columns, and a table has ${MOST_COLUMNS} at most`, hint);
  }
  const values = names.filter(isValue);
  if (values.length > 0 && values.length >= names.length / 3) {
    const seen = values.slice(0, 3).map((value) => JSON.stringify(value));
    const hint = 'put a first line into the file that names the columns, separated by commas';
    return refuse(
      'no-header',
      `the first line looks like a row, with ${seen.join(', ')} in it, not like a header`,
      hint,
    );
  }
  const broken = names.filter((name) => /[\n\r\u2028\u2029]/.test(name)).map((name) => JSON.stringify(name));
  if (broken.length > 0) {
    const hint = 'give each column a name on one line: a contract can say no other';
    return refuse(
      'broken-name',
      `the header has names with line breaks in them: ${broken.slice(0, 3).join(', ')}`,
      hint,
    );
  }
  const checked = checkHeader(anyTable(names), header.fields, file);
  if (!Array.isArray(checked)) return { fields: header.fields };
  return checked.map((problem) => ({ hint: 'give each column a name of its own in the first line', ...problem }));
}

function disguise(head: string): string | undefined {
  if (head.startsWith('\ufffd\ufffd') || head.slice(0, 2).includes('\0')) return 'not UTF-8: it looks like UTF-16';
  return DISGUISES.find(([magic]) => magic.test(head))?.[1];
}

/** What most likely separates the columns, where it is no comma. */
function otherSeparator(head: string, fields: number): string | undefined {
  const [first = '', second] = head.split(/\r?\n/, 2);
  return SEPARATORS.find(([sign]) => {
    const count = first.split(sign).length;
    if (count < 2 || count <= fields) return false;
    return fields === 1 || second === undefined || second.split(sign).length === count;
  })?.[1];
}

/** Some whole records after the first; none where the text is not well formed. */
function sampleRows(head: string): readonly (readonly string[])[] {
  const whole = head.slice(0, 20_000);
  const parsed = parseCsv(whole.slice(0, whole.lastIndexOf('\n') + 1));
  return 'records' in parsed ? parsed.records.slice(1, 20).map(({ fields }) => fields) : [];
}

/** A number, a date, a time. A year names a column as well as anything. */
function isValue(text: string): boolean {
  if (/^(19|20)\d\d$/.test(text)) return false;
  return /^[+-]?(\d+([.,]\d+)?|[.]\d+)%?$|^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([ T].*)?$|^(true|false|nan)$/i.test(text);
}

/** A table of these columns, none of them needed: what is left to refuse is the names. */
function anyTable(names: readonly string[]): TableContract {
  const column = (name: string) =>
    ({ name, type: 'string', description: '', required: false, source: { kind: 'header', name }, nulls: [] }) as const;
  return {
    name: 'any',
    description: '',
    landing: '*.csv',
    format: 'csv',
    load: 'append',
    primaryKey: [],
    identity: [],
    overlap: 'ordinal',
    partitionBy: [],
    maxBadShare: 1,
    columns: [...new Set(names)].filter((name) => name !== '').map(column),
  };
}
