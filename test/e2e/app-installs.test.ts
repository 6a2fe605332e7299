/** The installs' whole chain at their published size: every published figure, every model, and a later list. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import { asPublished, figuresOf, texts } from '../golden/published.mjs';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
beforeAll(async () => {
  work = new Workspace();
  expect((await work.cli(['generate', '--dataset', 'app-installs', '--scale', '1', '--out', work.landing])).code).toBe(
    0,
  );
  expect(await work.run('--dataset', 'app-installs', '--no-warehouse')).toMatchObject({ code: 0 });
}, 60_000);
afterAll(() => work.close());

describe('the published figures', () => {
  it.each(figuresOf('app-installs'))('$figure', async (figure) => {
    expect(asPublished(await work.query(figure.sql), figure)).toEqual(texts(figure));
  });
});

describe('app installs', () => {
  it('are in every model', async () => {
    const models = (await loadProject()).models.filter(({ dataset }) => dataset === 'app-installs');
    const counts = models.map(({ table, name }) => `(SELECT count(*) FROM ${table}) AS ${name}`);
    const [row] = await work.query<Record<string, number>>(`SELECT ${counts.join(', ')}`);
    expect(row).toMatchObject({ reach_summary: 1, rollout: 2339, app_rollout: 94, missing_data_sensitivity: 4 });
    expect(Math.min(...Object.values(row ?? {}))).toBeGreaterThan(0);
  });

  it('are rolled out in every way, and in part nobody knows', async () => {
    expect(await work.query('SELECT pattern FROM app_installs.rollout_patterns ORDER BY pattern')).toEqual(
      ['mixed', 'pilot', 'unknown', 'whole district'].map((pattern) => ({ pattern })),
    );
    const bands = await work.query<{ installs: number }>('SELECT installs FROM app_installs.rollout_bands');
    expect(bands).toHaveLength(12);
    expect(Math.min(...bands.map(({ installs }) => installs))).toBeGreaterThan(40);
  });

  it('look different without those that lack a figure', async () => {
    const rows = await work.query<{ rule: string; installs: number; districts: number; share_single_app: number }>(
      'SELECT rule, installs, districts, share_single_app FROM app_installs.missing_data_sensitivity ORDER BY place',
    );
    expect(rows.map(({ rule }) => rule)).toEqual(['keep all', 'drop zero accounts', 'drop zero size', 'drop either']);
    expect(rows[0]).toMatchObject({ installs: 2339, districts: 1680 });
    expect(rows[3]?.districts).toBeLessThan(1680 * 0.9);
    expect(rows[1]?.share_single_app).toBeGreaterThan((rows[0]?.share_single_app ?? 1) + 0.005);
  });

  it('change with a later list, which corrects one pair, adds one and has a row that cannot be', async () => {
    const [known] = await work.query<{ app_id: string; district_id: string }>(
      'SELECT app_id, district_id FROM app_installs.installs ORDER BY app_id, district_id LIMIT 1',
    );
    work.drop(
      join('app-installs', 'accounts_provisioned_2014-07.csv'),
      `app_id,district_id,district_size,accounts_provisioned,created
${known?.app_id},${known?.district_id},1000,900,2014-07-01
aaaaaaaaaaaaaaaaaaaaaaaa,${known?.district_id},1000,99,2014-07-02
bbbbbbbbbbbbbbbbbbbbbbbb,${known?.district_id},1000,-1,2014-07-02
`,
    );
    expect(await work.run('--dataset', 'app-installs', '--no-warehouse')).toMatchObject({ code: 3 });
    expect(await work.query('SELECT apps, installs FROM app_installs.reach_summary')).toEqual([
      { apps: 95, installs: 2340 },
    ]);
    expect(
      await work.query(`SELECT rollout_band FROM app_installs.rollout WHERE district_id = '${known?.district_id}'
        AND app_id IN ('${known?.app_id}', 'aaaaaaaaaaaaaaaaaaaaaaaa') ORDER BY rollout_band`),
    ).toEqual([{ rollout_band: '0-10%' }, { rollout_band: '90-100%' }]);
    expect(await work.query('SELECT column_name FROM ops.quarantine')).toEqual([
      { column_name: 'accounts_provisioned' },
    ]);
  }, 30_000);

  it('have classes that a later page replaces, with a list that is counted and fields that nobody asked for', async () => {
    const [known] = await work.query<{ section_id: string; district_id: string; students: number }>(
      'SELECT section_id, district_id, students FROM app_installs.sections ORDER BY students DESC, section_id LIMIT 1',
    );
    const line = (id: string | undefined, students: string[]) =>
      `${JSON.stringify({ data: { id, district: known?.district_id, students, grade: '9' }, uri: `/v1.1/sections/${id}` })}\n`;
    work.drop(
      join('app-installs', 'sections', 'page-900.ndjson'),
      line(known?.section_id, ['a', 'b']) + line('cccccccccccccccccccccccc', []),
    );
    expect(await work.run('--dataset', 'app-installs', '--no-warehouse')).toMatchObject({ code: 0 });
    const total = 382 * 25.5 - (known?.students ?? 0) + 2;
    const [sizes] = await work.query<{ classes: number; mean: number; min: number }>(
      'SELECT classes, mean, min FROM app_installs.class_sizes',
    );
    expect(sizes).toMatchObject({ classes: 383, min: 0 });
    expect(sizes?.mean).toBeCloseTo(total / 383, 9);
  }, 30_000);
});
