import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allNear, near, statistics } from '../../core/analyses/statistics.ts';
import { AnalysisBench } from '../../support/analyses.ts';

let bench: AnalysisBench;
beforeAll(async () => {
  bench = await AnalysisBench.open();
});
afterAll(() => bench.close());

describe('gives the figures of scipy, statsmodels and numpy', () => {
  it('two-sample test: equal variances, unequal ones, large means, small samples, ties', async () => {
    const { columns, expected } = statistics.two_sample_tests;
    await bench.table(columns, { team: 'INTEGER', time: 'VARCHAR' });
    const { tests = [] } = await bench.run(TEST, ['tests']);
    expect(tests).toHaveLength(expected.length);
    expect(new Set(expected.map(({ variances_equal }) => variances_equal))).toEqual(new Set([true, false]));
    for (const [at, figures] of expected.entries()) allNear(tests[at], { ...figures, sample_a: 'before' });
    expect(tests.map(({ note }) => note)).toEqual(expected.map(() => null));
    expect(tests.map(({ assumptions }) => /Welch/.test(String(assumptions)))).toEqual(
      expected.map(({ variances_equal }) => variances_equal === false),
    );
  });

  it('two-sample test without groups', async () => {
    const { columns } = statistics.two_sample_tests;
    await bench.table(columns, { team: 'INTEGER', time: 'VARCHAR' });
    const { tests = [] } = await bench.run(TEST.replace(', group: team', ''), ['tests']);
    const rows = columns['score']?.length ?? 0;
    expect(tests).toMatchObject([{ group_value: 'all' }]);
    expect(Number(tests[0]?.['n_a']) + Number(tests[0]?.['n_b']) + Number(tests[0]?.['rows_left_out'])).toBe(rows);
  });

  it('correlation: ties, gaps, a large mean, a long tail', async () => {
    const { columns, expected } = statistics.correlations;
    await bench.table(columns);
    const yaml = `kind: correlation\ncolumns: {features: [${Object.keys(columns).join(', ')}]}`;
    const { correlations = [] } = await bench.run(yaml, ['correlations']);
    expect(correlations).toHaveLength(10);
    for (const [at, figures] of expected.entries()) allNear(correlations[at], figures);
  });

  it('correlation against one column', async () => {
    const { columns, expected } = statistics.correlations;
    await bench.table(columns);
    const yaml = 'kind: correlation\ncolumns: {features: [near, ranked], against: base}';
    const { correlations = [] } = await bench.run(yaml, ['correlations']);
    expect(correlations.map(({ feature_a, feature_b }) => [feature_a, feature_b])).toEqual([
      ['near', 'base'],
      ['ranked', 'base'],
    ]);
    near(correlations[0]?.['pearson_r'] ?? null, expected[0]?.['pearson_r'] ?? null, 'pearson_r');
  });

  it.each(statistics.event_dependences)('event dependence: $cells', async ({ cells, expected }) => {
    const events = [['x', 'y'], ['x'], ['y'], ['z']];
    const rows = cells.flatMap((count, at) =>
      Array.from({ length: count }, (_, subject) => (events[at] ?? []).map((event) => [at * 1e5 + subject, event])),
    );
    const [subject, event] = [0, 1].map((at) => rows.flat().map((row) => row[at] ?? null)) as [number[], string[]];
    await bench.table({ subject, event }, { subject: 'INTEGER', event: 'VARCHAR' });
    const { dependence = [] } = await bench.run(DEPENDENCE, ['dependence']);
    allNear(dependence[0], expected);
    const isZero = cells[3] === 0;
    expect(String(dependence[0]?.['note']).includes('structural zero')).toBe(isZero);
  });

  it.each(statistics.regressions)('linear regression: $name', async (one) => {
    await bench.table(one.columns, { id: 'INTEGER' });
    const {
      regression = [],
      residuals = [],
      band = [],
    } = await bench.run(
      `kind: linear regression\ncolumns: {key: [id], x: x, y: y}\noptions: {predict_at: ${one.predict_at}}`,
      ['regression', 'residuals', 'band'],
    );
    expect(residuals.filter(({ in_train }) => in_train === false).map(({ id }) => id)).toEqual(one.tested);
    allNear(regression[0], one.expected);
    expect(residuals.map(({ id }) => id)).toEqual(one.columns['id']);
    const scale = Number(one.expected['residual_standard_error']);
    for (const [at, row] of residuals.entries()) {
      // A residual is a difference: what is lost of it is of the size of y.
      expect(Math.abs(Number(row['residual']) - Number(one.residuals[at]))).toBeLessThan(
        1e-9 * (scale + Math.abs(Number(row['y']))),
      );
      expect(Math.abs(Number(row['standardised_residual']) - Number(one.standardised[at]))).toBeLessThan(1e-8);
    }
    expect(band).toHaveLength(51);
    for (const [at, row] of band.entries()) {
      for (const [name, values] of Object.entries(one.band))
        near(row[name] ?? null, values[at] ?? null, `${name} ${at}`);
    }
  });

  it('summary: Student’s intervals, groups of two, values that are not known', async () => {
    const { columns, expected } = statistics.summaries;
    await bench.table(columns, { class: 'VARCHAR' });
    const { summary = [] } = await bench.run('kind: summary\ncolumns: {group: [class], values: [pupils]}', ['summary']);
    expect(summary).toHaveLength(expected.length);
    for (const [at, figures] of expected.entries()) allNear(summary[at], { ...figures, feature: 'pupils', note: null });
  });

  it('outlier removal: percentiles of each group, and what is strictly between them', async () => {
    const { columns, expected } = statistics.outliers;
    await bench.table(columns, { team: 'INTEGER' });
    const { kept = [], thresholds = [] } = await bench.run(
      'kind: outlier removal\ncolumns: {value: minutes, group: [team]}\noptions: {upper: 0.99, lower: 0.01}',
      ['kept', 'thresholds'],
    );
    for (const [at, figures] of expected.entries()) {
      allNear(thresholds[at], figures);
      expect(kept.filter(({ team }) => team === figures['team'])).toHaveLength(Number(figures['kept']));
    }
    expect(Object.keys(kept[0] ?? {})).toEqual(['team', 'minutes']);
  });
});

const TEST = `kind: two-sample test
columns: {value: score, sample: time, group: team}
options: {a: before, b: after}`;
const DEPENDENCE = `kind: event dependence
columns: {subject: subject, event: event}
options: {a: x, b: y}`;
