import type { ResultTable, Value } from '../tabular.ts';
import { counted } from '../words.ts';
import { studentBeyond, studentReach } from './distributions.ts';
import { answered, BOOKS, finite, type Method, sentences, tableOf, typed } from './method.ts';
import { randomFor, sampleIndices } from './random.ts';
import { columns } from './sql.ts';
import type { LinearRegression } from './types.ts';

const CONFIDENCE = 0.95;
/** A curve drawn through as many is smooth. */
const BAND_POINTS = 51;

interface Point {
  readonly key: readonly Value[];
  readonly x: number;
  readonly y: number;
  readonly in_train: boolean;
}

/** A line and what is needed to judge it. */
interface Line {
  readonly n: number;
  readonly slope: number;
  readonly intercept: number;
  readonly meanX: number;
  readonly meanY: number;
  /** The sum of squared deviations of x. */
  readonly xx: number;
  /** The sums of squares of y: of its deviations, and of what the line leaves. */
  readonly total: number;
  readonly left: number;
}

/**
 * Ordinary least squares of y on one x: slope = Sxy / Sxx, its standard error s / √Sxx with s² = SSE / (n − 2), and the
 * prediction interval at x₀, ŷ ± t s √(1 + 1/n + (x₀ − x̄)² / Sxx), that of the mean without the 1 (Montgomery, Peck and
 * Vining, Introduction to Linear Regression Analysis, 2.2 to 2.5). All of it from all rows; beside it a seeded split,
 * whose line is fitted to one part and judged on the other. The rows come here: a split and residuals are of single rows.
 */
export const linearRegression: Method<LinearRegression> = {
  reads: ({ columns: { key, x, y } }) => ({ numbers: [x, y], others: key }),
  question: ({ input, columns: { key, x, y } }) =>
    `SELECT ${columns([...new Set([...key, x, y])])} FROM ${input} ORDER BY ${columns([...key, x, y])}`,
  conclude(analysis, answer) {
    const points = pointsOf(analysis, answer);
    const leftOut = answer.rows.length - points.length;
    const line = lineOf(points);
    const s = line === null ? null : residualError(line);
    const record = {
      ...(line === null ? {} : figures(line, s, analysis.options.predict_at)),
      n: points.length,
      ...split(points),
      seed: analysis.options.seed,
      predicted_at: analysis.options.predict_at,
      rows_left_out: leftOut,
      assumptions:
        'y is linear in x; what the line leaves is independent, near normal, and of one spread. ' +
        `All figures are of all rows, but those of the split: ${analysis.options.test_share} of the rows, drawn with the seed, test the line of the others.`,
      note: sentences([noteOn(points, line, s) ?? noteOnSplit(points)]),
    };
    const { regression, residuals, band } = analysis.outputs;
    return {
      tables: {
        ...(regression === undefined ? {} : { regression: tableOf(COLUMNS, [record]) }),
        ...(residuals === undefined ? {} : { residuals: residualsTable(analysis, answer, points, line) }),
        ...(band === undefined ? {} : { band: bandTable(analysis, points, line) }),
      },
      note: [counted(points.length, 'row'), ...(leftOut > 0 ? [`${counted(leftOut, 'row')} left out`] : [])].join('; '),
    };
  },
};

const COLUMNS = typed({
  slope: 'double',
  intercept: 'double',
  r2: 'double',
  slope_standard_error: 'double',
  intercept_standard_error: 'double',
  slope_p_value: 'double',
  slope_ci95_low: 'double',
  slope_ci95_high: 'double',
  residual_standard_error: 'double',
  n: 'integer',
  n_train: 'integer',
  n_test: 'integer',
  r2_train: 'double',
  r2_test: 'double',
  seed: 'bigint',
  predicted_at: 'double',
  predicted: 'double',
  predicted_low: 'double',
  predicted_high: 'double',
  ...BOOKS,
});

/** Rows that have both, split as scikit-learn does it: the share for testing is rounded up. */
function pointsOf({ columns: { key, x, y }, options }: LinearRegression, answer: ResultTable): Point[] {
  const usable = answered(answer).flatMap((row) => {
    const [at, value] = [row.number(x), row.number(y)];
    return at === null || value === null ? [] : [{ key: key.map((name) => row.value(name)), x: at, y: value }];
  });
  const size = Math.ceil(options.test_share * usable.length);
  const tested = new Set(sampleIndices(usable.length, size, randomFor(options.seed)));
  return usable.map((point, index) => ({ ...point, in_train: !tested.has(index) }));
}

/** Null where no line is defined: fewer than two rows, or one x. */
function lineOf(points: readonly { readonly x: number; readonly y: number }[]): Line | null {
  const n = points.length;
  if (n < 2 || points.every(({ x }) => x === points[0]?.x)) return null;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  let [xx, xy, total] = [0, 0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    total += (y - meanY) ** 2;
  }
  const slope = xy / xx;
  const intercept = meanY - slope * meanX;
  const left = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const isSound = [slope, intercept, xx, total, left].every(Number.isFinite);
  return isSound ? { n, slope, intercept, meanX, meanY, xx, total, left } : null;
}

/** Null where no row is left to judge the line by. */
function residualError({ n, left }: Line): number | null {
  return n < 3 ? null : Math.sqrt(left / (n - 2));
}

function figures(line: Line, s: number | null, predictAt: number | null): Record<string, number | null> {
  const { n, slope, intercept, meanX, xx } = line;
  const error = s === null ? null : s / Math.sqrt(xx);
  const reach = error === null ? null : studentReach(CONFIDENCE, n - 2) * error;
  const predicted = predictAt === null ? null : reaches(line, s, predictAt);
  return {
    slope,
    intercept,
    r2: determination(line),
    slope_standard_error: error,
    intercept_standard_error: s === null ? null : s * Math.sqrt(1 / n + meanX ** 2 / xx),
    slope_p_value: error === null || error === 0 ? null : finite(studentBeyond(slope / error, n - 2)),
    slope_ci95_low: reach === null ? null : slope - reach,
    slope_ci95_high: reach === null ? null : slope + reach,
    residual_standard_error: s,
    predicted: predicted?.predicted ?? null,
    predicted_low: predicted?.predicted_low ?? null,
    predicted_high: predicted?.predicted_high ?? null,
  };
}

function determination({ total, left }: Line): number | null {
  return total === 0 ? null : finite(1 - left / total);
}

/** What the line says at x, with the intervals of the mean there and of a single row. */
function reaches(line: Line, s: number | null, x: number) {
  const predicted = at(line, x);
  const within = (extra: number) =>
    s === null
      ? null
      : studentReach(CONFIDENCE, line.n - 2) * s * Math.sqrt(extra + 1 / line.n + (x - line.meanX) ** 2 / line.xx);
  const [mean, single] = [within(0), within(1)];
  return {
    predicted,
    mean_low: mean === null ? null : predicted - mean,
    mean_high: mean === null ? null : predicted + mean,
    predicted_low: single === null ? null : predicted - single,
    predicted_high: single === null ? null : predicted + single,
  };
}

/** From the middle: the intercept may be far away, and all digits lost on the way. */
function at({ slope, meanX, meanY }: Line, x: number): number {
  return meanY + slope * (x - meanX);
}

function split(points: readonly Point[]): Record<string, number | null> {
  const train = points.filter(({ in_train }) => in_train);
  const test = points.filter(({ in_train }) => !in_train);
  const line = lineOf(train);
  return {
    n_train: train.length,
    n_test: test.length,
    r2_train: line === null ? null : determination(line),
    r2_test: line === null ? null : determinationOn(test, line),
  };
}

/** 1 − SSE / SST on rows that the line was not fitted to: below 0 where their mean would do better. */
function determinationOn(points: readonly Point[], { slope, meanX, meanY }: Line): number | null {
  if (points.length < 2) return null;
  const mean = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const total = points.reduce((sum, { y }) => sum + (y - mean) ** 2, 0);
  const left = points.reduce((sum, { x, y }) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return total === 0 ? null : finite(1 - left / total);
}

function noteOn(points: readonly Point[], line: Line | null, s: number | null): string | null {
  if (points.length < 2) return `${counted(points.length, 'row')} with both values, and a line needs 2.`;
  if (points.every(({ x }) => x === points[0]?.x)) return 'All x are the same, so no line is defined.';
  if (line === null) return 'Values are too large for a line to be a number.';
  if (s === null) return 'A line through 2 rows leaves none to judge it by: no errors, and an R2 that says nothing.';
  if (line.total === 0) return 'All y are the same, so R2 is not defined.';
  return s === 0 ? 'The line meets every row, so no p-value is defined.' : null;
}

function noteOnSplit(points: readonly Point[]): string | null {
  const tested = points.filter(({ in_train }) => !in_train).length;
  return tested < 2 ? `The split has ${counted(tested, 'row')} to judge its line on, and R2 needs 2.` : null;
}

/** Standardised: over s √(1 − h), with the leverage h = 1/n + (x − x̄)² / Sxx. */
function residualsTable(
  { columns: { key, x, y } }: LinearRegression,
  answer: ResultTable,
  points: readonly Point[],
  line: Line | null,
): ResultTable {
  const typeOf = (name: string) => answer.columns.find((one) => one.name === name)?.type ?? 'double';
  const figureColumns = {
    fitted: 'double',
    residual: 'double',
    standardised_residual: 'double',
    in_train: 'boolean',
  } as const;
  const s = line === null ? null : residualError(line);
  return {
    columns: [...[...key, x, y].map((name) => ({ name, type: typeOf(name) })), ...typed(figureColumns)],
    rows: points.map((point) => {
      const fitted = line === null ? null : at(line, point.x);
      const residual = fitted === null ? null : point.y - fitted;
      const leverage = line === null ? 1 : 1 / line.n + (point.x - line.meanX) ** 2 / line.xx;
      const standardised = residual === null || s === null ? null : finite(residual / (s * Math.sqrt(1 - leverage)));
      return [...point.key, point.x, point.y, fitted, residual, standardised, point.in_train];
    }),
  };
}

/** The line and its intervals from the least to the greatest x; no row where there is no line. */
function bandTable({ columns: { x } }: LinearRegression, points: readonly Point[], line: Line | null): ResultTable {
  const names = [x, 'predicted', 'mean_low', 'mean_high', 'predicted_low', 'predicted_high'];
  const columns = names.map((name) => ({ name, type: 'double' as const }));
  if (line === null) return { columns, rows: [] };
  const s = residualError(line);
  const least = points.reduce((min, point) => Math.min(min, point.x), Number.POSITIVE_INFINITY);
  const greatest = points.reduce((max, point) => Math.max(max, point.x), Number.NEGATIVE_INFINITY);
  const records = Array.from({ length: BAND_POINTS }, (_, index) => {
    const place = least + ((greatest - least) * index) / (BAND_POINTS - 1);
    return { ...reaches(line, s, place), [x]: place };
  });
  return tableOf(columns, records);
}
