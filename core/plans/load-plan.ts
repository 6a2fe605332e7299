/**
 * A load plan: what a table's contract asks of an engine, in that engine's SQL. Whoever runs it decides nothing any
 * more; it needs the header of each file and the plan, and that is all.
 */

import { evolvedColumn } from '../contracts/drift/evolve.ts';
import { DEFAULT_POLICY, type DriftPolicy } from '../contracts/drift/types.ts';
import type { ColumnContract, FileFormat, LoadMode, Overlap, Protect, TableContract } from '../contracts/types.ts';
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

export interface LoadPlan {
  readonly dataset: string;
  readonly schema: string;
  readonly table: string;
  readonly engine: Engine;
  readonly format: FileFormat;
  readonly load: LoadMode;
  readonly key: readonly string[];
  /** Load append: the columns by which rows are equal; empty otherwise. */
  readonly identity: readonly string[];
  readonly overlap: Overlap;
  /** Columns, and `year(…)`, `month(…)` or `day(…)` of one, by which the clean table's files are split where they are. */
  readonly partitionBy: readonly string[];
  readonly maxBadShare: number;
  readonly policy: DriftPolicy;
  readonly columns: readonly PlannedColumn[];
  /** Columns of files whose values are kept beside the clean table. */
  readonly aside: readonly PlannedColumn[];
  /** Some column has `protect`. */
  readonly isProtected: boolean;
  /** Some column is protected under a key, without which nothing loads. */
  readonly isKeyed: boolean;
  /** All that decides what a file becomes, as text: where it changes, files load again. */
  readonly fingerprint: string;
}

/** Every column that is read of a file. */
export function readColumns({ columns, aside }: Pick<LoadPlan, 'columns' | 'aside'>): readonly PlannedColumn[] {
  return aside.length === 0 ? columns : [...columns, ...aside];
}

/**
 * Columns whose texts may be of another type, with the reason that is told then. Of a protected value nothing is kept, not
 * even what it looks like; and a value that the file's name gives refuses the file.
 */
export function typedColumns({
  columns,
}: Pick<LoadPlan, 'columns'>): { readonly name: string; readonly reason: string }[] {
  return columns.flatMap(({ name, header, mistyped, protect }) =>
    mistyped === undefined || protect !== undefined || header === null ? [] : [{ name, reason: mistyped }],
  );
}

/** Bump it when the same contract starts to mean something else for data already loaded. */
const PLAN_VERSION = 2;

/** @param aside names of columns whose values are kept beside the clean table */
export function planLoad(
  contract: { readonly dataset: string; readonly schema: string; readonly drift?: DriftPolicy },
  table: TableContract,
  engine: Engine,
  aside: readonly string[] = [],
): LoadPlan {
  const columns = table.columns.map((column, index) => {
    const isJudged = table.columns.slice(0, index).some((earlier) => judgesFor(earlier, column));
    return planColumn(column, { engine, format: table.format, isJudged });
  });
  return {
    dataset: contract.dataset,
    schema: contract.schema,
    table: table.name,
    engine,
    format: table.format,
    load: table.load,
    key: table.primaryKey,
    identity: table.identity,
    overlap: table.overlap,
    partitionBy: table.partitionBy,
    maxBadShare: table.maxBadShare,
    policy: contract.drift ?? DEFAULT_POLICY,
    columns,
    aside: aside.map((name) => planColumn(evolvedColumn(name), { engine, format: table.format, isJudged: false })),
    isProtected: columns.some(({ protect }) => protect !== undefined),
    isKeyed: columns.some(({ protect }) => protect === 'hmac'),
    fingerprint: fingerprint(table),
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
function judgesFor(earlier: ColumnContract, column: ColumnContract): boolean {
  if (earlier.protect === 'drop') return false;
  const [one, other] = [textForm(earlier), textForm(column)];
  if (one === undefined || other === undefined || !isSameForm(one, other)) return false;
  const textOf = ({ source, nulls }: ColumnContract) => JSON.stringify([source, nulls]);
  return textOf(earlier) === textOf(column);
}

interface Planning {
  readonly engine: Engine;
  readonly format: FileFormat;
  /** An earlier column judges the form of the text for this one. */
  readonly isJudged: boolean;
}

function planColumn(column: ColumnContract, planning: Planning): PlannedColumn {
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

/**
 * All of a table's contract that decides what a file becomes, as text. Descriptions and units are left out: a better
 * sentence must not reload a lake.
 */
export function fingerprint(table: TableContract): string {
  // Nor must a column that came with one file reload the others.
  const own = table.columns.filter(({ evolved }) => evolved !== true);
  const columns = own.map(({ description: _description, unit: _unit, ...rest }) => rest);
  const { format, load, primaryKey, maxBadShare, identity, overlap } = table;
  const appended = load === 'append' ? { identity, overlap } : {};
  // Of what was loaded before there were other formats nothing says that it is CSV.
  const written = format === 'csv' ? {} : { format };
  return JSON.stringify({ version: PLAN_VERSION, ...written, load, primaryKey, maxBadShare, ...appended, columns });
}
