/** The published students: every published figure, and that generated ones are dealt from the same counts. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FACTORS, SCORE_COLUMN } from '../../generators/student-performance/calibration.ts';
import { Workspace } from '../support/cli.ts';
import { asPublished, figuresOf, texts } from './published.mjs';

const data = process.env['LANDFALL_DATA'];

describe('the published students', () => {
  if (data === undefined) {
    it.skip('skipped: LANDFALL_DATA is not set', () => undefined);
    return;
  }
  const content = readFileSync(join(data, 'student-performance', 'StudentPerformanceFactors.csv'), 'utf8');
  let work: Workspace;
  let said = '';
  beforeAll(async () => {
    work = new Workspace();
    work.drop('student-performance/StudentPerformanceFactors.csv', content);
    const { code, stdout } = await work.run('--dataset', 'student-performance');
    expect(code).toBe(0);
    said = stdout;
  }, 60_000);
  afterAll(() => work.close());

  it.each(figuresOf('student-performance'))('$figure', async (figure) => {
    expect(asPublished(await work.query(figure.sql), figure)).toEqual(texts(figure));
  });

  it('load whole, with their gaps, and a warning of the score that can not be', async () => {
    expect(
      await work.query(`SELECT count(*) AS students, count(teacher_quality) AS teachers,
        count(parental_education_level) AS parents, count(distance_from_home) AS homes, count(gender) AS genders,
        max(_row_number) AS last FROM student_performance.factors`),
    ).toEqual([{ students: 6607, teachers: 6529, parents: 6517, homes: 6540, genders: 6607, last: 6607 }]);
    expect(said).toMatch(/audit "no score above 100" of student_performance\.exam_scores found 1 row,.*101/);
  });

  it('are what the generator counts', () => {
    const [header = [], ...rows] = content
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));
    expect(header).toEqual([...FACTORS.map(({ column }) => column), SCORE_COLUMN]);
    for (const [index, { values, counts }] of FACTORS.entries()) {
      const found = new Map<string, number>();
      for (const row of rows) found.set(row[index] ?? '', (found.get(row[index] ?? '') ?? 0) + 1);
      expect(values.map((value) => found.get(value) ?? 0)).toEqual(counts);
    }
  });
});
