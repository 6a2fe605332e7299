/** A column of a load plan: how its text is read, what value it gives, and why a row fails for it. */

import type { ColumnContract, FileFormat, Protect } from '../contracts/types.ts';
import {
  accepts,
  cast,
  type Engine,
  isSameForm,
  type Limits,
  type TextForm,
  TYPE_NAME,
  WORDS,
  within,
} from './dialect.ts';
import { countOf, isUnmarked, markChecks } from './json-records.ts';

/** One condition that a value must meet; the reason is told of the row that does not. */
export interface Check {
  /** SQL: true where the value fails. */
  readonly fails: string;
  readonly reason: string;
}

export interface PlannedColumn {
  readonly name: string;
  readonly type: ColumnContract['type'];
  readonly sqlType: string;
  /** The header field that it reads, or null where the file's name gives it. */
  readonly header: string | null;
  /** SQL of the text, given the record's field or the file's name. */
  readonly text: (field: string) => string;
  /** SQL of the value, given the text's. */
  readonly value: (text: string) => string;
  /**
   * SQL: true where text and value are sound, given that the columns before it are; false or null where any check
   * fails. `plain` promises that the text has no `+` and no byte of 0x40 or above.
   */
  readonly sound: (text: string, value: string, plain: boolean) => string;
  /** Why they are not, in the order in which it is told: the first that fails is the reason. */
  readonly checks: (text: string, value: string) => readonly Check[];
  readonly required: boolean;
  /** The reason that is told where the text gives no value of the type; undefined where every text does. */
  readonly mistyped?: string;
  /** The lake has learnt it, or is to, of a file. */
  readonly evolved?: true;
  /** Its value is what this leaves of it, its text is nobody's to keep. */
  readonly protect?: Protect;
}

/** The key that `hmac` is under, as a session knows it. */
export const PROTECT_KEY = 'key';

interface Planning {
  readonly engine: Engine;
  readonly format: FileFormat;
  /** An earlier column judges the form of the text for this one. */
  readonly isJudged: boolean;
}

/** What the contract asks of a column. */
export function planColumn(column: ColumnContract, planning: Planning): PlannedColumn {
  const { engine, format } = planning;
  const jsonSource = format === 'ndjson' && column.source.kind === 'header' ? column.source.name : undefined;
  const literal = (text: string) => WORDS.literal[engine](text);
  const same = {
    name: column.name,
    type: column.type,
    sqlType: TYPE_NAME[column.type][engine],
    header: column.source.kind === 'header' ? column.source.name : null,
    required: column.required,
    ...(column.evolved === undefined ? {} : { evolved: column.evolved }),
    ...(column.protect === undefined ? {} : { protect: column.protect }),
  };
  if (column.protect === 'drop') {
    const nothing = (type: ColumnContract['type']) => () => `CAST(NULL AS ${TYPE_NAME[type][engine]})`;
    return { ...same, text: nothing('string'), value: nothing(column.type), sound: () => 'true', checks: () => [] };
  }
  const mistyped = typeReason(column, engine);
  return {
    ...same,
    ...(mistyped === undefined ? {} : { mistyped }),
    text: (field) => {
      const own = column.parse?.kind === 'count' ? countOf(field) : field;
      const text = column.source.kind === 'file' ? WORDS.capture[engine](field, column.source.pattern) : own;
      return column.nulls.length === 0 ? text : WORDS.nullWhere[engine](text, ...column.nulls.map(literal));
    },
    value: (text) => protectedForm(column.protect, engine, parsed(column, engine, text)),
    sound: (text, value, plain) => soundness(column, planning, { text, value, plain }),
    checks: (text, value) => checksOf(column, engine, jsonSource, { text, value }),
  };
}

/** SQL: true where every column is sound, false otherwise. */
export function allSound(
  columns: readonly PlannedColumn[],
  text: (name: string) => string,
  value: (name: string) => string,
  plain = false,
): string {
  const sound = columns
    .map((column) => column.sound(text(column.name), value(column.name), plain))
    .filter((condition) => condition !== 'true');
  return sound.length === 0 ? 'true' : `coalesce(${sound.join(' AND ')}, false)`;
}

/** Whether a sound text of the one column has the form that the other asks for: it is the same text, read otherwise. */
export function judgesFor(earlier: ColumnContract, column: ColumnContract): boolean {
  if (earlier.protect === 'drop') return false;
  const [one, other] = [textForm(earlier), textForm(column)];
  if (one === undefined || other === undefined || !isSameForm(one, other)) return false;
  const textOf = ({ source, nulls }: ColumnContract) => JSON.stringify([source, nulls]);
  return textOf(earlier) === textOf(column);
}

/** What is kept of a value. */
function protectedForm(protect: Protect | undefined, engine: Engine, value: string): string {
  if (protect === undefined || protect === 'drop') return value;
  return protect === 'hmac' ? WORDS.hmac[engine](value, PROTECT_KEY) : WORDS.mask[engine](value);
}

function parsed(column: ColumnContract, engine: Engine, text: string): string {
  const { parse } = column;
  if (parse?.kind === 'split') {
    return WORDS.split[engine](text, parse.separator, String(parse.part));
  }
  const form = textForm(column);
  if (form !== undefined) return cast(form, engine, text);
  const bound = (group: 1 | 2) => {
    const number = (index: 1 | 2) => (index === group ? '(-?[0-9.]+)' : '-?[0-9.]+');
    const interval = `^ *[\\[\\]] *${number(1)} *, *${number(2)} *[\\[\\]] *$`;
    return cast('double', engine, WORDS.capture[engine](text, interval));
  };
  return `((${bound(1)}) + (${bound(2)})) / 2`;
}

/** What the whole text is read as; undefined where only parts of it are. */
function textForm({ type, parse }: ColumnContract): TextForm | undefined {
  if (parse === undefined) return type;
  if (parse.kind === 'count') return type;
  return parse.kind === 'split' || parse.kind === 'interval midpoint' ? undefined : parse.kind;
}

/** Whether a text that is not null gives a value of the column, within the limits. */
function acceptable(
  column: ColumnContract,
  engine: Engine,
  judged: { text: string; value: string; plain?: boolean; limits?: Limits },
): string {
  const form = textForm(column);
  if (form !== undefined) return accepts(form, engine, judged);
  const { value, limits = {} } = judged;
  const own = column.parse?.kind === 'split' ? [] : [`${value} IS NOT NULL`];
  return [...own, ...within(value, limits)].join(' AND ') || 'true';
}

function soundness(
  column: ColumnContract,
  { engine, format, isJudged }: Planning,
  { text, value, plain }: { text: string; value: string; plain: boolean },
): string {
  const limits = { low: column.minimum?.toString(), high: column.maximum?.toString() };
  const judged = within(value, limits).join(' AND ') || 'true';
  const parts = [isJudged ? judged : acceptable(column, engine, { text, value, plain, limits })];
  if (format === 'ndjson' && column.source.kind === 'header') parts.push(isUnmarked(text));
  if (column.pattern !== undefined) parts.push(WORDS.matches[engine](text, column.pattern));
  const all = parts.filter((part) => part !== 'true').map((part) => `(${part})`);
  if (column.required) return [...all, ...(parts[0] === 'true' ? [`${text} IS NOT NULL`] : [])].join(' AND ');
  return all.length === 0 ? 'true' : `(${text} IS NULL OR (${all.join(' AND ')}))`;
}

/** Why a text gives no value; undefined where every text does. */
function typeReason(column: ColumnContract, engine: Engine): string | undefined {
  if (acceptable(column, engine, { text: '', value: '' }) === 'true') return undefined;
  const form = textForm(column);
  return `not ${form === undefined ? 'an interval such as [0.2, 0.4[' : FORM_WORDS[form]}`;
}

/** @param jsonSource where in a JSON object it stands, if it does */
function checksOf(
  column: ColumnContract,
  engine: Engine,
  jsonSource: string | undefined,
  { text, value }: { text: string; value: string },
): Check[] {
  const checks: Check[] = [];
  const where = column.source.kind === 'file' ? ' in the file name' : '';
  if (column.required) checks.push({ fails: `${text} IS NULL`, reason: `missing${where}, but required` });
  if (jsonSource !== undefined) checks.push(...markChecks(jsonSource, text));
  const accepted = acceptable(column, engine, { text, value });
  const mistyped = typeReason(column, engine);
  if (mistyped !== undefined) {
    checks.push({ fails: `${text} IS NOT NULL AND NOT coalesce(${accepted}, false)`, reason: mistyped });
  }
  if (column.minimum !== undefined) {
    checks.push({ fails: `${value} < ${column.minimum}`, reason: `below the minimum of ${column.minimum}` });
  }
  if (column.maximum !== undefined) {
    checks.push({ fails: `${value} > ${column.maximum}`, reason: `above the maximum of ${column.maximum}` });
  }
  if (column.pattern !== undefined) {
    const matches = WORDS.matches[engine](text, column.pattern);
    checks.push({ fails: `NOT ${matches}`, reason: `does not match ${column.pattern}` });
  }
  return checks;
}

const OFFSET_WORDS = 'a time with its offset from UTC such as 2020-01-31 23:59:59-08';

const FORM_WORDS: Readonly<Record<TextForm, string>> = {
  string: 'text',
  integer: 'a whole number of 32 bits',
  bigint: 'a whole number of 64 bits',
  double: 'a number',
  boolean: 'true or false',
  date: 'a date such as 2020-01-31',
  timestamp: 'a time such as 2020-01-31 23:59:59',
  percent: 'a percentage such as 62%',
  'timestamp with offset': OFFSET_WORDS,
  'local time of timestamp with offset': OFFSET_WORDS,
  'offset hours of timestamp with offset': OFFSET_WORDS,
};
