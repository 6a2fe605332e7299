/** The 24 published districts: every figure of the tables, then the same files again, compressed, and one corrected. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';
import { landDistricts } from '../support/published.ts';

const data = process.env['LANDFALL_DATA'];
const published = data === undefined ? '' : join(data, 'learnplatform');

interface Figure {
  readonly table: string;
  readonly sql: string;
  readonly value: number | string | boolean | null;
}
const figures = JSON.parse(
  readFileSync(fileURLToPath(new URL('./learnplatform/figures.json', import.meta.url)), 'utf8'),
) as Figure[];

if (data === undefined) {
  describe('the published districts', () => {
    it.skip('skipped: LANDFALL_DATA is not set', () => undefined);
  });
} else {
  let work: Workspace;
  beforeAll(async () => {
    work = new Workspace();
    landDistricts(data, work.landing);
    expect((await work.run()).code).toBe(3);
  }, 60_000);
  afterAll(() => work.close());

  describe('the published districts', () => {
    it('give every golden figure', async () => {
      const wrong: unknown[] = [];
      // One statement for all: starting a process for each would take longer than the load.
      const columns = figures.map(({ sql }, index) => `(${sql}) AS f${index}`);
      const [row] = await work.query<Record<string, unknown>>(`SELECT ${columns.join(', ')}`);
      for (const [index, { sql, value }] of figures.entries()) {
        const found = row?.[`f${index}`] ?? null;
        if (!same(found, value)) wrong.push({ sql, expected: value, found });
      }
      expect(wrong).toEqual([]);
      expect(figures.length).toBeGreaterThan(50);
    });

    it('give the published figures of district 1000', async () => {
      const { stdout } = await work.cli([
        'query',
        `SELECT frequency, num_products_used, usage_days, round(clicks_per_day, 3) AS clicks_per_day,
          round(total_pages_per_student) AS pages, round(total_pages_per_student_unfilled, 2) AS unfilled
          FROM learnplatform.district_features WHERE district_id = 1000`,
        '--state',
        work.state,
        '--format',
        'csv',
      ]);
      expect(stdout.split('\r\n')[1]).toBe('63356,366,365,173.578,10089,10083.02');
    });

    it('balance, and keep the 27 rows without a product aside', async () => {
      expect(
        await work.query(`SELECT sum(rows_read) AS read, sum(rows_loaded) AS loaded, sum(rows_duplicate) AS duplicate,
          sum(rows_quarantined) AS quarantined FROM ops.loads WHERE table_name = 'engagement'`),
      ).toEqual([{ read: 1_613_878, loaded: 1_613_851, duplicate: 0, quarantined: 27 }]);
      expect(
        await work.query(`SELECT column_name, reason, count(*) AS n FROM ops.quarantine GROUP BY column_name, reason`),
      ).toEqual([{ column_name: 'lp_id', reason: 'missing, but required', n: 27 }]);
    });
  });

  describe('a file dropped again', () => {
    const CHECKSUM = `SELECT count(*) AS n, sum(hash(district_id, time, lp_id, pct_access, engagement_index, _load_id,
      _source_file, _row_number) % 1000003) AS checksum FROM learnplatform.engagement`;

    it('under its name or compressed beside it changes nothing', async () => {
      const before = await work.query(CHECKSUM);
      const content = gunzipSync(readFileSync(join(published, 'engagement_data', '1000.csv.gz')));
      work.drop('learnplatform/engagement_data/1000.csv', content);
      work.drop('learnplatform/engagement_data/1000.csv.gz', content);
      const { stdout } = await work.run('--dataset', 'learnplatform', '--json');
      expect(JSON.parse(stdout)).toMatchObject({
        datasets: [{ files_loaded: 1, files_skipped: 26 }],
        models: [],
      });
      expect(await work.query(CHECKSUM)).toEqual(before);
    }, 30_000);

    it('corrected changes its district alone, and refreshes what reads it', async () => {
      const others = CHECKSUM.replace('engagement_index, _load_id', 'engagement_index').concat(
        ' WHERE district_id <> 2167',
      );
      const before = await work.query(others);
      const clusters = await work.query('SELECT * FROM learnplatform.district_clusters ORDER BY district_id');
      const content = gunzipSync(readFileSync(join(published, 'engagement_data', '2167.csv.gz'))).toString('utf8');
      const lines = content.trimEnd().split('\n');
      work.drop(
        'learnplatform/engagement_data/2167.csv',
        `${lines.slice(0, Math.floor(lines.length / 2)).join('\n')}\n`,
      );
      const { stdout } = await work.run('--json');
      const { models } = JSON.parse(stdout) as { models: { name: string; mode: string }[] };
      const modes = new Map(models.map(({ name, mode }) => [name, mode]));
      expect(modes.get('learnplatform.district_daily')).toBe('incremental');
      expect(modes.get('analysis learnplatform.districts')).toBe('analysis');
      expect(modes.has('learnplatform.districts_filled')).toBe(false);
      expect(await work.query(others)).toEqual(before);
      expect(await work.query('SELECT count(*) AS n FROM learnplatform.engagement WHERE district_id = 2167')).toEqual([
        { n: Math.floor(lines.length / 2) - 1 },
      ]);
      expect(await work.query('SELECT * FROM learnplatform.district_clusters ORDER BY district_id')).not.toEqual(
        clusters,
      );
    }, 30_000);
  });
}

/** Integers, texts and dates exactly; doubles to 1e-9, for the order of addition is the engine's. */
function same(found: unknown, expected: Figure['value']): boolean {
  if (typeof found !== 'number' || typeof expected !== 'number') return found === expected;
  return Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
}
