/** What a dry run foretells is what the run that follows does, and it leaves no trace. */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, stateFile } from '../../adapters/duckdb/database.ts';
import { Bikes, type Foretold, type Ran } from '../support/bikes.ts';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
let bikes: Bikes;
beforeAll(() => {
  work = new Workspace();
  bikes = new Bikes(work);
});
afterAll(() => work.close());

const names = (entries: readonly { name: string }[]) => entries.map(({ name }) => name).sort();

/** Foretells a run, makes it, and compares what was loaded, refused, skipped, refreshed and published. */
async function compare(
  args: readonly string[] = [],
  may: 'all' | 'none' = 'all',
): Promise<{ told: Foretold; ran: Ran }> {
  const told = await bikes.foretold(...args);
  const ran = await bikes.ran(...args);
  const { loads, refusals, refreshes, publications } = told.forecast;
  const booked = await work.query<{ source_file: string; status: string }>(
    `SELECT source_file, status FROM ops.loads WHERE run_id = '${ran.run_id}' ORDER BY source_file`,
  );
  const files = (status: string) => booked.filter((row) => row.status === status).map((row) => row.source_file);
  expect(loads.map(({ file }) => file).sort()).toEqual(files('loaded'));
  expect(refusals.map(({ file }) => file).sort()).toEqual(files('refused'));
  const counts = ({ datasets }: Ran) =>
    datasets.map((entry) => [entry.dataset, entry.files_loaded, entry.files_skipped, entry.files_refused]).sort();
  expect(counts(told)).toEqual(counts(ran));
  const taken = <Entry extends { certainty: string }>(entries: readonly Entry[]) =>
    entries.filter(({ certainty }) => certainty === 'will' || may === 'all');
  expect(names(taken(refreshes))).toEqual(names(ran.models));
  const modes = new Map(refreshes.map(({ name, mode }) => [name, mode]));
  for (const { name, mode } of ran.models) expect([name, mode]).toEqual([name, modes.get(name)]);
  expect(
    taken(publications ?? [])
      .map(({ table }) => table)
      .sort(),
  ).toEqual(Object.keys(ran.warehouse).sort());
  return { told, ran };
}

const refresh = ({ forecast }: Foretold, name: string) => forecast.refreshes.find((entry) => entry.name === name);

describe('a dry run foretells', () => {
  it('a first run, and does not so much as make the state folder', async () => {
    const { forecast } = await bikes.foretold();
    expect(existsSync(work.state)).toBe(false);
    expect(forecast.loads.map(({ table, why }) => `${table} ${why}`).sort()).toEqual([
      'bike_sharing.stations new',
      'bike_sharing.trips new',
      'bike_sharing.trips new',
      'city_weather.days new',
    ]);
    const { told } = await compare();
    expect(new Set(told.forecast.refreshes.map(({ certainty }) => certainty))).toEqual(new Set(['will']));
    expect(refresh(told, 'bike_sharing.station_days')).toMatchObject({
      mode: 'full',
      why: [{ kind: 'never-made' }, { kind: 'loaded', table: 'bike_sharing.trips' }],
    });
    expect(told.forecast.publications?.every(({ why }) => why === 'new')).toBe(true);
  }, 60_000);

  it('that nothing is to be done', async () => {
    const { told } = await compare();
    expect(told.forecast).toEqual({ loads: [], refusals: [], refreshes: [], publications: [], drops: [] });
    const { stdout } = await bikes.run('--dry-run');
    expect(stdout).toContain('bike-sharing: 0 files would load, 3 files known already\n');
    expect(stdout).toContain('nothing is to be done\n');
  }, 60_000);

  it('one new file, by which the models of its table and another data set are refreshed', async () => {
    bikes.drop('trips_2026-06.csv', `${header()}\n${row(9001, '2026-06-01 10:00:00')}`);
    const { told } = await compare();
    expect(told.forecast.loads).toEqual([
      { file: 'bike-sharing/trips_2026-06.csv', dataset: 'bike-sharing', table: 'bike_sharing.trips', why: 'new' },
    ]);
    expect(refresh(told, 'bike_sharing.station_days')).toEqual({
      name: 'bike_sharing.station_days',
      dataset: 'bike-sharing',
      produces: ['bike_sharing.station_days'],
      mode: 'incremental',
      by: ['from_station'],
      certainty: 'may',
      why: [{ kind: 'loaded', table: 'bike_sharing.trips' }],
    });
    expect(refresh(told, 'city_weather.rainy_days')?.why).toEqual([
      { kind: 'refreshed', table: 'bike_sharing.trips_by_day' },
    ]);
  }, 60_000);

  it('a file of the same rows under another name: what may be refreshed is not', async () => {
    bikes.drop('trips_2026-06-again.csv', `${header()}\n${row(9001, '2026-06-01 10:00:00')}`);
    const { told } = await compare([], 'none');
    expect(names(told.forecast.refreshes)).toContain('bike_sharing.trips_by_day');
  }, 60_000);

  it('corrected content, and a file that is refused', async () => {
    bikes.drop('trips_2026-06.csv', `${header()}\n${row(9001, '2026-06-02 10:00:00')}`);
    bikes.drop('trips_2026-07.csv', 'who,knows\n1,2\n');
    const { told } = await compare();
    expect(told.forecast.loads.map(({ file, why }) => [file, why])).toEqual([
      ['bike-sharing/trips_2026-06.csv', 'content'],
    ]);
    expect(told.forecast.refusals[0]?.message).toMatch(/the header has no column "trip_id"/);
    rmSync(join(work.landing, 'bike-sharing/trips_2026-07.csv'));
  }, 60_000);

  it('a changed contract, whose columns the models see', async () => {
    bikes.edit('contracts/bike-sharing.odcs.yaml', (text) =>
      text.replace('{name: opened_on, logicalType: date}', '{name: opened_on, logicalType: string}'),
    );
    const { told } = await compare();
    expect(told.forecast.loads.map(({ file, why }) => [file, why])).toEqual([
      ['bike-sharing/stations.csv', 'contract'],
    ]);
    expect(refresh(told, 'bike_sharing.station_usage')).toMatchObject({
      certainty: 'will',
      why: [{ kind: 'definition' }, { kind: 'loaded' }],
    });
  }, 60_000);

  it('changed SQL, a changed analysis and a changed description', async () => {
    bikes.edit('queries/bike-sharing/station_days.sql', (text) => text.replace('count(*)', 'count(trip_id)'));
    bikes.edit('queries/bike-sharing/analyses.yml', (text) => text.replace('max_k: 6', 'max_k: 5'));
    bikes.edit('queries/bike-sharing/trips_by_day.yml', (text) =>
      text.replace('The day they began', 'The day when they began'),
    );
    const { told } = await compare();
    expect(told.forecast.refreshes.map(({ name, mode, why }) => [name, mode, why[0]?.kind])).toEqual([
      ['analysis bike_sharing.stations', 'analysis', 'definition'],
      ['bike_sharing.station_days', 'full', 'definition'],
      ['bike_sharing.station_map', 'view', 'refreshed'],
    ]);
    expect(told.forecast.publications).toContainEqual({
      table: 'bike_sharing.trips_by_day',
      why: 'definition',
      certainty: 'will',
    });
  }, 60_000);

  it('a model that is gone, and one that is new', async () => {
    for (const ending of ['sql', 'yml']) rmSync(join(bikes.project, `queries/bike-sharing/station_days.${ending}`));
    bikes.model(
      'bike-sharing/stations_by_district',
      'view',
      'SELECT district, count(*) AS stations FROM bike_sharing.stations GROUP BY 1',
    );
    const { told } = await compare();
    expect(told.forecast.drops).toEqual(['bike_sharing.station_days']);
    expect(told.forecast.publications).toContainEqual({
      table: 'bike_sharing.station_days',
      why: 'surplus',
      certainty: 'will',
    });
    expect(await work.query("SELECT 1 FROM information_schema.tables WHERE table_name = 'station_days'")).toEqual([]);
  }, 60_000);

  it('everything again, of all and of one data set', async () => {
    const { told } = await compare(['--full', '--dataset', 'city-weather']);
    expect(names(told.forecast.refreshes)).toEqual(['city_weather.rainy_days']);
    expect((await compare(['--full'])).told.forecast.loads.map(({ why }) => why)).toEqual(Array(6).fill('full'));
  }, 60_000);

  it("what a run of one data set has left to another's models", async () => {
    bikes.drop('trips_2026-06.csv', `${header()}\n${row(9001, '2026-05-03 10:00:00')}`);
    await compare(['--dataset', 'bike-sharing']);
    const { told } = await compare();
    expect(refresh(told, 'city_weather.rainy_days')).toMatchObject({
      certainty: 'will',
      why: [{ kind: 'stale', table: 'bike_sharing.trips_by_day' }],
    });
    expect((await compare()).told.forecast.refreshes).toEqual([]);
  }, 60_000);

  it('what a killed run has left', async () => {
    bikes.drop('trips_2026-08.csv', `${header()}\n${row(9100, '2026-08-01 10:00:00')}`);
    await bikes.damage(
      "INSERT INTO storage.stale VALUES ('city_weather.days')",
      "DELETE FROM storage.models WHERE table_name = 'bike_sharing.stations_by_district'",
    );
    const { told } = await compare();
    expect(refresh(told, 'bike_sharing.stations_by_district')?.why).toEqual([{ kind: 'unfinished' }]);
    expect(refresh(told, 'city_weather.rainy_days')).toMatchObject({
      certainty: 'will',
      why: [{ kind: 'refreshed' }, { kind: 'stale', table: 'city_weather.days' }],
    });
  }, 60_000);

  it('a run after one that was really killed, at any moment', async () => {
    for (const wait of [500, 900, 1300]) {
      bikes.drop('trips_2026-08.csv', `${header()}\n${row(9100, '2026-08-01 10:00:00', wait)}`);
      const args = ['--state', work.state, '--landing', work.landing, '--project', bikes.project, '--no-warehouse'];
      const child = work.start(['run', ...args]);
      const ended = new Promise((resolve) => child.on('close', resolve));
      await sleep(wait);
      child.kill('SIGKILL');
      await ended;
      const told = await bikes.foretold('--no-warehouse');
      const ran = await bikes.ran('--no-warehouse');
      expect(names(told.forecast.refreshes)).toEqual(names(ran.models));
    }
  }, 60_000);

  it('nothing of the warehouse where it is to be left alone', async () => {
    expect((await bikes.foretold('--no-warehouse')).forecast.publications).toBeNull();
  }, 60_000);

  it('what fails: a data set that does not exist ends with 2', async () => {
    const { code, stderr } = await bikes.run('--dry-run', '--dataset', 'bikes');
    expect(code).toBe(2);
    expect(stderr).toContain('there is no contract for "bikes"');
  });

  it('waits for whoever writes to the lake, and says for whom', async () => {
    const lake = await Database.open({ file: stateFile(work.state), readOnly: false, spill: null });
    const child = work.start(['run', '--dry-run', '--state', work.state, '--landing', work.landing]);
    const ended = new Promise((resolve) => child.on('close', resolve));
    let said = '';
    await new Promise<void>((resolve) => {
      child.stderr?.on('data', (text) => {
        said += text;
        if (said.includes('is writing to the lake')) resolve();
      });
    });
    lake.close();
    expect(said).toMatch(new RegExp(`wait: .*PID ${process.pid}`));
    expect(await ended).toBe(0);
  }, 60_000);
});

function header(): string {
  return bikes.original('trips_2026-04.csv').split('\n')[0] ?? '';
}

/** A trip from station 101, with the fields in the order of the header. */
function row(id: number, startedAt: string, minutes = 12): string {
  const fields: Record<string, string | number> = {
    trip_id: id,
    'Started at': startedAt,
    from_station: 101,
    to_station: 102,
    Rider: 'member',
    Minutes: minutes,
    km: 2,
  };
  return `${header()
    .split(',')
    .map((name) => fields[name] ?? '')
    .join()}\n`;
}
