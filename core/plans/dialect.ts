/**
 * What a load plan says, in the words of each engine. One row a building block, one column an engine, side by side,
 * so that a difference between engines is seen where it is made.
 *
 * The rules that every column must give:
 * - integer: an optional sign and digits, white space around them allowed; nothing else (no `1.5`, `1e3`, `0x1F`,
 *   `1_000`).
 * - double: decimal or exponent notation, white space around allowed; finite; no `nan`, no `1_000`.
 * - date: `YYYY-MM-DD` and nothing else, from the year 1 on. timestamp: a date, a space or `T`, and `HH:MM:SS`, the hour
 *   at most 23, with up to three decimals.
 * - boolean: `true` or `false` in any case.
 * - percent: decimal notation and a `%` behind it, white space around allowed; finite; divided by 100.
 * - timestamp with offset: a timestamp, and behind it, without space, `Z`, which is UTC, or `+` or `-` and `HH`, `HHMM` or
 *   `HH:MM` below 16 hours.
 * - text stays as it is. The empty text is null.
 */

import type { ColumnType, NamedParse } from '../contracts/types.ts';
import { javaPattern } from './java-pattern.ts';

export type Engine = 'duckdb' | 'spark';

/** What a text is read as. An interval is put together of doubles, a count is a whole number. */
export type TextForm = ColumnType | Exclude<NamedParse, 'interval midpoint' | 'count'>;

type Words = Readonly<Record<Engine, (...args: string[]) => string>>;

/**
 * Text to value. `cast` may take more than the rule allows and gives null where it can't; `form` says of a text that is
 * not null, and of what it was cast to, whether the rule allows it (null counts as no). Two steps, because a text is
 * cast once and judged by the result: most are what their value prints as, and need no second look.
 *
 * `plainForm` may take for granted that the text has no `+` and no byte of 0x40 or above, so no letter and no `_`: most
 * files of numbers have none, and judging 13 million rows of them takes half as long. It gives what `form` would.
 *
 * `limits`, where there are any, are the least and the greatest value; they are apart because a column's own minimum and
 * maximum can stand in for them.
 */
interface Cast {
  readonly cast: Words;
  readonly form: Words;
  readonly plainForm: Words;
  readonly limits?: Limits;
}

export interface Limits {
  readonly low?: string | undefined;
  readonly high?: string | undefined;
}

const WHOLE_NUMBER = '[\\t-\\r ]*[+-]?[0-9]+[\\t-\\r ]*';
const NUMBER = '[\\t-\\r ]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?[\\t-\\r ]*';
const PERCENT = '[\\t-\\r ]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)[\\t-\\r ]*%[\\t-\\r ]*';
// There was no year 0, though casts know one.
const YEAR = '([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])';
const CLOCK = `${YEAR}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?`;
const OFFSET_FORM = timeForm(`${CLOCK}(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)`);

// NaN counts as greater than every number.
const FINITE: Limits = { low: '-1.7976931348623157e308', high: '1.7976931348623157e308' };

const CAST: Readonly<Record<TextForm, Cast>> = {
  string: judgedAlike(
    both((text) => text),
    both(() => 'true'),
  ),
  integer: wholeNumber('INTEGER', 'INT'),
  bigint: wholeNumber('BIGINT', 'BIGINT'),
  double: {
    cast: tryCast('DOUBLE'),
    form: {
      // DuckDB reads `+-1` as -1.
      duckdb: (text, value) =>
        `NOT contains(${text}, '_') AND CASE WHEN ${value} > 0 THEN true ELSE NOT contains(${text}, '+-') END`,
      // Java reads `1d`, `0x1p3` and `Infinity`, too.
      spark: (text) => fullMatch('spark', text, NUMBER),
    },
    plainForm: { duckdb: () => 'true', spark: (text) => fullMatch('spark', text, NUMBER) },
    limits: FINITE,
  },
  date: judgedAlike(tryCast('DATE'), {
    duckdb: (text, value) => `CAST(${value} AS VARCHAR) = ${text} AND strlen(${text}) = 10`,
    // Spark has a year 0, and in whole numbers its cast is content with a year alone.
    spark: (text, value) =>
      `CAST(${value} AS STRING) = ${text} AND length(${text}) = 10 AND ${value} >= DATE '0001-01-01'`,
  }),
  timestamp: judgedAlike(tryCast('TIMESTAMP', 'TIMESTAMP_NTZ'), timeForm(CLOCK)),
  boolean: judgedAlike(
    both((text) => `CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false END`),
    both((_text, value) => `${value} IS NOT NULL`),
  ),
  percent: {
    ...judgedAlike(
      both((text) => `TRY_CAST(replace(${text}, '%', '') AS DOUBLE) / 100`),
      formOf(PERCENT),
    ),
    limits: FINITE,
  },
  // DuckDB's cast to TIMESTAMP reads the clock and leaves the offset out; the one with time zone goes by it, whatever
  // the session's own zone is. Spark's knows fewer spellings of an offset, so it is taken apart there.
  'timestamp with offset': withOffset({
    duckdb: (text) => `make_timestamp(epoch_us(${instant(text)}))`,
    spark: (text) => `${clock(text)} - make_dt_interval(0, 0, ${offsetMinutes(text)}, 0)`,
  }),
  'local time of timestamp with offset': withOffset({
    duckdb: (text) => `TRY_CAST(${text} AS TIMESTAMP)`,
    spark: clock,
  }),
  'offset hours of timestamp with offset': withOffset({
    duckdb: (text) => `CAST(epoch_ms(TRY_CAST(${text} AS TIMESTAMP)) - epoch_ms(${instant(text)}) AS DOUBLE) / 3600000`,
    spark: (text) => `CASE WHEN ${clock(text)} IS NOT NULL THEN CAST(${offsetMinutes(text)} AS DOUBLE) / 60 END`,
  }),
};

/** SQL of a text's value; null where it has none. */
export function cast(type: TextForm, engine: Engine, text: string): string {
  return CAST[type].cast[engine](text);
}

/**
 * SQL: whether a text that is not null is of the form and its value within the limits; null counts as no. `plain`
 * promises of the text what `plainForm` takes for granted.
 */
export function accepts(
  type: TextForm,
  engine: Engine,
  { text, value, plain = false, limits = {} }: { text: string; value: string; plain?: boolean; limits?: Limits },
): string {
  const { form, plainForm, limits: own } = CAST[type];
  const conditions = [(plain ? plainForm : form)[engine](text, value)].filter((condition) => condition !== 'true');
  conditions.push(...within(value, { low: limits.low ?? own?.low, high: limits.high ?? own?.high }));
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

/** Whether a text of the one form is of the other, too: three columns of one field need not judge it thrice. */
export function isSameForm(one: TextForm, other: TextForm): boolean {
  return CAST[one].form === CAST[other].form;
}

/** SQL: the value is no less than the one and no more than the other, where they are given. */
export function within(value: string, { low, high }: Limits): string[] {
  if (low !== undefined && high !== undefined) return [`${value} BETWEEN ${low} AND ${high}`];
  return [...(low === undefined ? [] : [`${value} >= ${low}`]), ...(high === undefined ? [] : [`${value} <= ${high}`])];
}

/** The engine's name of a column type. A timestamp has no zone. */
export const TYPE_NAME: Readonly<Record<ColumnType, Readonly<Record<Engine, string>>>> = {
  string: { duckdb: 'VARCHAR', spark: 'STRING' },
  integer: { duckdb: 'INTEGER', spark: 'INT' },
  bigint: { duckdb: 'BIGINT', spark: 'BIGINT' },
  double: { duckdb: 'DOUBLE', spark: 'DOUBLE' },
  boolean: { duckdb: 'BOOLEAN', spark: 'BOOLEAN' },
  date: { duckdb: 'DATE', spark: 'DATE' },
  timestamp: { duckdb: 'TIMESTAMP', spark: 'TIMESTAMP_NTZ' },
};

/** Everything else that an expression of a plan is made of. */
export const WORDS = {
  identifier: {
    duckdb: (name: string) => `"${name.replaceAll('"', '""')}"`,
    spark: (name: string) => `\`${name.replaceAll('`', '``')}\``,
  },
  literal: {
    duckdb: (text: string) => `'${text.replaceAll("'", "''")}'`,
    spark: (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  },
  /** Null where the text is one of the listed ones. */
  nullWhere: both((text, ...nulls) => `CASE WHEN ${text} NOT IN (${nulls.join(', ')}) THEN ${text} END`),
  /** The `part`th piece (1-based) of a text split at a separator; null where there are fewer. */
  split: {
    duckdb: (text: string, separator: string, part: string) =>
      `nullif(list_extract(string_split(${text}, ${literal('duckdb', separator)}), ${part}), '')`,
    spark: (text: string, separator: string, part: string) =>
      `nullif(split_part(${text}, ${literal('spark', separator)}, ${part}), '')`,
  },
  /** The first capture group of a regular expression; null where it does not match. */
  capture: {
    duckdb: (text: string, pattern: string) => `nullif(regexp_extract(${text}, ${literal('duckdb', pattern)}, 1), '')`,
    spark: (text: string, pattern: string) =>
      `nullif(regexp_extract(${text}, ${literal('spark', javaPattern(pattern))}, 1), '')`,
  },
  /** Whether the whole text matches a regular expression. */
  matches: {
    duckdb: (text: string, pattern: string) => fullMatch('duckdb', text, pattern),
    spark: (text: string, pattern: string) => fullMatch('spark', text, pattern),
  },
  /** Lower-case hexadecimal HMAC-SHA-256 of a text under the key of that name (letters and digits); null of null. */
  hmac: {
    duckdb: (text: string, key: string) =>
      `sha256(${pad('outer', key)} || unhex(sha256(${pad('inner', key)} || encode(${text}))))`,
    // A function of the session, which whoever holds the key registers: no plan that Spark shows has the key in it.
    spark: (text: string, key: string) => `landfall_hmac_${key}(${text})`,
  },
  mask: both(
    (text) =>
      `CASE WHEN length(${text}) < 8 THEN repeat('*', length(${text})) ELSE repeat('*', length(${text}) - 4) || right(${text}, 4) END`,
  ),
  /** A text as a string of JSON. */
  jsonString: {
    duckdb: (text: string) => `CAST(to_json(${text}) AS VARCHAR)`,
    spark: (text: string) => `regexp_extract(to_json(named_struct('v', ${text})), '(?s)^.{5}(.*).$', 1)`,
  },
  /** A text as a field of a CSV record, in quotes where it needs them; null as nothing. */
  csvField: {
    duckdb: (text: string) => csvField(text, `regexp_matches(${text}, '[",\\r\\n]')`),
    spark: (text: string) => csvField(text, `${text} RLIKE '[",\\r\\n]'`),
  },
} as const satisfies Record<string, Words>;

function both(words: (...args: string[]) => string): Words {
  return { duckdb: words, spark: words };
}

function judgedAlike(cast: Words, form: Words): Cast {
  return { cast, form, plainForm: form };
}

function tryCast(duckdb: string, spark = duckdb): Words {
  return {
    duckdb: (text) => `TRY_CAST(${text} AS ${duckdb})`,
    spark: (text) => `TRY_CAST(${text} AS ${spark})`,
  };
}

function csvField(text: string, needsQuotes: string): string {
  return `coalesce(CASE WHEN ${needsQuotes} THEN '"' || replace(${text}, '"', '""') || '"' ELSE ${text} END, '')`;
}

function literal(engine: Engine, text: string): string {
  return WORDS.literal[engine](text);
}

function fullMatch(engine: Engine, text: string, pattern: string): string {
  return engine === 'duckdb'
    ? `regexp_full_match(${text}, ${literal(engine, pattern)})`
    : `${text} RLIKE ${literal(engine, `\\A(?:${javaPattern(pattern)})\\z`)}`;
}

function formOf(pattern: string): Words {
  return { duckdb: (text) => fullMatch('duckdb', text, pattern), spark: (text) => fullMatch('spark', text, pattern) };
}

/** A time of this form: the pattern does not know how long a month is. */
function timeForm(pattern: string): Words {
  const { duckdb, spark } = formOf(pattern);
  return {
    duckdb: (text, value) => `${value} IS NOT NULL AND ${duckdb(text)}`,
    spark: (text, value) => `${value} IS NOT NULL AND ${spark(text)}`,
  };
}

function withOffset(cast: Words): Cast {
  return judgedAlike(cast, OFFSET_FORM);
}

function wholeNumber(duckdb: string, spark: string): Cast {
  const form = formOf(WHOLE_NUMBER);
  return {
    cast: tryCast(duckdb, spark),
    form: {
      duckdb: (text, value) => `CASE WHEN CAST(${value} AS VARCHAR) = ${text} THEN true
    WHEN ${value} IS NULL THEN false ELSE ${form.duckdb(text)} END`,
      spark: (text, value) => `${value} IS NOT NULL AND ${form.spark(text)}`,
    },
    // Of what DuckDB takes for a whole number, little is left that the rule forbids: `1.5`, which it rounds, and `- ` for 0.
    plainForm: {
      duckdb: (text, value) => `NOT contains(${text}, '.') AND CASE WHEN ${value} <> 0 THEN true
    WHEN ${value} IS NULL THEN false ELSE ${form.duckdb(text)} END`,
      spark: (text, value) => `${value} IS NOT NULL AND ${form.spark(text)}`,
    },
  };
}

function instant(text: string): string {
  return `TRY_CAST(${text} AS TIMESTAMP WITH TIME ZONE)`;
}

/** Spark: what the clock read. */
function clock(text: string): string {
  return `TRY_CAST(regexp_extract(${text}, '^(.{19}([.][0-9]{1,3})?)', 1) AS TIMESTAMP_NTZ)`;
}

/** Spark: how far that clock was ahead of UTC. */
function offsetMinutes(text: string): string {
  const part = (group: number) =>
    `coalesce(TRY_CAST(regexp_extract(${text}, '([+-])([0-9]{2}):?([0-9]{2})?$', ${group}) AS INT), 0)`;
  const sign = `CASE WHEN substr(${text}, 20) LIKE '%-%' THEN -1 ELSE 1 END`;
  return `(${sign} * (${part(2)} * 60 + ${part(3)}))`;
}

/**
 * The key's blocks are in no statement. Each is put together, once a statement, of two shares that tell nothing alone: a
 * variable, which a plan shows, and a row of a table, which may be spilled. Whoever holds the key sets both.
 */
function pad(which: 'inner' | 'outer', key: string): string {
  const shares = `xor(CAST(getvariable('landfall_${which}_${key}') AS BIT), CAST(share AS BIT))`;
  return `(SELECT any_value(CAST(${shares} AS BLOB)) FROM temp.landfall_shares WHERE name = '${key}')`;
}
