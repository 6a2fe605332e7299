/** The real course platform's files: they load whole, and give what was published of them. */

import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

const data = process.env['LANDFALL_DATA'];

type Value = number | string | boolean | null;
interface Figure {
  readonly figure: string;
  readonly sql: string;
  readonly published: readonly (readonly Value[])[];
}
const figures = JSON.parse(
  readFileSync(fileURLToPath(new URL('./course-engagement/figures.json', import.meta.url)), 'utf8'),
) as Figure[];

/** Ours as it would have been published: with as many decimals. */
function asPublished(own: unknown, published: Value | undefined): unknown {
  if (typeof own !== 'number' || typeof published !== 'string') return own;
  return own.toFixed(published.split('.')[1]?.length ?? 0);
}

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
    it.each(figures)('$figure', async ({ sql, published }) => {
      const own = (await work.query<Record<string, unknown>>(sql)).map(Object.values) as unknown[][];
      expect(own.map((row, index) => row.map((value, place) => asPublished(value, published[index]?.[place])))).toEqual(
        published,
      );
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
