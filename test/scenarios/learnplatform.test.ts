/** The whole chain on generated data: load, models, clusters, report; then what a drop touches, and no more. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
let first: { code: number | null; result: Result };

interface Result {
  status: string;
  report: string;
  datasets: {
    dataset: string;
    files_loaded: number;
    files_skipped: number;
    tables: Record<string, number | string>[];
  }[];
  models: { name: string; mode: string; elapsed: number }[];
  errors: { code: string; message: string }[];
}

async function run(): Promise<{ code: number | null; result: Result }> {
  const { code, stdout } = await work.run('--json');
  return { code, result: JSON.parse(stdout) as Result };
}

beforeAll(async () => {
  work = new Workspace();
  await work.sample();
  first = await run();
}, 60_000);
afterAll(() => work.close());

const own = ({ datasets }: Result) => datasets.find(({ dataset }) => dataset === 'learnplatform');
const engagementFiles = () => readdirSync(join(work.landing, 'learnplatform', 'engagement_data')).sort();
const district = () => Number(engagementFiles()[0]?.split('.')[0]);
const fileOf = (id: number) => join(work.landing, 'learnplatform', 'engagement_data', `${id}.csv`);

describe('the first run', () => {
  it('loads every row or says why not', async () => {
    expect([0, 3]).toContain(first.code);
    expect(first.result.status).toBe('succeeded');
    const [books] = await work.query<
      Record<string, number>
    >(`SELECT sum(rows_read) AS rows_read, sum(rows_loaded) AS rows_loaded,
      sum(rows_duplicate) AS rows_duplicate, sum(rows_quarantined) AS rows_quarantined FROM ops.loads`);
    const { rows_read = 0, rows_loaded = 0, rows_duplicate = 0, rows_quarantined = 0 } = books ?? {};
    expect(rows_read).toBe(rows_loaded + rows_duplicate + rows_quarantined);
    const lines = engagementFiles().map(
      (name) =>
        readFileSync(join(work.landing, 'learnplatform', 'engagement_data', name), 'utf8')
          .trimEnd()
          .split('\n').length - 1,
    );
    expect(await work.query("SELECT sum(rows_read) AS n FROM ops.loads WHERE table_name = 'engagement'")).toEqual([
      { n: lines.reduce((sum, n) => sum + n, 0) },
    ]);
  });

  it('makes every table, with the rows that one expects', async () => {
    const counts = await work.query<{ ok: boolean }>(`SELECT
      (SELECT count(*) FROM learnplatform.district_features) = (SELECT count(DISTINCT district_id) FROM learnplatform.engagement_filled) AS ok
      UNION ALL SELECT (SELECT count(*) FROM learnplatform.district_cluster_selection) BETWEEN 2 AND 9
      UNION ALL SELECT (SELECT count(DISTINCT cluster) FROM learnplatform.product_clusters) = 4
      UNION ALL SELECT (SELECT count(DISTINCT cluster) FROM learnplatform.district_clusters) = 5
      UNION ALL SELECT (SELECT count(*) FROM learnplatform.product_recommendations) > 0`);
    expect(counts).toEqual([{ ok: true }, { ok: true }, { ok: true }, { ok: true }, { ok: true }]);
  });

  it('leaves one self-contained report', () => {
    const html = readFileSync(first.result.report, 'utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)="https?:/);
    expect(html).not.toContain('Nothing to show yet');
    expect(html).not.toMatch(/class="finding">[^<]*(\{|unknown)/);
  });

  it('shows in the report what was refused, up to three rows of each reason', async () => {
    const [reasons] = await work.query<{ n: number }>(
      "SELECT count(*) AS n FROM (SELECT DISTINCT column_name, reason FROM ops.quarantine WHERE status = 'open') AS r",
    );
    const html = readFileSync(first.result.report, 'utf8');
    const examples =
      /aria-label="Examples of rows in quarantine">[\s\S]*?<tbody>([\s\S]*?)<\/tbody>/.exec(html)?.[1] ?? '';
    const rows = examples.match(/<tr>/g)?.length ?? 0;
    expect(rows).toBeGreaterThanOrEqual(Number(reasons?.n));
    expect(rows).toBeLessThanOrEqual(3 * Number(reasons?.n));
    expect(examples).toContain('learnplatform/engagement_data/');
  });
});

describe('what follows', () => {
  it('a second run loads nothing and refreshes nothing', async () => {
    const { code, result } = await run();
    expect(code).toBe(0);
    expect(own(result)).toMatchObject({ files_loaded: 0, files_skipped: engagementFiles().length + 2 });
    expect(result.models).toEqual([]);
  });

  it('the same rows as .csv.gz beside the .csv change nothing', async () => {
    const before = await work.query(
      'SELECT count(*) AS n, sum(_load_id) AS loads, sum(_row_number) AS positions, sum(engagement_index) AS pages FROM learnplatform.engagement',
    );
    work.drop(`learnplatform/engagement_data/${district()}.csv.gz`, readFileSync(fileOf(district())));
    const { result } = await run();
    expect(own(result)).toMatchObject({ files_loaded: 1 });
    expect(result.models).toEqual([]);
    expect(
      await work.query(
        'SELECT count(*) AS n, sum(_load_id) AS loads, sum(_row_number) AS positions, sum(engagement_index) AS pages FROM learnplatform.engagement',
      ),
    ).toEqual(before);
  });

  it('a corrected file changes its district alone, and equals a fresh load', async () => {
    const id = Number(engagementFiles().at(-1)?.split('.')[0]);
    const lines = readFileSync(fileOf(id), 'utf8').trimEnd().split('\n');
    const kept = lines.filter((_line, index) => index === 0 || index % 3 !== 0);
    const others = `SELECT count(*) AS n, sum(_load_id) AS loads, sum(engagement_index) AS pages FROM learnplatform.engagement WHERE district_id <> ${id}`;
    const before = await work.query(others);
    work.drop(`learnplatform/engagement_data/${id}.csv`, `${kept.join('\n')}\n`);
    const { result } = await run();
    expect(await work.query(others)).toEqual(before);
    const modes = Object.fromEntries(result.models.map(({ name, mode }) => [name, mode]));
    expect(modes).toMatchObject({
      'learnplatform.district_daily': 'incremental',
      'learnplatform.district_features': 'full',
      'analysis learnplatform.districts': 'analysis',
    });
    expect(modes).not.toHaveProperty(['learnplatform.districts_filled']);

    const fresh = new Workspace();
    try {
      for (const name of [
        'districts_info.csv',
        'products_info.csv',
        ...engagementFiles().map((file) => `engagement_data/${file}`),
      ]) {
        const content = readFileSync(join(work.landing, 'learnplatform', name));
        if (!name.endsWith('.gz')) fresh.drop(`learnplatform/${name}`, content);
      }
      await fresh.run();
      const tables = [
        'district_daily',
        'district_monthly',
        'product_daily',
        'state_monthly',
        'district_features',
        'district_clusters',
        'product_clusters',
        'product_recommendations',
      ];
      for (const table of tables) {
        const sql = `SELECT * FROM learnplatform.${table} ORDER BY 1, 2, 3`;
        const [ours, theirs] = [await work.query(sql), await fresh.query(sql)];
        expect({ table, rows: ours.map(rounded) }).toEqual({ table, rows: theirs.map(rounded) });
      }
      const rows = `SELECT district_id, time, lp_id, pct_access, engagement_index, _source_file, _row_number FROM learnplatform.engagement WHERE district_id = ${id} ORDER BY time, lp_id`;
      expect(await work.query(rows)).toEqual(await fresh.query(rows));
    } finally {
      fresh.close();
    }
  }, 60_000);

  it('an edited model is refreshed with what reads it, and nothing else', async () => {
    const { result } = await run();
    expect(result.models).toEqual([]);
    const full = await work.run('--full', '--json');
    const all = JSON.parse(full.stdout) as Result;
    expect(own(all)?.files_loaded).toBe(engagementFiles().length + 2);
    expect(all.models.length).toBeGreaterThan(15);
    expect(new Set(all.models.map(({ mode }) => mode))).toEqual(new Set(['view', 'full', 'analysis']));
  });
});

/** Sums of doubles depend on the order of addition in the last places. */
function rounded(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(9)) : value,
    ]),
  );
}
