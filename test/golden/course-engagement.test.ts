/** The real course platform's files: they load whole, and give what was published of them. */

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';
import { asPublished, figuresOf, texts } from './published.mjs';

const data = process.env['LANDFALL_DATA'];

if (data === undefined) {
  describe('the real course platform', () => {
    it.skip('skipped: LANDFALL_DATA is not set', () => undefined);
  });
} else {
  let work: Workspace;
  beforeAll(async () => {
    work = new Workspace();
    cpSync(join(data, 'course-engagement'), join(work.landing, 'course-engagement'), { recursive: true });
    expect((await work.run('--dataset', 'course-engagement')).code).toBe(0);
  }, 60_000);
  afterAll(() => work.close());

  describe('the real course platform', () => {
    it.each(figuresOf('course-engagement'))('$figure', async (figure) => {
      expect(asPublished(await work.query(figure.sql), figure)).toEqual(texts(figure));
    });

    it('loads whole, its two pairs of equal records too', async () => {
      expect(
        await work.query(`SELECT
          (SELECT count(*) FROM course_engagement.students) AS students,
          (SELECT count(*) FROM course_engagement.purchases) AS purchases,
          (SELECT count(*) FROM course_engagement.videos_watched) AS records,
          (SELECT count(*) FROM course_engagement.certificates) AS certificates,
          (SELECT count(*) FROM (SELECT 1 FROM course_engagement.videos_watched
            GROUP BY student_id, date_watched, seconds_watched HAVING count(*) = 2) AS pairs) AS pairs,
          (SELECT count(*) FROM ops.quarantine) AS quarantined`),
      ).toEqual([{ students: 15_847, purchases: 5751, records: 71_118, certificates: 1751, pairs: 2, quarantined: 0 }]);
    });
  });
}
