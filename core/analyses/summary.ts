import type { Value } from '../tabular.ts';
import { counted } from '../words.ts';
import { studentReach } from './distributions.ts';
import { byGroup, groupColumns, orderOf } from './groups.ts';
import { type Answered, BOOKS, type Method, sentences, tableOf, typed } from './method.ts';
import { column, double, grouped, literal, mean, median, partition, usable, variance } from './sql.ts';
import type { Summary } from './types.ts';

/** Mean, spread and the interval about the mean, mean ± t s / √n with n − 1 degrees of freedom, group by group. */
export const summary: Method<Summary> = {
  reads: ({ columns: { group, values } }) => ({ numbers: values, others: group }),
  question: ({ input, columns: { group, values } }) =>
    `${values.map((value, place) => valueQuestion({ input, group, value, place })).join('\nUNION ALL\n')}
${orderOf(group, ['_feature_place'])}`,
  conclude(analysis, answer) {
    const { group, values } = analysis.columns;
    const { rows, keyOf, note } = byGroup(group, answer, values.length);
    const records = rows.map((row) => ({ ...keyOf(row), ...figures(row, analysis.options.confidence) }));
    return {
      tables: { summary: tableOf([...groupColumns(group, answer.columns), ...COLUMNS], records) },
      note: note(counted(records.length, 'row')),
    };
  },
};

const COLUMNS = typed({
  feature: 'string',
  n: 'integer',
  mean: 'double',
  std: 'double',
  median: 'double',
  min: 'double',
  max: 'double',
  ci95_low: 'double',
  ci95_high: 'double',
  ...BOOKS,
});

function valueQuestion({
  input,
  group,
  value,
  place,
}: {
  input: string;
  group: readonly string[];
  value: string;
  place: number;
}) {
  const keys = group.map((name) => `${column(name)}, `).join('');
  return `SELECT ${keys}${place} AS _feature_place, ${literal(value)} AS feature, count(*) AS _rows_read, count(_value) AS n, ${mean('_plain_mean', '_deviation')} AS mean,
  CASE WHEN min(_value) = max(_value) AND count(_value) > 1 THEN 0 ELSE ${variance('_deviation')} END AS _variance,
  ${median('_value', '_place', '_n')} AS median, min(_value) AS "min", max(_value) AS "max"
FROM (
  SELECT ${keys}_value, avg(_value) OVER (${partition(group)}) AS _plain_mean,
    _value - avg(_value) OVER (${partition(group)}) AS _deviation,
    row_number() OVER (${partition(group)} ORDER BY _value NULLS LAST) AS _place,
    count(_value) OVER (${partition(group)}) AS _n
  FROM (
    SELECT ${keys}CASE WHEN ${usable(double(column(value)))} THEN ${double(column(value))} END AS _value
    FROM ${input}
  ) AS rows_read
) AS placed
${grouped(group)}`;
}

function figures(row: Answered, confidence: number): Record<string, Value> {
  const [n, mean, variance] = [row.count('n'), row.number('mean'), row.number('_variance')];
  const std = variance === null ? null : Math.sqrt(variance);
  const reach = std === null || n < 2 ? null : (studentReach(confidence, n - 1) * std) / Math.sqrt(n);
  return {
    feature: row.value('feature'),
    n,
    mean,
    std,
    median: row.number('median'),
    min: row.number('min'),
    max: row.number('max'),
    ci95_low: mean === null || reach === null ? null : mean - reach,
    ci95_high: mean === null || reach === null ? null : mean + reach,
    rows_left_out: row.count('_rows_read') - n,
    assumptions: `Rows are independent of each other, and values near normal or n large. The interval is Student's, of ${confidence}.`,
    note: sentences([noteOn(n, mean, std)]),
  };
}

function noteOn(n: number, mean: number | null, std: number | null): string | null {
  if (n === 0) return 'There is no row with a value.';
  if (n === 1) return '1 row with a value, and a standard deviation needs 2.';
  if (mean === null || std === null) return 'Values are too large for their mean or spread to be a number.';
  return std === 0 ? 'All values are the same, so the interval has no width.' : null;
}
