/** From what a column's texts are to what a contract says of it. */

import type { LogicalType } from '../contracts/document.ts';
import type { NamedParse } from '../contracts/types.ts';
import { isIdentifying } from './names.ts';
import { rangeOf } from './ranges.ts';
import { type ColumnProfile, type Confidence, FORMS, type Form, type Look, type ProposedColumn } from './types.ts';

/** No thing is called so: in a column of text, too, they mean that there is none. */
const NEVER_TEXT: readonly string[] = ['NaN', '#N/A', '\\N'];

/** Above it a number has no room left to grow in 32 bits. */
const ROOMY = 2 ** 30;

/** Where none of so many rows lacks a value, most likely less than 3 in 1000 of all do. */
const ENOUGH = 1000;

const EPOCHS = [
  { unit: 'seconds', second: 1 },
  { unit: 'milliseconds', second: 1e3 },
  { unit: 'microseconds', second: 1e6 },
] as const;

const SAID: Readonly<Record<Form, string>> = {
  integer: 'a whole number',
  bigint: 'a whole number of 64 bits',
  double: 'a number',
  boolean: 'true or false',
  date: 'a date',
  timestamp: 'a time',
  percent: 'a percentage',
  'timestamp with offset': 'a time with its offset from UTC',
  'interval midpoint': 'an interval',
};

const TYPES: Readonly<Record<Form, LogicalType>> = {
  integer: 'integer',
  bigint: 'integer',
  double: 'number',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  percent: 'number',
  'timestamp with offset': 'timestamp',
  'interval midpoint': 'number',
};

/** What Landfall does not read as more than text, and what would help. */
const ADVICE: readonly (readonly [Look, string])[] = [
  ['other date', 'looks like dates that are not written YYYY-MM-DD, so it stays text: export ISO dates to have a date'],
  [
    'other time',
    'looks like times in another form than YYYY-MM-DD HH:MM:SS with up to three decimals, and Z, an offset such as +00 or nothing behind it: stays text',
  ],
  ['thousands separator', 'looks like numbers with , between thousands, so it stays text: export plain numbers'],
  ['decimal comma', 'looks like numbers with a decimal comma, so it stays text: export them with a point'],
  ['money', 'looks like amounts with a currency sign, so it stays text: export plain numbers'],
];

/**
 * The columns that one source gives: one, but an interval keeps its text beside its midpoint, and a time with an offset
 * the local time and the offset.
 * @param name of the first of them, snake_case
 * @param isOnly whether no other column of the table has an offset, so that the short names are free
 */
export function proposeColumns(profile: ColumnProfile, name: string, isOnly = true): readonly ProposedColumn[] {
  const { source, nullWords } = profile;
  if (profile.isList) return [listColumn(profile, name)];
  const form = formOf(profile);
  const nulls = nullWords.map(({ word }) => word).filter((word) => form !== undefined || NEVER_TEXT.includes(word));
  const known = nullWords.filter(({ word }) => !nulls.includes(word)).reduce((sum, { count }) => sum + count, 0);
  const values = profile.values + known;
  const names = namesThings(profile, name);
  const isWhole = values > 0 && profile.rows - values <= (names ? stray(profile.rows) : strayGaps(profile.rows));
  const isRequired = isWhole && (names || (form !== undefined && profile.rows >= ENOUGH));
  const confidence = confidenceOf(profile, form);
  const same = { isBig: false, required: isRequired, whole: isWhole, source, nulls, confidence };
  const missing = profile.rows - values;
  const few = profile.rows < ENOUGH ? ' in these few rows' : '';
  const quarantined = isRequired ? ': those rows would go to quarantine' : '';
  const notes = [
    ...textNotes(profile, form),
    ...(missing === 0 || values === 0 ? [] : [`${share(missing, profile.rows)} missing${quarantined}`]),
    ...(isWhole && !isRequired ? [`never missing${few}: say required if it must not be`] : []),
    ...(known === 0
      ? []
      : [
          `${share(known, profile.rows)} ${list(nullWords.filter(({ word }) => !nulls.includes(word)).map(({ word }) => word))}, kept as text: add nulls if that means missing`,
        ]),
  ];
  if (form === undefined) return [{ ...same, name, type: 'string', notes }];
  const parse = parseOf(form);
  const isBig =
    form === 'bigint' || (form === 'integer' && Math.max(Math.abs(profile.low ?? 0), profile.high ?? 0) >= ROOMY);
  const main: ProposedColumn = {
    ...same,
    name,
    type: TYPES[form],
    isBig,
    ...(parse === undefined ? {} : { parse }),
    ...rangeOf(profile, name, form),
    notes: [...notes, ...numberNotes(profile, name, form, isBig)],
  };
  if (form === 'timestamp with offset' && profile.looks.utc === profile.values) {
    return [{ ...main, notes: [...main.notes, 'always UTC, so neither local time nor offset is kept'] }];
  }
  return [main, ...beside(main, form, isOnly)];
}

function numberNotes({ low, high }: ColumnProfile, name: string, form: Form, isBig: boolean): string[] {
  const notes = isBig && form === 'integer' ? ['bigint, for it is close to the end of 32 bits'] : [];
  if (low === null || high === null || !/(^|_)(at|on|time|timestamp|ts|epoch|date|created|updated)(_|$)/.test(name))
    return notes;
  const unit = EPOCHS.find(({ second }) => low >= 1e9 * second && high < 4.2e9 * second)?.unit;
  return unit === undefined
    ? notes
    : [...notes, `looks like ${unit} since 1970: stays a number, and a model can make a time of it`];
}

function beside(main: ProposedColumn, form: Form, isOnly: boolean): ProposedColumn[] {
  const { name, source, required, whole, nulls, confidence } = main;
  const same = { isBig: false, source, required, whole, nulls, confidence };
  if (form === 'interval midpoint') {
    return [{ ...same, name: `${name}_interval`, type: 'string', notes: ['the interval as it stands in the file'] }];
  }
  if (form !== 'timestamp with offset') return [];
  const prefix = isOnly ? '' : `${name}_`;
  return [
    {
      ...same,
      name: `${prefix}local_time`,
      type: 'timestamp',
      parse: 'local time of timestamp with offset',
      notes: ["as the clock there read; remove it if that doesn't matter"],
    },
    {
      ...same,
      name: `${prefix}utc_offset_hours`,
      type: 'number',
      parse: 'offset hours of timestamp with offset',
      notes: ["how far that clock was ahead of UTC; remove it if that doesn't matter"],
    },
  ];
}

/** How many elements a list of JSON has. */
function listColumn({ source, rows, values, low, high }: ColumnProfile, name: string): ProposedColumn {
  const notes = ['a list, of which the number of elements is kept', ...(low === null ? [] : [`${low} to ${high}`])];
  const confidence = values < FEW ? 'low' : 'high';
  // What writes JSON may leave out a list that is empty.
  if (values < rows) notes.push(`${share(rows - values, rows)} missing`);
  return {
    name,
    type: 'integer',
    isBig: false,
    source,
    parse: 'count',
    required: false,
    whole: false,
    nulls: [],
    minimum: 0,
    confidence,
    notes,
  };
}

/** An identifier, by its name or by what it looks like. Other text that is never empty here may be in the next file. */
function namesThings({ looks, values }: ColumnProfile, name: string): boolean {
  return isIdentifying(name) || (looks.identifier ?? 0) >= values - stray(values);
}

/** So few of many are mistakes, which quarantine is for, and say nothing of the column. */
function stray(of: number): number {
  return Math.floor(of / 1000);
}

/** So few rows of many without a value are no reason to let all do without. Where it names things, more are mistakes. */
function strayGaps(rows: number): number {
  return Math.floor(rows / 10_000);
}

/** The narrowest form that every value has, or else nearly every one; undefined for text. */
export function formOf({ values, forms, looks }: ColumnProfile): Form | undefined {
  if (values === 0) return undefined;
  const most = Math.max(...FORMS.map((one) => forms[one] ?? 0));
  const form = most < values - stray(values) ? undefined : FORMS.find((one) => forms[one] === most);
  if (form !== 'integer' && form !== 'bigint' && form !== 'double') return form;
  // 00123 is no number, nor is what has more digits than a double keeps.
  if ((looks['leading zero'] ?? 0) > 0) return undefined;
  return form === 'double' && looks.digits === values ? undefined : form;
}

function parseOf(form: Form): NamedParse | undefined {
  return form === 'percent' || form === 'timestamp with offset' || form === 'interval midpoint' ? form : undefined;
}

const FEW = 20;
const MANY = 200;

function confidenceOf({ values, forms }: ColumnProfile, form: Form | undefined): Confidence {
  if (values < FEW) return 'low';
  const nearly =
    form === undefined ? Object.values(forms).some((count) => count > 0.5 * values) : forms[form] !== values;
  return nearly || values < MANY ? 'medium' : 'high';
}

function textNotes(profile: ColumnProfile, form: Form | undefined): string[] {
  const { values, forms, looks, low, high, examples } = profile;
  if (values === 0) return ['no value in any row: text until there is one'];
  if (form !== undefined) {
    const good = forms[form] ?? 0;
    const each = values === 1 ? 'the only value is' : `each of ${values.toLocaleString('en')} values is`;
    const all =
      good === values
        ? each
        : `all but ${values - good} of ${values.toLocaleString('en')}, which would go to quarantine, are`;
    const range = low === null || high === null ? [] : [`${low} to ${high}`];
    return [`${all} ${SAID[form]}`, ...range];
  }
  const zeros = looks['leading zero'] ?? 0;
  if (zeros > 0 && looks.digits === values)
    return [`digits, but ${share(zeros, values)} with leading zeros or a +: stays text`];
  if (looks.digits === values) return ['digits, but more than 64 bits hold: stays text'];
  const nested = looks.nested ?? 0;
  if (nested > 0)
    return [`${share(nested, values)} a list or an object, which would go to quarantine; the others are text`];
  if (sumOf(looks['other date'], forms.date) > 0.5 * values && (forms.date ?? 0) > 0) {
    return [
      `dates in more than one form, so it stays text: export them all as YYYY-MM-DD; such as ${list(examples.slice(0, 3))}`,
    ];
  }
  const advice = ADVICE.find(([look]) => (looks[look] ?? 0) > 0.5 * values);
  if (advice !== undefined) return [advice[1], `such as ${list(examples.slice(0, 3))}`];
  const near = FORMS.filter((one) => (forms[one] ?? 0) > 0.5 * values).sort(
    (a, b) => (forms[b] ?? 0) - (forms[a] ?? 0),
  )[0];
  if (near === undefined) return [textNote(profile), ...wordNotes(profile)];
  return [
    `${share(forms[near] ?? 0, values)} ${SAID[near]}, but not all, so it stays text: a typed column would refuse the others`,
  ];
}

/** Of more different texts each may be a person's name or address, and a contract is for everybody to read. */
const MOST_WORDS = 12;

function textNote({ values, distinct, examples }: ColumnProfile): string {
  if (distinct <= MOST_WORDS && 2 * distinct <= values) return `text, such as ${list(examples.slice(0, 3))}`;
  return values === 1 ? 'text' : `text, about ${share(Math.min(distinct, values), values)} values differ`;
}

function wordNotes({ values, looks }: ColumnProfile): string[] {
  if (looks['yes or no'] === values) return ['stays text, for true and false alone are booleans'];
  const parts = looks['in parts'] ?? 0;
  return values >= FEW && parts >= 0.95 * values
    ? [`${share(parts, values)} have " - " between parts: {split: " - ", part: 1} as a column's parse gives the first`]
    : [];
}

function sumOf(...counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

/** Whether most values look like days or times, in whatever form. */
export function isOfTime({ values, forms, looks }: ColumnProfile): boolean {
  const { date, timestamp, 'timestamp with offset': offset } = forms;
  return (
    values > 0 &&
    Math.max(sumOf(looks['other date'], date), sumOf(looks['other time']), sumOf(timestamp, offset)) > 0.5 * values
  );
}

function share(count: number, of: number): string {
  return `${count.toLocaleString('en')} of ${of.toLocaleString('en')}`;
}

/** Examples may be long, and a comment is one line. */
function list(words: readonly string[]): string {
  return words.map((word) => JSON.stringify(word.length > 40 ? `${word.slice(0, 37)}...` : word)).join(', ');
}
