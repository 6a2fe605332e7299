import type { ColumnType } from '../contracts/types.ts';
import type { ResultTable, Value } from '../tabular.ts';
import { counted } from '../words.ts';
import { fisherAbove, studentBelow, studentBeyond } from './distributions.ts';
import { type Answered, answered, BOOKS, finite, type Method, sentences, tableOf, typed } from './method.ts';
import { column, double, literal, mean, median, text, usable, variance } from './sql.ts';
import type { TwoSampleTest } from './types.ts';

/** The normal quantile of a 95 % interval, rounded as people write it. */
const REACH = 1.96;

interface Sample {
  readonly n: number;
  readonly mean: number | null;
  readonly median: number | null;
  readonly variance: number | null;
}

const NOBODY: Sample = { n: 0, mean: null, median: null, variance: null };

/**
 * Two samples' means, group by group: an F-test on the variances, then Student's t-test with the pooled variance where
 * they are equal, Welch's otherwise (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.3 and 1.3.5.9), and Cohen's d.
 */
export const twoSampleTest: Method<TwoSampleTest> = {
  reads: ({ columns: { value, sample, group } }) => ({
    numbers: [value],
    others: [sample, ...(group === undefined ? [] : [group])],
    marks: [sample],
  }),
  question: ({ input, columns: { value, sample, group }, options: { a, b } }) => `WITH rows_read AS (
  SELECT ${group === undefined ? "'all'" : column(group)} AS group_value, ${text(column(sample))} AS sample,
    ${double(column(value))} AS value
  FROM ${input}
), placed AS (
  SELECT group_value, sample, value,
    avg(value) OVER (PARTITION BY group_value, sample) AS plain_mean,
    value - avg(value) OVER (PARTITION BY group_value, sample) AS deviation,
    row_number() OVER (PARTITION BY group_value, sample ORDER BY value) AS place,
    count(*) OVER (PARTITION BY group_value, sample) AS n
  FROM rows_read
  WHERE sample IN (${literal(a)}, ${literal(b)}) AND ${usable('value')}
)
SELECT group_value, sample, count(*) AS n, ${mean('plain_mean', 'deviation')} AS mean, ${median('value', 'place', 'n')} AS median,
  CASE WHEN min(value) = max(value) AND count(*) > 1 THEN 0 ELSE ${variance('deviation')} END AS variance
FROM placed
GROUP BY group_value, sample
UNION ALL
SELECT group_value, NULL, count(CASE WHEN sample IS NULL OR sample IN (${literal(a)}, ${literal(b)}) THEN 1 END), NULL, NULL, NULL
FROM rows_read
GROUP BY group_value
ORDER BY group_value NULLS LAST, sample NULLS FIRST`,
  conclude(analysis, answer) {
    const rows = answered(answer);
    const isTotal = (row: Answered) => row.value('sample') === null;
    const totals = rows.filter(isTotal);
    const groups = totals.map((row) => row.value('group_value')).filter((group) => group !== null);
    if (groups.length === 0 && analysis.columns.group === undefined) groups.push('all');
    const records = groups.map((group) => {
      const own = rows.filter((row) => row.value('group_value') === group);
      const [a, b] = [analysis.options.a, analysis.options.b].map((mark) =>
        sampleOf(own.find((row) => row.value('sample') === String(mark))),
      ) as [Sample, Sample];
      const read = own.find(isTotal)?.count('n') ?? 0;
      return { group_value: group, rows_left_out: read - a.n - b.n, ...figures(analysis, a, b) };
    });
    const groupType = answer.columns.find(({ name }) => name === 'group_value')?.type ?? 'string';
    const ungrouped = totals.find((row) => row.value('group_value') === null)?.count('n') ?? 0;
    const { a, b } = analysis.options;
    const empty = [a, b].filter((mark) => rows.length > 0 && !rows.some((row) => row.value('sample') === String(mark)));
    return {
      tables: { tests: testsTable(groupType, records) },
      warnings: empty.map((mark) => `no row with a value has ${analysis.columns.sample} ${mark}`),
      note: [
        counted(records.length, 'test'),
        ...(ungrouped > 0 ? [`${counted(ungrouped, 'row')} of no group`] : []),
      ].join('; '),
    };
  },
};

function testsTable(groupType: ColumnType, records: readonly Readonly<Record<string, Value>>[]): ResultTable {
  return tableOf(typed({ group_value: groupType, ...COLUMNS, ...BOOKS }), records);
}

const COLUMNS = {
  sample_a: 'string',
  sample_b: 'string',
  n_a: 'integer',
  n_b: 'integer',
  mean_a: 'double',
  mean_b: 'double',
  median_a: 'double',
  median_b: 'double',
  variance_a: 'double',
  variance_b: 'double',
  std_a: 'double',
  std_b: 'double',
  ci95_low_a: 'double',
  ci95_high_a: 'double',
  ci95_low_b: 'double',
  ci95_high_b: 'double',
  f_statistic: 'double',
  f_p_value: 'double',
  variances_equal: 'boolean',
  t_statistic: 'double',
  df: 'double',
  p_value_two_sided: 'double',
  p_value_increase: 'double',
  significant: 'boolean',
  cohens_d: 'double',
} as const satisfies Record<string, ColumnType>;

function sampleOf(row: Answered | undefined): Sample {
  if (row === undefined) return NOBODY;
  return {
    n: row.count('n'),
    mean: row.number('mean'),
    median: row.number('median'),
    variance: row.number('variance'),
  };
}

function figures({ options }: TwoSampleTest, a: Sample, b: Sample): Record<string, Value> {
  const { test, taken, notes } = compare(options.alpha, { sample: a, name: options.a }, { sample: b, name: options.b });
  return {
    sample_a: String(options.a),
    sample_b: String(options.b),
    ...described(a, 'a'),
    ...described(b, 'b'),
    ...test,
    assumptions: sentences([
      'Rows are independent of each other, and samples are large or near normal.',
      `Intervals are the mean plus and minus ${REACH} standard errors.`,
      taken,
    ]),
    note: sentences(notes),
  };
}

function described({ n, mean, median, variance }: Sample, side: 'a' | 'b'): Record<string, Value> {
  const reach = variance === null ? null : REACH * Math.sqrt(variance / n);
  return {
    [`n_${side}`]: n,
    [`mean_${side}`]: mean,
    [`median_${side}`]: median,
    [`variance_${side}`]: variance,
    [`std_${side}`]: variance === null ? null : Math.sqrt(variance),
    [`ci95_low_${side}`]: mean === null || reach === null ? null : mean - reach,
    [`ci95_high_${side}`]: mean === null || reach === null ? null : mean + reach,
  };
}

interface Named {
  readonly sample: Sample;
  readonly name: string | number | boolean;
}

interface Compared {
  readonly test: Record<string, Value>;
  readonly taken: string | null;
  readonly notes: readonly string[];
}

function compare(alpha: number, one: Named, other: Named): Compared {
  const notes = [one, other].flatMap(({ sample, name }) =>
    sample.n < 2 ? [`Sample ${name} has ${counted(sample.n, 'row')} with a value, and a variance needs 2.`] : [],
  );
  const [a, b] = [one.sample, other.sample];
  if (notes.length > 0) return { test: {}, taken: null, notes };
  if (a.mean === null || b.mean === null || a.variance === null || b.variance === null)
    return { test: {}, taken: null, notes: ['Values are too large for their variance to be a number.'] };
  if (a.variance === 0 && b.variance === 0)
    return { test: {}, taken: null, notes: ['No sample varies, so no test is defined.'] };
  const known = { a: { ...a, mean: a.mean, variance: a.variance }, b: { ...b, mean: b.mean, variance: b.variance } };
  const { f, p } = varianceTest(known.a, known.b);
  const equal = p !== null && p >= alpha;
  const test = meanTest(known.a, known.b, equal);
  const two = test.p_value_two_sided;
  return {
    test: {
      f_statistic: f,
      f_p_value: p,
      variances_equal: equal,
      ...test,
      significant: two === null ? null : two < alpha,
    },
    taken: equal
      ? `Variances are taken as equal, for F's one-sided p is at least ${alpha}: Student's t-test, pooled.`
      : `Variances are not taken as equal, for F's one-sided p is not at least ${alpha}: Welch's t-test.`,
    notes: f === null ? ['One sample does not vary, so F is not defined.'] : [],
  };
}

interface Known {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

/** The larger variance over the smaller, and the share of F above it. */
function varianceTest(a: Known, b: Known): { f: number | null; p: number | null } {
  const [above, below] = a.variance >= b.variance ? [a, b] : [b, a];
  if (below.variance === 0) return { f: null, p: null };
  const f = above.variance / below.variance;
  return { f: finite(f), p: finite(fisherAbove(f, above.n - 1, below.n - 1)) };
}

function meanTest(a: Known, b: Known, equal: boolean) {
  const pooled = ((a.n - 1) * a.variance + (b.n - 1) * b.variance) / (a.n + b.n - 2);
  const [errorA, errorB] = equal ? [pooled / a.n, pooled / b.n] : [a.variance / a.n, b.variance / b.n];
  const error = errorA + errorB;
  const df = equal ? a.n + b.n - 2 : error ** 2 / (errorA ** 2 / (a.n - 1) + errorB ** 2 / (b.n - 1));
  const t = (a.mean - b.mean) / Math.sqrt(error);
  return {
    t_statistic: finite(t),
    df: finite(df),
    p_value_two_sided: finite(studentBeyond(t, df)),
    p_value_increase: finite(studentBelow(t, df)),
    cohens_d: finite((a.mean - b.mean) / Math.sqrt(pooled)),
  };
}
