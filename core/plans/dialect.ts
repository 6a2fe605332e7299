/**
 * What a load plan says, in the words of each engine. One row a building block, one column an engine, side by side,
 * so that a difference between engines is seen where it is made. Spark's column joins DuckDB's here.
 *
 * The rules that every column must give:
 * - integer: an optional sign and digits, white space around them allowed; nothing else (no `1.5`, `1e3`, `0x1F`,
 *   `1_000`).
 * - double: decimal or exponent notation, white space around allowed; finite; no `nan`, no `1_000`.
 * - date: `YYYY-MM-DD` and nothing else. timestamp: a date, a space or `T`, and `HH:MM:SS` with up to three decimals.
 * - boolean: `true` or `false` in any case.
 * - percent: decimal notation and a `%` behind it, white space around allowed; finite; divided by 100.
 * - timestamp with offset: a timestamp whose hour is at most 23, and behind it, without space, `+` or `-` and `HH`,
 *   `HHMM` or `HH:MM` below 16 hours.
 * - text stays as it is. The empty text is null.
 */

import type { ColumnType, NamedParse } from '../contracts/types.ts';

export type Engine = 'duckdb';

/** What a text is read as. An interval is put together of doubles. */
export type TextForm = ColumnType | Exclude<NamedParse, 'interval midpoint'>;

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

const OFFSET_FORM: Words = {
  duckdb: (text, value) => `${value} IS NOT NULL AND regexp_full_match(${text}, ${WITH_OFFSET})`,
};

// NaN counts as greater than every number.
const FINITE: Limits = { low: '-1.7976931348623157e308', high: '1.7976931348623157e308' };

const CAST: Readonly<Record<TextForm, Cast>> = {
  string: judgedAlike({ duckdb: (text) => text }, { duckdb: () => 'true' }),
  integer: { cast: tryCast('INTEGER'), form: { duckdb: wholeNumber }, plainForm: { duckdb: plainWholeNumber } },
  bigint: { cast: tryCast('BIGINT'), form: { duckdb: wholeNumber }, plainForm: { duckdb: plainWholeNumber } },
  double: {
    cast: tryCast('DOUBLE'),
    // DuckDB reads `+-1` as -1.
    form: {
      duckdb: (text, value) =>
        `NOT contains(${text}, '_') AND CASE WHEN ${value} > 0 THEN true ELSE NOT contains(${text}, '+-') END`,
    },
    plainForm: { duckdb: () => 'true' },
    limits: FINITE,
  },
  date: judgedAlike(tryCast('DATE'), {
    duckdb: (text, value) => `CAST(${value} AS VARCHAR) = ${text} AND strlen(${text}) = 10`,
  }),
  timestamp: judgedAlike(tryCast('TIMESTAMP'), {
    duckdb: (text, value) =>
      `${value} IS NOT NULL AND regexp_full_match(${text}, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?')`,
  }),
  boolean: judgedAlike(
    { duckdb: (text) => `CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false END` },
    { duckdb: (_text, value) => `${value} IS NOT NULL` },
  ),
  percent: {
    ...judgedAlike(
      { duckdb: (text) => `TRY_CAST(replace(${text}, '%', '') AS DOUBLE) / 100` },
      { duckdb: (text) => `regexp_full_match(${text}, ${PERCENT})` },
    ),
    limits: FINITE,
  },
  // DuckDB's cast to TIMESTAMP reads the clock and leaves the offset out; the one with time zone goes by it, whatever
  // the session's own zone is.
  'timestamp with offset': withOffset({ duckdb: (text) => `make_timestamp(epoch_us(${instant(text)}))` }),
  'local time of timestamp with offset': withOffset(tryCast('TIMESTAMP')),
  'offset hours of timestamp with offset': withOffset({
    duckdb: (text) => `CAST(epoch_ms(TRY_CAST(${text} AS TIMESTAMP)) - epoch_ms(${instant(text)}) AS DOUBLE) / 3600000`,
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

/** The engine's name of a column type. */
export const TYPE_NAME: Readonly<Record<ColumnType, Readonly<Record<Engine, string>>>> = {
  string: { duckdb: 'VARCHAR' },
  integer: { duckdb: 'INTEGER' },
  bigint: { duckdb: 'BIGINT' },
  double: { duckdb: 'DOUBLE' },
  boolean: { duckdb: 'BOOLEAN' },
  date: { duckdb: 'DATE' },
  timestamp: { duckdb: 'TIMESTAMP' },
};

/** Everything else that an expression of a plan is made of. */
export const WORDS = {
  identifier: { duckdb: (name: string) => `"${name.replaceAll('"', '""')}"` },
  literal: { duckdb: (text: string) => `'${text.replaceAll("'", "''")}'` },
  /** Null where the text is one of the listed ones. */
  nullWhere: {
    duckdb: (text: string, ...nulls: string[]) => `CASE WHEN ${text} NOT IN (${nulls.join(', ')}) THEN ${text} END`,
  },
  /** The `part`th piece (1-based) of a text split at a separator; null where there are fewer. */
  split: {
    duckdb: (text: string, separator: string, part: string) =>
      `nullif(list_extract(string_split(${text}, ${separator}), ${part}), '')`,
  },
  /** The first capture group; null where the pattern does not match. */
  capture: {
    duckdb: (text: string, pattern: string) => `nullif(regexp_extract(${text}, ${pattern}, 1), '')`,
  },
  matches: { duckdb: (text: string, pattern: string) => `regexp_full_match(${text}, ${pattern})` },
  /** Lower-case hexadecimal HMAC-SHA-256 of a text under the key of that name (letters and digits); null of null. */
  hmac: {
    duckdb: (text: string, key: string) =>
      `sha256(${pad('outer', key)} || unhex(sha256(${pad('inner', key)} || encode(${text}))))`,
  },
  mask: {
    duckdb: (text: string) =>
      `CASE WHEN length(${text}) < 8 THEN repeat('*', length(${text})) ELSE repeat('*', length(${text}) - 4) || right(${text}, 4) END`,
  },
} as const satisfies Record<string, Words>;

function judgedAlike(cast: Words, form: Words): Cast {
  return { cast, form, plainForm: form };
}

function tryCast(type: string): Words {
  return { duckdb: (text) => `TRY_CAST(${text} AS ${type})` };
}

function withOffset(cast: Words): Cast {
  return judgedAlike(cast, OFFSET_FORM);
}

function instant(text: string): string {
  return `TRY_CAST(${text} AS TIMESTAMP WITH TIME ZONE)`;
}

/**
 * The key's blocks are in no statement. Each is put together, once a statement, of two shares that tell nothing alone: a
 * variable, which a plan shows, and a row of a table, which may be spilled. Whoever holds the key sets both.
 */
function pad(which: 'inner' | 'outer', key: string): string {
  const shares = `xor(CAST(getvariable('landfall_${which}_${key}') AS BIT), CAST(share AS BIT))`;
  return `(SELECT any_value(CAST(${shares} AS BLOB)) FROM temp.landfall_shares WHERE name = '${key}')`;
}

const WHOLE_NUMBER = "'[\\t-\\r ]*[+-]?[0-9]+[\\t-\\r ]*'";
const PERCENT = "'[\\t-\\r ]*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)[\\t-\\r ]*%[\\t-\\r ]*'";
const WITH_OFFSET =
  "'[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?'";

function wholeNumber(text: string, value: string): string {
  return `CASE WHEN CAST(${value} AS VARCHAR) = ${text} THEN true
    WHEN ${value} IS NULL THEN false ELSE regexp_full_match(${text}, ${WHOLE_NUMBER}) END`;
}

/** Of what DuckDB takes for a whole number, little is left that the rule forbids: `1.5`, which it rounds, and `- ` for 0. */
function plainWholeNumber(text: string, value: string): string {
  return `NOT contains(${text}, '.') AND CASE WHEN ${value} <> 0 THEN true
    WHEN ${value} IS NULL THEN false ELSE regexp_full_match(${text}, ${WHOLE_NUMBER}) END`;
}
