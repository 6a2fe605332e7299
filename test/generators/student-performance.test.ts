/** Generated students against what was measured on the published ones. */

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generatorFor } from '../../generators/index.ts';
import { studentPerformance } from '../../generators/student-performance/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { asPublished, figuresOf, texts } from '../golden/published.mjs';
import { Workspace } from '../support/cli.ts';
import { textOf } from './sample.ts';

type Row = Readonly<Record<string, string>>;

function textFor(scale: number, seed: number): string {
  return [...studentPerformance.files({ scale, seed })].map(textOf).join('');
}

function rowsFor(scale: number, seed: number): readonly Row[] {
  const [header = '', ...lines] = textFor(scale, seed).trimEnd().split('\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((field, index) => [names[index] ?? '', field])));
}

function numbers(rows: readonly Row[], column: string): readonly number[] {
  const toNumber = Number;
  return rows.map((row) => toNumber(row[column]));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function covariance(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return a.reduce((sum, value, row) => sum + (value - meanA) * ((b[row] ?? 0) - meanB), 0) / (a.length - 1);
}

function deviation(values: readonly number[]): number {
  return Math.sqrt(covariance(values, values));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  return covariance(a, b) / (deviation(a) * deviation(b));
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;
}

/** Measured on the published file: mean, standard deviation, correlation with the exam score. */
const MEASURED: readonly (readonly [string, number, number, number])[] = [
  ['Hours_Studied', 19.9753, 5.9906, 0.4455],
  ['Attendance', 79.9774, 11.5475, 0.5811],
  ['Sleep_Hours', 7.0291, 1.4681, -0.017],
  ['Previous_Scores', 75.0705, 14.3998, 0.1751],
  ['Tutoring_Sessions', 1.4937, 1.2306, 0.1565],
  ['Physical_Activity', 2.9676, 1.0312, 0.0278],
  ['Exam_Score', 67.2357, 3.8905, 1],
];

/** Measured too: by level, the share of students and how far their mean score is from that of all. */
const LEVELS: readonly (readonly [string, string, number, number])[] = [
  ['Parental_Involvement', 'Low', 0.2024, -0.877],
  ['Parental_Involvement', 'High', 0.2888, 0.857],
  ['Access_to_Resources', 'Low', 0.1987, -1.032],
  ['Access_to_Resources', 'High', 0.2989, 0.856],
  ['Extracurricular_Activities', 'Yes', 0.596, 0.206],
  ['Motivation_Level', 'High', 0.1996, 0.469],
  ['Internet_Access', 'No', 0.0755, -0.701],
  ['Family_Income', 'High', 0.1921, 0.607],
  ['Teacher_Quality', '', 0.0118, 0],
  ['School_Type', 'Public', 0.6959, -0.023],
  ['School_Type', 'Private', 0.3041, 0.052],
  ['Peer_Influence', 'Negative', 0.2084, -0.671],
  ['Learning_Disabilities', 'Yes', 0.1052, -0.965],
  ['Parental_Education_Level', '', 0.0136, 0],
  ['Distance_from_Home', '', 0.0101, 0],
  ['Gender', 'Male', 0.5773, -0.007],
];

describe.each([1, 42])('at the published size, seed %d', (seed) => {
  const rows = rowsFor(1, seed);
  const scores = numbers(rows, 'Exam_Score');

  it('has as many students', () => expect(rows).toHaveLength(6607));

  it.each(MEASURED)('%s: mean %d, deviation %d, correlation with the score %d', (column, average, std, r) => {
    const values = numbers(rows, column);
    expect(Math.abs(mean(values) - average)).toBeLessThan(column === 'Exam_Score' ? 0.1 : 0.0001);
    expect(Math.abs(deviation(values) - std)).toBeLessThan(column === 'Exam_Score' ? 0.15 : 0.0001);
    expect(Math.abs(correlation(values, scores) - r)).toBeLessThan(0.06);
  });

  it.each(LEVELS)('%s %p: a share of %d, a mean score %d from that of all', (column, level, share, difference) => {
    const chosen = rows.filter((row) => row[column] === level);
    expect(Math.abs(chosen.length / rows.length - share)).toBeLessThan(0.0001);
    if (level === '') return;
    // Four standard errors of a mean of so many.
    const within = (4 * 3.89) / Math.sqrt(chosen.length);
    expect(Math.abs(mean(numbers(chosen, 'Exam_Score')) - mean(scores) - difference)).toBeLessThan(within);
  });

  it('has scores as wide as the published ones, few far above, one that can not be', () => {
    for (const [share, score, within] of [
      [0, 55, 3],
      [0.1, 63, 1],
      [0.5, 67, 1],
      [0.9, 72, 1],
      [0.99, 76, 2],
    ] as const) {
      expect(Math.abs(quantile(scores, share) - score)).toBeLessThanOrEqual(within);
    }
    const high = scores.filter((score) => score >= 80).length;
    expect(high).toBeGreaterThan(35);
    expect(high).toBeLessThan(65);
    expect(scores.filter((score) => score > 100)).toEqual([101]);
  });

  it('has factors that hardly depend on each other', () => {
    const factors = MEASURED.slice(0, -1).map(([column]) => numbers(rows, column));
    for (const [index, a] of factors.entries()) {
      for (const b of factors.slice(index + 1)) expect(Math.abs(correlation(a, b))).toBeLessThan(0.06);
    }
  });
});

describe('student-performance', () => {
  it('is generated by its name, in one file that says how many rows it has', () => {
    const files = [...(generatorFor('student-performance')?.files({ scale: 0.01, seed: 1 }) ?? [])];
    expect(files.map(({ path, rows }) => [path, rows])).toEqual([['StudentPerformanceFactors.csv', 66]]);
    expect(textOf(files[0]).trimEnd().split('\n')).toHaveLength(67);
  });

  it('gives the same bytes for the same seed, and as ever; others for another', () => {
    expect(textFor(0.05, 1)).toBe(textFor(0.05, 1));
    expect(textFor(0.05, 2)).not.toBe(textFor(0.05, 1));
    expect(createHash('sha256').update(textFor(0.05, 1)).digest('hex')).toBe(
      'f7706891e320f41489025539498fc7477a235ad217c9b76efc497cb80e0251ff',
    );
  });

  it.each([0.05, 0.2, 1])('at scale %d puts public schools a little below private ones, for any seed', (scale) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const rows = rowsFor(scale, seed);
      const by = (type: string) => numbers(rows, 'Exam_Score').filter((_, row) => rows[row]?.['School_Type'] === type);
      const [publicScores, privateScores] = [by('Public'), by('Private')];
      const gap = mean(privateScores) - mean(publicScores);
      expect(gap).toBeGreaterThan(0);
      expect(gap).toBeLessThan(1.5 * 4.5 * Math.sqrt(1 / publicScores.length + 1 / privateScores.length));
    }
  });

  it('makes the smallest samples too', () => {
    expect([1e-9, 0.0002, 0.001].map((scale) => rowsFor(scale, 3).length)).toEqual([1, 1, 7]);
    expect(numbers(rowsFor(0.001, 3), 'Exam_Score').filter((score) => score > 100)).toHaveLength(1);
  });

  it('refuses a scale that makes no sense', () => {
    expect(() => textFor(0, 1)).toThrow(/scale 0 is not/);
  });
});

describe('what a run makes of them', () => {
  let work: Workspace;
  beforeAll(() => {
    work = new Workspace();
  });
  afterAll(() => work.close());

  const land = (scale: number) => writeDataset(studentPerformance, { out: work.landing, scale, seed: 42 });

  // Means of scores follow from the draws, the rest from the published counts.
  const figures = figuresOf('student-performance').filter(({ sql }) => !/school_type/.test(sql));

  it('at the published size gives the published figures', async () => {
    await land(1);
    expect((await work.run('--dataset', 'student-performance')).code).toBe(0);
    for (const figure of figures) {
      const found = asPublished(await work.query(figure.sql), figure);
      expect({ figure: figure.figure, found }).toEqual({ figure: figure.figure, found: texts(figure) });
    }
  }, 60_000);

  it('in a sample gives analyses all that they need, and finds the published drivers', async () => {
    await land(0.05);
    expect((await work.run('--dataset', 'student-performance')).code).toBe(0);
    expect(
      await work.query(`SELECT note, n_a, n_b, mean_a < mean_b AS public_lower, p_value_two_sided > 0.05 AS by_chance
        FROM student_performance.school_type_test`),
    ).toEqual([{ note: null, n_a: 229, n_b: 101, public_lower: true, by_chance: true }]);
    expect(
      await work.query(`SELECT factor, n, pearson_r > 0.3 AS strong FROM student_performance.score_drivers
        WHERE rank <= 2 ORDER BY factor`),
    ).toEqual([
      { factor: 'attendance', n: 330, strong: true },
      { factor: 'hours_studied', n: 330, strong: true },
    ]);
    expect(
      await work.query(`SELECT count(*) AS n FROM student_performance.score_correlations
        WHERE note IS NOT NULL OR pearson_r IS NULL OR ci95_low IS NULL`),
    ).toEqual([{ n: 0 }]);
  }, 60_000);

  it.each([0.05, 0.001])(
    'at scale %d fills every table',
    async (scale) => {
      await land(scale);
      expect((await work.run('--dataset', 'student-performance')).code).toBe(0);
      const tables = await work.query<{ table_name: string }>(`SELECT table_name FROM information_schema.tables
      WHERE table_schema = 'student_performance' ORDER BY table_name`);
      expect(tables.length).toBeGreaterThanOrEqual(9);
      const counts = tables.map(
        ({ table_name }) => `(SELECT count(*) FROM student_performance.${table_name}) AS ${table_name}`,
      );
      const [row = {}] = await work.query<Record<string, number>>(`SELECT ${counts.join(', ')}`);
      expect(Object.entries(row).filter(([, count]) => count === 0)).toEqual([]);
    },
    60_000,
  );
});
