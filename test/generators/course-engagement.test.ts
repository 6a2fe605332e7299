/**
 * What the generated students are like at the published size: the same bounds hold for the real files, where they are to
 * be had, so that a bound that is wrong shows.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../adapters/duckdb/database.ts';
import { courseEngagement } from '../../generators/course-engagement/index.ts';
import { courseLake } from '../support/course-lake.ts';
import { textOf } from './sample.ts';

type Bounds = readonly [name: string, sql: string, low: number, high: number];

const SCHEMA = 'course_engagement';
const watched = (where: string) => `SELECT count(*) FROM ${SCHEMA}.minutes_by_period WHERE ${where}`;
const per = (a: string, b: string) => `SELECT CAST((${a}) AS DOUBLE) / (${b})`;
const share = (of: string, table: string) =>
  `SELECT avg(CASE WHEN ${of} THEN 1e0 ELSE 0e0 END) FROM ${SCHEMA}.${table}`;
const rows = (table: string) => `SELECT count(*) FROM ${SCHEMA}.${table}`;
const minutes = (figure: string, year: number, paid: number) =>
  `SELECT ${figure} FROM ${SCHEMA}.minutes_by_period WHERE year = ${year} AND paid = ${paid}`;
const certificates = (figure: string) => `SELECT ${figure} FROM ${SCHEMA}.certificates_minutes`;

/** As `minutes_without_outliers` has them. */
const usual = (figure: string, year: number, paid: number) =>
  `SELECT ${figure} FROM ${SCHEMA}.minutes_by_period WHERE year = ${year} AND paid = ${paid} AND minutes_watched <
    (${minutes('quantile_cont(minutes_watched, 0.99)', year, paid)})`;
const mean = 'avg(minutes_watched)';

const BOUNDS: readonly Bounds[] = [
  ['students', rows('students'), 15_847, 15_847],
  ['purchases', rows('purchases'), 5500, 6000],
  ['records of videos', rows('videos_watched'), 66_000, 76_000],
  ['certificates', rows('certificates'), 1450, 2050],
  ['students who watched', `SELECT count(DISTINCT student_id) FROM ${SCHEMA}.minutes_by_period`, 15_840, 15_840],
  ['watchers in 2021', watched('year = 2021'), 7639, 7639],
  ['growth of watchers from 2021 to 2022', per(watched('year = 2022'), watched('year = 2021')), 1.157, 1.158],
  [
    'watchers of both quarters',
    `SELECT count(*) FROM (SELECT 1 FROM ${SCHEMA}.minutes_by_period GROUP BY student_id HAVING count(*) = 2)`,
    640,
    640,
  ],
  ['share of watchers who pay', share('paid = 1', 'minutes_by_period'), 0.3, 0.318],
  [
    'students with a purchase',
    per(`SELECT count(DISTINCT student_id) FROM ${SCHEMA}.purchases`, rows('students')),
    0.32,
    0.35,
  ],
  [
    'most purchases of a student',
    `SELECT max(n) FROM (SELECT count(*) n FROM ${SCHEMA}.purchases GROUP BY student_id)`,
    2,
    2,
  ],
  ...[0.51, 0.29, 0.2].map(
    (part, plan): Bounds => [
      `share of plan ${plan}`,
      share(`plan_id = ${plan}`, 'purchases'),
      part - 0.025,
      part + 0.025,
    ],
  ),
  ['share refunded', share('date_refunded IS NOT NULL', 'purchases'), 0.1, 0.135],
  ...[
    [0.05, 0.09],
    [0.12, 0.18],
    [0.17, 0.24],
  ].map(
    ([low = 0, high = 0], plan): Bounds => [
      `share refunded of plan ${plan}`,
      share('date_refunded IS NOT NULL', `purchases WHERE plan_id = ${plan}`),
      low,
      high,
    ],
  ),
  ['first days to a refund', `SELECT min(date_refunded - date_purchased) FROM ${SCHEMA}.purchases`, 1, 1],
  ['most days to a refund', `SELECT max(date_refunded - date_purchased) FROM ${SCHEMA}.purchases`, 14, 14],
  ['mean of free students in 2021', usual(mean, 2021, 0), 13.5, 15.5],
  ['mean of free students in 2022', usual(mean, 2022, 0), 15.3, 17.3],
  ['mean of paying students in 2021', usual(mean, 2021, 1), 345, 390],
  ['mean of paying students in 2022', usual(mean, 2022, 1), 280, 315],
  ['spread of free students in 2021', usual('stddev(minutes_watched)', 2021, 0), 23.5, 26.5],
  ['spread of free students in 2022', usual('stddev(minutes_watched)', 2022, 0), 23.5, 26.5],
  ['spread of paying students in 2021', usual('stddev(minutes_watched)', 2021, 1), 470, 550],
  ['spread of paying students in 2022', usual('stddev(minutes_watched)', 2022, 1), 390, 460],
  ...[
    [2021, 0, 4, 8],
    [2021, 1, 2, 3.2],
    [2022, 0, 3, 5.5],
    [2022, 1, 2, 3.2],
  ].map(
    ([year = 0, paid = 0, low = 0, high = 0]): Bounds => [
      `mean over median, ${paid === 1 ? 'paying' : 'free'} in ${year}`,
      minutes(`${mean} / median(minutes_watched)`, year, paid),
      low,
      high,
    ],
  ),
  ['the most minutes', `SELECT max(minutes_watched) FROM ${SCHEMA}.minutes_by_period`, 8000, 16_000],
  ['records of a student and quarter', per(rows('videos_watched'), watched('true')), 4, 4.6],
  ['the fewest seconds of a record', `SELECT min(seconds_watched) FROM ${SCHEMA}.videos_watched`, 1, 5],
  [
    'equal records',
    `SELECT sum(n - 1) FROM (SELECT count(*) n FROM ${SCHEMA}.videos_watched GROUP BY student_id, date_watched, seconds_watched)`,
    2,
    2,
  ],
  ['students with certificates', rows('certificates_minutes'), 590, 720],
  ['certificates of one', certificates('avg(certificates_issued)'), 2.3, 3],
  ['share with one certificate only', share('certificates_issued = 1', 'certificates_minutes'), 0.4, 0.56],
  ['most certificates', certificates('max(certificates_issued)'), 15, 35],
  ["share of certificates' students who pay", certificates('avg(paid)'), 0.95, 0.99],
  ['who watched nothing and has a certificate', certificates('count_if(minutes_watched = 0)'), 7, 7],
  ['correlation of certificates and minutes', certificates('corr(certificates_issued, minutes_watched)'), 0.42, 0.66],
  ['certificates a minute', certificates('regr_slope(certificates_issued, minutes_watched)'), 0.0014, 0.0022],
  [
    'registered after a purchase or a video',
    `SELECT count(*) FROM ${SCHEMA}.students JOIN (SELECT student_id, date_purchased AS day FROM ${SCHEMA}.purchases
      UNION ALL SELECT student_id, date_watched FROM ${SCHEMA}.videos_watched) USING (student_id) WHERE day < date_registered`,
    0,
    0,
  ],
  [
    'share registered in the first quarters of 2021 and 2022',
    share('month(date_registered) <= 3 AND year(date_registered) >= 2021', 'students'),
    0.42,
    0.56,
  ],
  [
    'order of ids and of registrations',
    `SELECT corr(a, b) FROM (SELECT rank() OVER (ORDER BY student_id) AS a, rank() OVER (ORDER BY date_registered) AS b
      FROM ${SCHEMA}.students)`,
    0.6,
    0.98,
  ],
  ['the largest id', `SELECT max(student_id) FROM ${SCHEMA}.students`, 250_000, 300_000],
];

const data = process.env['LANDFALL_DATA'];

function generated(seed: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-course-'));
  for (const file of courseEngagement.files({ scale: 1, seed })) writeFileSync(join(folder, file.path), textOf(file));
  return folder;
}

const sources: [string, () => string][] = [
  ['generated students, seed 1', () => generated(1)],
  ['generated students, seed 2', () => generated(2)],
  ...(data === undefined
    ? []
    : [['the real students', () => join(data, 'course-engagement')] as [string, () => string]]),
];

describe.each(sources)('%s', (name, prepare) => {
  let folder: string;
  let database: Database;
  beforeAll(async () => {
    folder = prepare();
    database = await courseLake(folder);
  }, 60_000);
  afterAll(() => {
    database.close();
    if (name.startsWith('generated')) rmSync(folder, { recursive: true });
  });

  it.each(BOUNDS)('%s', async (_, sql, low, high) => {
    const [row] = await database.rows<Record<string, unknown>>(sql);
    const figure = Number(Object.values(row ?? {})[0]);
    expect(figure).toBeGreaterThanOrEqual(low);
    expect(figure).toBeLessThanOrEqual(high);
  });
});

if (data === undefined) {
  it.skip('the real students: skipped: LANDFALL_DATA is not set', () => undefined);
}
