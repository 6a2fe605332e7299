import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Columns } from '../../core/analyses/statistics.ts';
import { AnalysisBench } from '../../support/analyses.ts';

let bench: AnalysisBench;
beforeAll(async () => {
  bench = await AnalysisBench.open();
});
afterAll(() => bench.close());

const TYPES = { id: 'INTEGER', team: 'VARCHAR', time: 'VARCHAR' };

type Row = Readonly<Record<string, string | number | null>>;

/** Columns of rows that say what differs from `{team: red, time: early}`. */
function things(rows: readonly Row[]): Columns {
  const whole = rows.map((row, at): Row => ({ id: at + 1, team: 'red', time: 'early', ...row }));
  const names = ['id', 'team', 'time', 'x', 'y'];
  return Object.fromEntries(names.map((name) => [name, whole.map((row) => row[name] ?? null)]));
}

/** `early 1, late -`: a time and an x each. */
function marked(text: string): Columns {
  return things(cells(text).map(([time = '-', x = '-']) => ({ time: time === '-' ? null : time, x: number(x) })));
}

/** `1 2, 3 -`: an x and a y each. */
function measured(text: string): Columns {
  return things(cells(text).map(([x = '-', y = '-']) => ({ x: number(x), y: number(y) })));
}

function cells(text: string): string[][] {
  return text === '' ? [] : text.split(', ').map((row) => row.split(' '));
}

function number(text: string): number | null {
  return text === '-' ? null : Number(text);
}

const TEST = `kind: two-sample test
columns: {value: x, sample: time}
options: {a: early, b: late}`;
const CORRELATION = `kind: correlation
columns: {features: [x, y]}`;
const DEPENDENCE = `kind: event dependence
columns: {subject: id, event: time}
options: {a: early, b: late}`;
const REGRESSION = `kind: linear regression
columns: {key: [id], x: x, y: y}
options: {predict_at: 3}`;
const SUMMARY = `kind: summary
columns: {values: [x]}`;
const OUTLIERS = `kind: outlier removal
columns: {value: x}
options: {upper: 0.9}`;

describe('says why there is no figure, and never shows NaN', () => {
  it.each([
    ['no row', '', 'Sample early has 0 rows with a value', 't_statistic mean_a'],
    ['one row', 'early 1', 'early has 1 row with a value, and a variance needs 2', 'df'],
    ['nulls', 'early -, late -', 'late has 0 rows', 'mean_b cohens_d'],
    ['no variance', 'early 0.1, early 0.1, late 0.2, late 0.2', 'No sample varies', 'f_statistic t_statistic cohens_d'],
    ['one variance', 'early 1, early 1, late 2, late 3', 'One sample does not vary, so F', 'f_statistic f_p_value'],
    ['no numbers', 'early Infinity, early NaN, late 1, late 2', 'early has 0 rows', 'mean_a'],
    ['beyond a double', 'early 1e308, early -1e308, late 1, late 2', 'too large', 'variance_a t_statistic'],
  ])('two-sample test: %s', (_, rows, note, missing) => says(TEST, 'tests', marked(rows), note, missing));

  it.each([
    ['no row', '', '0 rows with both values', 'pearson_r p_value'],
    ['one row', '1 2', '1 row with both values', 'pearson_r spearman_rho'],
    ['two rows', '1 2, 2 3', 'p needs 3', 'p_value ci95_low'],
    ['three rows', '1 2, 2 3, 4 1', 'an interval needs 4', 'ci95_low ci95_high'],
    ['no variance', '0.1 2, 0.1 3, 0.1 4, 0.1 5', 'are the same', 'pearson_r spearman_rho'],
    ['nulls', '1 -, 2 -, 3 -', '0 rows with both', 'pearson_r'],
    ['beyond a double', '1e300 1, -1e300 2, 0 4', 'too large', 'pearson_r'],
  ])('correlation: %s', (_, rows, note, missing) => says(CORRELATION, 'correlations', measured(rows), note, missing));

  it.each([
    ['no row', '', 'There is no subject', 'p_a chi_square independent'],
    ['nulls', '- 1, - 2', 'There is no subject', 'p_a'],
    ['one event', 'early 1, early 2', 'late happened to nobody', 'p_a_given_b chi_square p_value'],
  ])('event dependence: %s', (_, rows, note, missing) => says(DEPENDENCE, 'dependence', marked(rows), note, missing));

  it.each([
    ['no row', '', '0 rows with both values', 'slope predicted'],
    ['one row', '1 1', '1 row with both values', 'slope r2'],
    ['two rows', '1 1, 2 3', 'leaves none to judge it by', 'slope_standard_error slope_p_value predicted_low'],
    ['one x', '0.1 2, 0.1 3, 0.1 4, 0.1 5', 'All x are the same', 'slope r2 predicted'],
    ['one y', '1 0.1, 2 0.1, 3 0.1, 4 0.1', 'All y are the same', 'r2 slope_p_value'],
    ['a line', '1 2, 2 4, 3 6, 4 8', 'meets every row', 'slope_p_value'],
    ['nulls', '- 1, - 2, - 3', '0 rows', 'slope'],
    ['beyond a double', '1e300 1, -1e300 -1, 0 0', 'too large', 'slope'],
  ])('linear regression: %s', (_, rows, note, missing) =>
    says(REGRESSION, 'regression', measured(rows), note, missing),
  );

  it.each([
    ['no row', '', 'no row with a value', 'mean ci95_low'],
    ['one row', '1', 'a standard deviation needs 2', 'std ci95_low'],
    ['nulls', '-, -', 'no row with a value', 'mean median'],
    ['no variance', '0.1, 0.1, 0.1', 'All values are the same', ''],
  ])('summary: %s', (_, rows, note, missing) => says(SUMMARY, 'summary', measured(rows), note, missing));

  it.each([
    ['no row', '', 'no row with a value', 'upper_threshold'],
    ['one row', '1', 'none is removed', 'upper_threshold'],
    ['no variance', '0.1, 0.1, 0.1', 'none is removed', 'upper_threshold'],
    ['nulls', '-, -', 'no row with a value', 'upper_threshold'],
  ])('outlier removal: %s', (_, rows, note, missing) => says(OUTLIERS, 'thresholds', measured(rows), note, missing));

  async function says(yaml: string, role: string, columns: Columns, note: string, missing: string): Promise<void> {
    await bench.table(columns, TYPES);
    const found = await bench.run(yaml, role === 'thresholds' ? ['kept', 'thresholds'] : [role]);
    const [row] = found[role] ?? [];
    expect(row?.['note']).toEqual(expect.stringContaining(note));
    for (const name of missing.split(' ').filter((one) => one !== ''))
      expect([name, row?.[name]]).toEqual([name, null]);
    expect(row?.['assumptions']).toEqual(expect.stringMatching(/[.]$/));
  }

  it('keeps rows of a group in which nothing varies, and leaves out what has no value', async () => {
    const blue = [5, 5, 5].map((x) => ({ team: 'blue', x }));
    const rows = [...blue, ...[1, 2, 3, 4, 100, null].map((x) => ({ x }))];
    await bench.table(things([...rows, { team: null, x: 1 }]), TYPES);
    const { kept = [], thresholds = [] } = await bench.run(OUTLIERS.replace('value: x', 'value: x, group: [team]'), [
      'kept',
      'thresholds',
    ]);
    expect(thresholds).toMatchObject([
      { team: 'blue', n: 3, kept: 3, removed: 0, upper_threshold: null, rows_left_out: 0 },
      { team: 'red', n: 5, kept: 4, removed: 1, rows_left_out: 1, note: null },
    ]);
    expect(kept.map(({ team, x }) => [team, x]).sort()).toEqual([
      ['blue', 5],
      ['blue', 5],
      ['blue', 5],
      ['red', 1],
      ['red', 2],
      ['red', 3],
      ['red', 4],
    ]);
  });

  it('tests Welch where one sample does not vary', async () => {
    await bench.table(marked('early 1, early 1, early 1, late 2, late 3, late 5'), TYPES);
    const { tests = [] } = await bench.run(TEST, ['tests']);
    expect(tests[0]).toMatchObject({ variances_equal: false, n_a: 3, variance_a: 0, df: 2 });
  });

  it('counts as left out what lacks a value or its sample, and nothing of other samples', async () => {
    const rows = [1, 2, null].flatMap((x) => ['early', 'late', 'never', null].map((time) => ({ x, time })));
    await bench.table(things(rows), TYPES);
    const { tests = [] } = await bench.run(TEST, ['tests']);
    expect(tests).toMatchObject([{ n_a: 2, n_b: 2, rows_left_out: 5 }]);
  });

  it('takes the place of models that were views', async () => {
    await bench.table(things([{ x: 1 }, { x: 2 }]), TYPES);
    for (const name of ['kept', 'thresholds']) await bench.view(name);
    const { kept = [], thresholds = [] } = await bench.run(OUTLIERS, ['kept', 'thresholds']);
    expect([kept.length, thresholds.length]).toEqual([1, 1]);
  });

  it('gives no row for groups that are not there', async () => {
    await bench.table(things([]), TYPES);
    const { tests = [] } = await bench.run(TEST.replace('sample: time', 'sample: time, group: team'), ['tests']);
    expect(tests).toEqual([]);
  });

  it.each([
    ['unknown column', SUMMARY.replace('[x]', '[xx]'), 'made_up.things has no column xx'],
    ['text', SUMMARY.replace('[x]', '[team]'), 'column team of made_up.things is a string, not a number'],
  ])('names a column that will not do: %s', async (_, yaml, message) => {
    await bench.table(things([]), TYPES);
    await expect(bench.run(yaml, ['summary'])).rejects.toThrow(message);
  });

  it.each([
    ['DOUBLE', 'is a double, whose values are not written alike on every engine'],
    ['TIMESTAMP', 'is a timestamp, whose values are not written alike on every engine'],
  ])('tells nothing apart by a text that engines write each in their way: %s', async (type, message) => {
    await bench.table(things([]), { ...TYPES, time: type });
    await expect(bench.run(TEST, ['tests'])).rejects.toThrow(`column time of made_up.things ${message}`);
    await expect(bench.run(DEPENDENCE, ['dependence'])).rejects.toThrow(message);
  });
});
