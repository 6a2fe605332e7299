/** SQL of what is to know of one column of texts, and what the answer says. */

import type { ColumnContract, ColumnType } from '../../core/contracts/types.ts';
import { type ColumnProfile, FORMS, type Form, LOOKS, type Look, NULL_WORDS } from '../../core/infer/types.ts';
import { type PlannedColumn, planLoad } from '../../core/plans/load-plan.ts';
import { quoted, text } from './lake/catalog.ts';

const TYPES: Readonly<Record<Form, ColumnType>> = {
  integer: 'integer',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  percent: 'double',
  'timestamp with offset': 'timestamp',
  'interval midpoint': 'double',
};

/** A column of the form as a load plans it, so that what is proposed is what a run accepts. */
const PLANNED = new Map(FORMS.map((form) => [form, planned(form)]));

function planned(form: Form): PlannedColumn {
  const parse =
    form === 'percent' || form === 'timestamp with offset' || form === 'interval midpoint'
      ? { parse: { kind: form } }
      : {};
  const column: ColumnContract = {
    name: 'value',
    type: TYPES[form],
    description: '',
    required: false,
    source: { kind: 'header', name: 'value' },
    nulls: [],
    ...parse,
  };
  const table = { name: 'any', description: '', landing: '*.csv', format: 'csv', load: 'append' } as const;
  const rest = { primaryKey: [], identity: [], overlap: 'ordinal', partitionBy: [], maxBadShare: 1 } as const;
  const [only] = planLoad(
    { dataset: 'any', schema: 'any' },
    { ...table, ...rest, columns: [column] },
    'duckdb',
  ).columns;
  if (only === undefined) throw new Error('a plan has the columns of its table');
  return only;
}

const LOOK_NAMES = Object.keys(LOOKS) as Look[];
const NUMERIC: readonly Form[] = ['double', 'percent', 'interval midpoint'];

/** The name of an answer. */
const answer = (index: number, what: string) => quoted(`${index} ${what}`);

/**
 * SQL of the aggregates over a column of texts, each named by `index`.
 * @param sampled what some of the rows answered, which leaves out what can't be true of all; null asks everything
 */
export function columnQuestion(column: string, header: string, index: number, sampled: ColumnProfile | null): string {
  const words = `(${NULL_WORDS.map((word) => text(word)).join(', ')})`;
  const value = `CASE WHEN ${column} NOT IN ${words} THEN ${column} END`;
  const open = sampled === null || sampled.values === 0;
  const forms = FORMS.filter((form) => open || sampled.forms[form] !== undefined);
  const looks = LOOK_NAMES.filter((look) => open || sampled.looks[look] !== undefined || isOfNumbers(look, forms));
  const numberOf = (form: Form) => PLANNED.get(form)?.value(value) ?? value;
  const numbers = NUMERIC.filter((form) => forms.includes(form)).map(numberOf);
  const number = numbers.length === 0 ? 'CAST(NULL AS DOUBLE)' : `coalesce(${numbers.join(', ')})`;
  const finite = `CASE WHEN isfinite(${number}) THEN ${number} END`;
  return [
    `count(${column}) AS ${answer(index, 'filled')}`,
    `count(${value}) AS ${answer(index, 'values')}`,
    `CAST(to_json(histogram(${column}) FILTER (WHERE ${column} IN ${words})) AS VARCHAR) AS ${answer(index, 'words')}`,
    `count(*) FILTER (WHERE trim(${column}) = ${text(header)}) AS ${answer(index, 'headers')}`,
    `min(${finite}) AS ${answer(index, 'low')}`,
    `max(${finite}) AS ${answer(index, 'high')}`,
    `approx_count_distinct(${value}) AS ${answer(index, 'distinct')}`,
    ...(sampled === null ? [`to_json(list(DISTINCT ${value})[1:5]) AS ${answer(index, 'examples')}`] : []),
    ...forms.map((form) => {
      const sound = PLANNED.get(form)?.sound(value, numberOf(form), false) ?? 'false';
      return `count(*) FILTER (WHERE ${value} IS NOT NULL AND ${sound}) AS ${answer(index, form)}`;
    }),
    ...looks.map(
      (look) => `count(*) FILTER (WHERE regexp_full_match(${value}, ${text(LOOKS[look])})) AS ${answer(index, look)}`,
    ),
  ].join(',\n');
}

/** That a number has a leading zero, or too many digits, may be true of the last row alone. */
function isOfNumbers(look: Look, forms: readonly Form[]): boolean {
  return (look === 'leading zero' || look === 'digits') && forms.includes('double');
}

type Known = Pick<ColumnProfile, 'source' | 'isList' | 'rows'>;

export function profileOf(row: Readonly<Record<string, unknown>>, index: number, known: Known): ColumnProfile {
  const of = (what: string) => row[`${index} ${what}`];
  const count = (what: string) => Number(of(what) ?? 0);
  const counted = <Name extends string>(names: readonly Name[]) =>
    Object.fromEntries(names.filter((name) => count(name) > 0).map((name) => [name, count(name)])) as Partial<
      Record<Name, number>
    >;
  const number = (what: string) => (of(what) === null || of(what) === undefined ? null : Number(of(what)));
  const words = (json(of('words')) ?? {}) as Record<string, number>;
  return {
    ...known,
    values: count('values'),
    nullWords: Object.entries(words).map(([word, times]) => ({ word, count: Number(times) })),
    forms: counted(FORMS),
    looks: counted(LOOK_NAMES),
    low: number('low'),
    high: number('high'),
    distinct: count('distinct'),
    headers: count('headers'),
    examples: ((json(of('examples')) ?? []) as (string | null)[]).filter((one) => one !== null),
  };
}

function json(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : null;
}
