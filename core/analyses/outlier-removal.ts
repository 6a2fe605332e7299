import { counted } from '../words.ts';
import { byGroup, groupColumns, orderOf } from './groups.ts';
import { type Answered, BOOKS, type Method, sentences, tableOf, typed } from './method.ts';
import { column, double, grouped, partition, usable } from './sql.ts';
import type { OutlierRemoval } from './types.ts';

const ENDS = ['lower', 'upper'] as const;

type End = (typeof ENDS)[number];

/**
 * Rows strictly within percentiles of their group, by linear interpolation: the percentile q of n values is the one at
 * the place 1 + q (n − 1) of their rising order, between its neighbours in proportion (Hyndman and Fan's type 7).
 */
export const outlierRemoval: Method<OutlierRemoval> = {
  reads: ({ columns: { value, group } }) => ({ numbers: [value], others: group }),
  question: ({ input, columns: { value, group }, options }) => {
    const keys = group.map((name) => `${column(name)}, `).join('');
    const own = double(column(value));
    return `WITH placed AS (
  SELECT ${keys}_value, row_number() OVER (${partition(group)} ORDER BY _value NULLS LAST) - 1 AS _place,
    count(_value) OVER (${partition(group)}) - 1 AS _last_place
  FROM (SELECT ${keys}CASE WHEN ${usable(own)} THEN ${own} END AS _value FROM ${input}) AS rows_read
), bounded AS (
  SELECT ${keys}_value, ${ENDS.map((end) => `${threshold(options[end], group)} AS ${end}_threshold`).join(',\n    ')}
  FROM placed
)
SELECT ${keys}count(*) AS _rows_read, count(_value) AS n, min(_value) AS _least, max(_value) AS _greatest,
  max(lower_threshold) AS lower_threshold, max(upper_threshold) AS upper_threshold,
  count(CASE WHEN ${within('_value')} THEN 1 END) AS kept
FROM bounded
${grouped(group)}
${orderOf(group)}`;
  },
  conclude(analysis, answer) {
    const { group } = analysis.columns;
    const { rows, keyOf, note } = byGroup(group, answer);
    const records = rows.map((row) => ({ ...keyOf(row), ...figures(row, analysis.options) }));
    return {
      tables: {
        thresholds: tableOf([...groupColumns(group, answer.columns), ...COLUMNS], records),
        kept: { select: keptRows(analysis) },
      },
      note: note(counted(records.length, 'group')),
    };
  },
};

const COLUMNS = typed({
  lower_threshold: 'double',
  upper_threshold: 'double',
  n: 'integer',
  kept: 'integer',
  removed: 'integer',
  ...BOOKS,
});

/** Null where nothing is to be removed: all values of the group are the same, or there is none. */
function threshold(quantile: number | null, group: readonly string[]): string {
  if (quantile === null) return 'CAST(NULL AS double)';
  const over = `OVER (${partition(group)})`;
  const place = `(CAST(${quantile} AS double) * _last_place)`;
  const at = (round: string) => `max(CASE WHEN _place = ${round}${place} THEN _value END) ${over}`;
  const share = `(${place} - floor${place})`;
  return `CASE WHEN min(_value) ${over} < max(_value) ${over} THEN ${at('floor')} + (${at('ceil')} - ${at('floor')}) * ${share} END`;
}

function within(value: string, of = ''): string {
  return `(${of}upper_threshold IS NULL OR ${value} < ${of}upper_threshold) AND (${of}lower_threshold IS NULL OR ${value} > ${of}lower_threshold) AND ${usable(value)}`;
}

function figures(row: Answered, options: OutlierRemoval['options']) {
  const [n, kept] = [row.count('n'), row.count('kept')];
  const removes = (end: End, beyond: string) =>
    options[end] === null ? null : `Rows at or ${beyond} the percentile ${options[end]} of their group are removed.`;
  return {
    lower_threshold: row.number('lower_threshold'),
    upper_threshold: row.number('upper_threshold'),
    n,
    kept,
    removed: n - kept,
    rows_left_out: row.count('_rows_read') - n,
    assumptions: sentences(['Percentiles interpolate linearly.', removes('lower', 'below'), removes('upper', 'above')]),
    note: sentences([
      n === 0 ? 'There is no row with a value.' : null,
      n > 0 && row.number('_least') === row.number('_greatest') ? 'All values are the same, so none is removed.' : null,
    ]),
  };
}

/** By the thresholds as they were just written. */
function keptRows({ schema, input, columns: { value, group }, outputs }: OutlierRemoval): string {
  const same = group.map((name) => `thresholds.${column(name)} = given_rows.${column(name)}`).join(' AND ');
  return `SELECT given_rows.*
FROM ${input} AS given_rows
INNER JOIN ${schema}.${outputs.thresholds} AS thresholds ON ${same || 'true'}
WHERE ${within(double(`given_rows.${column(value)}`), 'thresholds.')}`;
}
