/** The course platform's whole chain on a small sample: every model and analysis has something to say. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import { Workspace } from '../support/cli.ts';

interface Result {
  readonly status: string;
  readonly errors: unknown[];
  readonly datasets: { files_loaded: number; tables: Record<string, number | string>[] }[];
}

let work: Workspace;
let first: Result;

async function run(): Promise<Result> {
  const { stdout } = await work.run('--dataset', 'course-engagement', '--json');
  return JSON.parse(stdout) as Result;
}

beforeAll(async () => {
  work = new Workspace();
  const out = ['--out', work.landing, '--scale', '0.05', '--seed', '42'];
  expect((await work.cli(['generate', '--dataset', 'course-engagement', ...out])).code).toBe(0);
  first = await run();
}, 60_000);
afterAll(() => work.close());

describe('course engagement', () => {
  it('loads every row', () => {
    expect(first).toMatchObject({ status: 'succeeded', errors: [] });
    expect(first.datasets[0]?.tables.map(({ table_name }) => table_name)).toEqual([
      'students',
      'purchases',
      'videos_watched',
      'certificates',
    ]);
    for (const table of first.datasets[0]?.tables ?? []) {
      expect(table).toMatchObject({ rows_quarantined: 0, rows_duplicate: 0 });
      expect(table['rows_loaded']).toBe(table['rows_read']);
    }
  });

  it('has rows in every model and every result of an analysis', async () => {
    const { models, analyses } = await loadProject();
    const tables = [
      ...models.filter(({ dataset }) => dataset === 'course-engagement').map(({ table }) => table),
      ...analyses
        .filter(({ dataset }) => dataset === 'course-engagement')
        .flatMap(({ outputs }) => Object.values(outputs).map((name) => `course_engagement.${name}`)),
    ];
    const counts = tables.map((table, index) => `(SELECT count(*) FROM ${table}) AS n${index}`);
    const [row] = await work.query<Record<string, number>>(`SELECT ${counts.join(', ')}`);
    expect(tables.filter((_, index) => !((row?.[`n${index}`] ?? 0) > 0))).toEqual([]);
  });

  it('has figures from every analysis, small as it is', async () => {
    expect(
      await work.query(`SELECT
        (SELECT count(*) FROM course_engagement.engagement_tests
          WHERE p_value_two_sided IS NOT NULL AND cohens_d IS NOT NULL) AS tests,
        (SELECT count(pearson_r) FROM course_engagement.engagement_correlation) AS correlations,
        (SELECT count(chi_square) FROM course_engagement.event_dependence WHERE n_ab > 0) AS dependence,
        (SELECT count(predicted_high) FROM course_engagement.certificates_regression WHERE n_test >= 5) AS lines,
        (SELECT count(*) FROM course_engagement.minutes_outlier_thresholds WHERE removed > 0) AS thresholds`),
    ).toEqual([{ tests: 2, correlations: 1, dependence: 1, lines: 1, thresholds: 4 }]);
  });

  it('adds nothing from a second file that repeats the first, but for its new records', async () => {
    const file = join(work.landing, 'course-engagement', 'student_video_watched.csv');
    const [header, ...records] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const again = [header, ...records.slice(-100), '1,2022-06-30,60', '1,2022-06-30,60'];
    work.drop('course-engagement/student_video_watched_2.csv', `${again.join('\n')}\n`);
    const tables = (await run()).datasets[0]?.tables ?? [];
    expect(tables.find(({ table_name }) => table_name === 'videos_watched')).toMatchObject({
      rows_read: 102,
      rows_loaded: 2,
      rows_duplicate: 100,
    });
    expect(await work.query('SELECT count(*) AS records FROM course_engagement.videos_watched')).toEqual([
      { records: records.length + 2 },
    ]);
  });

  it('says nothing of a plan that there is not, of a time below zero and of a day that no month has', async () => {
    work.drop(
      'course-engagement/student_purchases_2.csv',
      'purchase_id,student_id,plan_id,date_purchased,date_refunded\n1,1,4,2022-04-01,\n2,1,0,2022-04-31,\n3,1,0,2022-04-30,\n',
    );
    work.drop(
      'course-engagement/student_video_watched_3.csv',
      'student_id,date_watched,seconds_watched\n1,2022-06-30,-5\n',
    );
    await run();
    expect(
      await work.query(
        'SELECT table_name, column_name, row_number FROM ops.quarantine ORDER BY table_name, row_number',
      ),
    ).toEqual([
      { table_name: 'purchases', column_name: 'plan_id', row_number: 1 },
      { table_name: 'purchases', column_name: 'date_purchased', row_number: 2 },
      { table_name: 'videos_watched', column_name: 'seconds_watched', row_number: 1 },
    ]);
  });
});
