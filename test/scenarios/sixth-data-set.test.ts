/** docs/add-a-data-set.md: its own example runs, and so does a data set that was written by it alone. */

import { cpSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT, Workspace } from '../support/cli.ts';

const SIXTH = fileURLToPath(new URL('../support/bike-sharing', import.meta.url));

describe('a sixth data set, copied in beside the others', () => {
  const work = new Workspace();
  let project: string;
  let ran: { code: number | null; stdout: string };
  beforeAll(async () => {
    project = work.project();
    for (const folder of ['contracts', 'queries'])
      cpSync(join(SIXTH, folder), join(project, folder), { recursive: true });
    cpSync(join(SIXTH, 'files'), work.landing, { recursive: true });
    // The later month arrives later, in whichever order they were copied.
    for (const [at, month] of ['04', '05'].entries()) {
      const arrived = new Date(Date.UTC(2026, 5, 1 + at));
      utimesSync(join(work.landing, `bike-sharing/trips_2026-${month}.csv`), arrived, arrived);
    }
    ran = await work.run('--project', project, '--dataset', 'bike-sharing');
  }, 60_000);
  afterAll(() => work.close());

  it('is data, and no code', () => {
    const kinds = readdirSync(SIXTH, { recursive: true, encoding: 'utf8' }).map(extname);
    expect([...new Set(kinds)].sort()).toEqual(['', '.csv', '.sql', '.yaml', '.yml']);
  });

  it('is sound, and its unit tests pass', async () => {
    const check = await work.cli(['contract', 'check', '--project', project]);
    expect(check.stdout).toMatch(/\n6 contracts, \d+ models, \d+ analyses, 6 dashboards: no mistakes\n$/);
    const tests = await work.cli(['test', '--project', project, '--dataset', 'bike-sharing']);
    expect(tests.stdout).toBe('3 of 3 tests of 3 models passed\n');
  });

  it('loads its files, one over the other, and keeps bad rows aside', async () => {
    expect(ran.code).toBe(3);
    expect(ran.stdout).toMatch(/bike_sharing\.trips +512 +500 +8 +4\n/);
    expect(ran.stdout).toMatch(/bike_sharing\.stations +18 +18 +0 +0\n/);
    expect(await work.query('SELECT minutes FROM bike_sharing.trips WHERE trip_id = 5250')).toEqual([{ minutes: 9.4 }]);
    const reasons = await work.query<{ reason: string }>('SELECT DISTINCT reason FROM ops.quarantine ORDER BY reason');
    expect(reasons).toHaveLength(4);
  });

  it('has its models, clusters and test', async () => {
    const [usage] = await work.query(
      `SELECT count(*) AS stations, sum(trips) AS trips FROM bike_sharing.station_usage`,
    );
    const [trips] = await work.query('SELECT count(*) AS trips FROM bike_sharing.trips');
    expect(usage).toEqual({ stations: 18, trips: trips?.['trips'] });
    const chosen = await work.query(
      'SELECT k, rows_left_out, note FROM bike_sharing.station_cluster_selection WHERE chosen',
    );
    expect(chosen).toEqual([{ k: 2, rows_left_out: 1, note: null }]);
    const [test] =
      await work.query(`SELECT tested.n_a, tested.n_b, tested.mean_a - counted.mean AS away, tested.significant
      FROM bike_sharing.rider_test AS tested
      CROSS JOIN (SELECT avg(minutes) AS mean FROM bike_sharing.trips WHERE rider = 'member') AS counted`);
    expect(test).toMatchObject({ significant: true });
    expect(Number(test?.['n_a']) + Number(test?.['n_b'])).toBe(trips?.['trips']);
    expect(Math.abs(Number(test?.['away']))).toBeLessThan(1e-9);
  });

  it('has a page of the report', () => {
    const page = readFileSync(join(work.state, 'report/index.html'), 'utf8');
    const [, section = ''] = /<section id="data-bike-sharing"([\s\S]*?)<\/section>/.exec(page) ?? [];
    for (const title of ['Kinds of stations', 'Members against casual riders', 'Trips by day']) {
      expect(section).toContain(title);
    }
    expect(section).toContain('Stations fall into 2 kinds');
  });

  it('tells a unit test that fails, with what came', async () => {
    const file = join(project, 'queries/bike-sharing/station_map.yml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(expect:\s+- \{[^}]*cluster: )(\d+)/, '$19'));
    const { code, stdout } = await work.cli(['test', '--project', project, '--dataset', 'bike-sharing', '--json']);
    expect(code).toBe(1);
    const failed = (JSON.parse(stdout) as { passed: boolean; model: string }[]).filter(({ passed }) => !passed);
    expect(failed).toMatchObject([
      { model: 'bike_sharing.station_map', missing: [{ cluster: 9 }], unexpected: [expect.anything()], error: null },
    ]);
  });

  it('tells a sample that no row is of', async () => {
    const file = join(project, 'queries/bike-sharing/analyses.yml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('a: member,', 'a: members,'));
    const { stdout } = await work.run('--project', project, '--dataset', 'bike-sharing');
    expect(stdout).toContain('of bike_sharing.trips, no row with a value has rider members');
  });
});

describe('the example of the page', () => {
  const work = new Workspace();
  const project = join(work.root, 'project');
  afterAll(() => work.close());

  it('runs as it stands', async () => {
    const page = readFileSync(join(ROOT, 'docs/add-a-data-set.md'), 'utf8');
    for (const [, , text = ''] of page.matchAll(/```(yaml|sql)\n([\s\S]*?)```/g)) {
      const [, named] = /^(?:--|#) (queries\/\S+)\n/.exec(text) ?? [];
      const file = join(project, named ?? 'contracts/town-library.odcs.yaml');
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const branches = Array.from({ length: 12 }, (_, at) => `${at + 1},Branch ${at + 1},${at % 2 ? 'inner' : 'outer'}`);
    const loans = Array.from({ length: 300 }, (_, at) => {
      return `${at + 1},${((at * at) % 12) + 1},2026-01-${String((at % 31) + 1).padStart(2, '0')},${(at * 7) % 30}`;
    });
    work.drop('town-library/branches.csv', ['branch_id,name,area', ...branches, ''].join('\n'));
    work.drop('town-library/loans_2026-01.csv', ['loan_id,branch_id,Lent on,days', ...loans, ''].join('\n'));
    const options = ['--project', project];
    expect((await work.cli(['contract', 'check', ...options])).stdout).toBe(
      '1 contract, 2 models, 2 analyses, 1 dashboard: no mistakes\n',
    );
    expect((await work.cli(['test', ...options])).stdout).toBe('2 of 2 tests of 2 models passed\n');
    expect((await work.run(...options)).code).toBe(0);
    expect(await work.query('SELECT group_value, n_a + n_b AS n FROM town_library.area_test')).toMatchObject([
      { group_value: 'all' },
    ]);
    expect(await work.query('SELECT count(*) AS clustered FROM town_library.branch_map')).not.toEqual([
      { clustered: 0 },
    ]);
  });
});
