/** SQL of what is to know of one column of texts, and what the answer says. */

import type { ColumnContract, ColumnType } from '../../core/contracts/types.ts';
import { type ColumnProfile, FORMS, type Form, LOOKS, type Look, NULL_WORDS } from '../../core/infer/types.ts';
import { planLoad } from '../../core/plans/load-plan.ts';
import type { PlannedColumn } from '../../core/plans/planned-column.ts';
import { quoted, text } from '../duckdb/names.ts';

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
const WORDS = `(${NULL_WORDS.map((word) => text(word)).join(', ')})`;

/**
 * SQL of one row a column, `place` first, of a table of texts: all that there is to ask, of few rows, for each text is
 * looked at in every way.
 * @param columns the names of the columns, and what the header says of each
 */
export function sampleQuestion(
  from: string,
  columns: readonly { readonly name: string; readonly header: string }[],
): string {
  const places = columns.map((_, place) => place).join(', ');
  const texts = columns.map(({ name }) => name).join(', ');
  const headers = columns.map(({ header }) => text(header)).join(', ');
  const header = `list_extract([${headers}], place + 1)`;
  const more = ['to_json(list(DISTINCT value)[1:5]) AS examples'];
  const aggregates = [...aggregatesOf('cell', header, FORMS, LOOK_NAMES, 'count(DISTINCT value)'), ...more];
  return `SELECT place, ${aggregates.join(',\n')} FROM (
    SELECT *, ${unlessNull('cell')} AS value
    FROM (SELECT unnest([${places}]) AS place, unnest([${texts}]) AS cell FROM ${from})) GROUP BY place ORDER BY place`;
}

/**
 * SQL of the same of one column, of all rows, without what can't be true of them.
 * @param sampled what some of the rows answered
 */
export function columnQuestion(from: string, column: string, header: string, sampled: ColumnProfile): string {
  const open = sampled.values === 0;
  const forms = FORMS.filter((form) => open || sampled.forms[form] !== undefined);
  const looks = LOOK_NAMES.filter((look) => open || sampled.looks[look] !== undefined || isOfNumbers(look, forms));
  return `SELECT ${aggregatesOf('cell', text(header), forms, looks, 'approx_count_distinct(value)').join(',\n')}
    FROM (SELECT *, ${unlessNull('cell')} AS value FROM (SELECT ${column} AS cell FROM ${from}))`;
}

const unlessNull = (cell: string) => `CASE WHEN ${cell} NOT IN ${WORDS} THEN ${cell} END`;

function aggregatesOf(
  cell: string,
  header: string,
  forms: readonly Form[],
  looks: readonly Look[],
  differing: string,
): string[] {
  const read = (form: Form) => PLANNED.get(form)?.value('value') ?? 'value';
  const numbers = NUMERIC.filter((form) => forms.includes(form)).map(read);
  const number = numbers.length === 0 ? 'CAST(NULL AS DOUBLE)' : `coalesce(${numbers.join(', ')})`;
  const finite = `CASE WHEN isfinite(${number}) THEN ${number} END`;
  return [
    'count(value) AS filled',
    `CAST(to_json(histogram(${cell}) FILTER (WHERE ${cell} IN ${WORDS})) AS VARCHAR) AS words`,
    `count(*) FILTER (WHERE trim(${cell}) = ${header}) AS headers`,
    `min(${finite}) AS low`,
    `max(${finite}) AS high`,
    `${differing} AS differing`,
    ...forms.map((form) => {
      const sound = PLANNED.get(form)?.sound('value', read(form), false) ?? 'false';
      return `count(*) FILTER (WHERE value IS NOT NULL AND ${sound}) AS ${quoted(form)}`;
    }),
    ...looks.map((look) => `count(*) FILTER (WHERE regexp_full_match(value, ${text(LOOKS[look])})) AS ${quoted(look)}`),
  ];
}

/** That a number has a leading zero, or too many digits, may be true of the last row alone. */
function isOfNumbers(look: Look, forms: readonly Form[]): boolean {
  return (look === 'leading zero' || look === 'digits') && forms.includes('double');
}

type Known = Pick<ColumnProfile, 'source' | 'isList' | 'rows'>;

export function profileOf(row: Readonly<Record<string, unknown>>, known: Known): ColumnProfile {
  const of = (what: string) => row[what];
  const count = (what: string) => Number(of(what) ?? 0);
  const counted = <Name extends string>(names: readonly Name[]) =>
    Object.fromEntries(names.filter((name) => count(name) > 0).map((name) => [name, count(name)])) as Partial<
      Record<Name, number>
    >;
  const number = (what: string) => (of(what) === null || of(what) === undefined ? null : Number(of(what)));
  const words = (json(of('words')) ?? {}) as Record<string, number>;
  return {
    ...known,
    values: count('filled'),
    nullWords: Object.entries(words).map(([word, times]) => ({ word, count: Number(times) })),
    forms: counted(FORMS),
    looks: counted(LOOK_NAMES),
    low: number('low'),
    high: number('high'),
    distinct: count('differing'),
    headers: count('headers'),
    examples: ((json(of('examples')) ?? []) as (string | null)[]).filter(
      (one): one is string => one !== null && !one.startsWith('\0'),
    ),
  };
}

function json(value: unknown): unknown {
  return typeof value === 'string' ? JSON.parse(value) : null;
}
