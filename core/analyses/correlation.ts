import type { Value } from '../tabular.ts';
import { counted } from '../words.ts';
import { normalReach, studentBeyond } from './distributions.ts';
import { type Answered, answered, BOOKS, type Method, sentences, tableOf, typed } from './method.ts';
import { column, double, usable } from './sql.ts';
import type { Correlation } from './types.ts';

/**
 * Pearson's r, and Spearman's rho, which is r of the ranks (equal values share the mean of theirs), over the rows that
 * have both values. p: t = r √((n − 2) / (1 − r²)) has Student's distribution of n − 2 degrees of freedom where nothing
 * goes together. The interval is by Fisher's z: tanh(artanh r ± z / √(n − 3)).
 */
export const correlation: Method<Correlation> = {
  reads: ({ columns: { features, against } }) => ({
    numbers: [...features, ...(against === undefined ? [] : [against])],
    others: [],
  }),
  question: (analysis) =>
    `${pairsOf(analysis)
      .map(([a, b], index) => pairQuestion(analysis.input, index, a, b))
      .join('\nUNION ALL\n')}\nORDER BY pair`,
  conclude(analysis, answer) {
    const rows = answered(answer);
    const records = pairsOf(analysis).map(([a, b], index) => {
      const row = rows.find((one) => one.number('pair') === index);
      return { feature_a: a, feature_b: b, ...(row === undefined ? {} : figures(row)) };
    });
    return { tables: { correlations: tableOf(COLUMNS, records) }, note: counted(records.length, 'pair') };
  },
};

const COLUMNS = typed({
  feature_a: 'string',
  feature_b: 'string',
  pearson_r: 'double',
  p_value: 'double',
  ci95_low: 'double',
  ci95_high: 'double',
  spearman_rho: 'double',
  spearman_p_value: 'double',
  n: 'integer',
  ...BOOKS,
});

function pairsOf({ columns: { features, against } }: Correlation): [string, string][] {
  if (against !== undefined) return features.map((feature) => [feature, against]);
  return features.flatMap((a, index) => features.slice(index + 1).map((b): [string, string] => [a, b]));
}

/** Sums of products of what is left after the mean is taken away: those of the values themselves would lose digits. */
function pairQuestion(input: string, pair: number, a: string, b: string): string {
  const [x, y] = [double(column(a)), double(column(b))];
  const rank = (value: string) =>
    `rank() OVER (ORDER BY ${value}) + (count(*) OVER (PARTITION BY ${value}) - 1) / CAST(2 AS double) - (count(*) OVER () + 1) / CAST(2 AS double)`;
  return `SELECT ${pair} AS pair, (SELECT count(*) FROM ${input}) AS rows_read, count(*) AS n,
  CASE WHEN min(x) = max(x) OR min(y) = max(y) THEN 1 ELSE 0 END AS is_constant,
  sum(dx * dx) AS xx, sum(dx * dy) AS xy, sum(dy * dy) AS yy,
  sum(rx * rx) AS rank_xx, sum(rx * ry) AS rank_xy, sum(ry * ry) AS rank_yy
FROM (
  SELECT x, y, x - avg(x) OVER () AS dx, y - avg(y) OVER () AS dy, ${rank('x')} AS rx, ${rank('y')} AS ry
  FROM (SELECT ${x} AS x, ${y} AS y FROM ${input}) AS both_read
  WHERE ${usable('x')} AND ${usable('y')}
) AS centred`;
}

function figures(row: Answered): Record<string, Value> {
  const n = row.count('n');
  const isConstant = row.number('is_constant') === 1;
  const r = n < 2 || isConstant ? null : ratio(row, 'xx', 'xy', 'yy');
  const rho = n < 2 || isConstant ? null : ratio(row, 'rank_xx', 'rank_xy', 'rank_yy');
  return {
    pearson_r: r,
    p_value: significance(r, n),
    ...interval(r, n),
    spearman_rho: rho,
    spearman_p_value: significance(rho, n),
    n,
    rows_left_out: row.count('rows_read') - n,
    assumptions:
      "Rows are independent of each other. Pearson's p and its interval also take both columns as jointly normal, or n as large.",
    note: sentences([noteOn(n, isConstant, r)]),
  };
}

function noteOn(n: number, isConstant: boolean, r: number | null): string | null {
  if (n < 2) return `${counted(n, 'row')} with both values, and a correlation needs 2.`;
  if (isConstant) return 'All values of a column are the same, so no correlation is defined.';
  if (r === null) return 'Values are too large, or differ by too little, for their correlation to be a number.';
  if (n < 3) return `${counted(n, 'row')} with both values always correlate fully, and p needs 3.`;
  return n < 4 ? `${counted(n, 'row')} with both values, and an interval needs 4.` : null;
}

function ratio(row: Answered, xx: string, xy: string, yy: string): number | null {
  const [a, c, b] = [row.number(xx), row.number(xy), row.number(yy)];
  if (a === null || b === null || c === null || a === 0 || b === 0) return null;
  return Math.max(-1, Math.min(1, c / (Math.sqrt(a) * Math.sqrt(b))));
}

function significance(r: number | null, n: number): number | null {
  if (r === null || n < 3) return null;
  if (Math.abs(r) === 1) return 0;
  return studentBeyond(r * Math.sqrt((n - 2) / ((1 - r) * (1 + r))), n - 2);
}

function interval(r: number | null, n: number): Record<string, number | null> {
  if (r === null || n < 4) return { ci95_low: null, ci95_high: null };
  const reach = normalReach(0.95) / Math.sqrt(n - 3);
  const z = Math.atanh(r);
  return { ci95_low: Math.tanh(z - reach), ci95_high: Math.tanh(z + reach) };
}
