/** A model, or a range of months, made again: afterwards the lake is what a fresh load would be. */

import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generatorFor } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { Bikes, damageLake } from '../support/bikes.ts';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
let bikes: Bikes;
/** What a load of every file makes. */
let fresh: Awaited<ReturnType<Bikes['tables']>>;

beforeAll(async () => {
  work = new Workspace();
  bikes = new Bikes(work);
  await bikes.ran('--no-warehouse');
  fresh = await bikes.tables();
}, 120_000);
afterAll(() => work.close());

const LOST = ['', '__superseded'].map(
  (end) => `DELETE FROM storage.bike_sharing__trips${end} WHERE started_at >= DATE '2026-05-01'`,
);
const filesOf = (told: { forecast: { loads: readonly { file: string; why: string }[] } }) =>
  told.forecast.loads.map(({ file, why }) => [file.replace(/.*\//, ''), why]).sort();
const foretold = (...args: string[]) => bikes.foretold('--no-warehouse', ...args);

describe('run --months', () => {
  it('loads a month again that was lost, and refreshes what was made of the rest', async () => {
    await bikes.damage(...LOST);
    await bikes.ran('--no-warehouse', '--model', 'bike_sharing.trips_by_day', '--model', 'bike_sharing.station_days');
    const lost = await bikes.tables();
    for (const table of ['bike_sharing.trips', 'bike_sharing.trips_by_day', 'bike_sharing.station_days']) {
      expect(lost[table]?.length).toBeLessThan(fresh[table]?.length ?? 0);
    }
    const told = await foretold('--months', '2026-05');
    expect(filesOf(told)).toEqual([['trips_2026-05.csv', 'months']]);
    const ran = await bikes.ran('--no-warehouse', '--months', '2026-05');
    expect(ran.models.map(({ name }) => name).sort()).toEqual(told.forecast.refreshes.map(({ name }) => name).sort());
    expect(await bikes.tables()).toEqual(fresh);
    const notes = ran.errors.filter(({ code }) => code === 'no-months');
    expect(notes.map(({ message }) => message)).toEqual([
      'no table of city-weather is partitioned by month: of its files only those that are new are loaded',
    ]);
  }, 120_000);

  it('finds files by the months of their rows, whatever their names are', async () => {
    const both = [
      ['trips_2026-04.csv', 'months'],
      ['trips_2026-05.csv', 'months'],
    ];
    // The file of May has trips of the last night of April.
    expect(filesOf(await foretold('--months', '2026-04'))).toEqual(both);
    expect(filesOf(await foretold('--months', '2026-05..'))).toEqual(both.slice(1));
    expect(filesOf(await foretold('--months', '..2026-03'))).toEqual([]);
    expect(filesOf(await foretold('--months', '2026-01..2026-12', '--dataset', 'bike-sharing'))).toEqual(both);
  }, 120_000);

  it('with --full refreshes every model in full, and loads no more than the months', async () => {
    const told = await foretold('--months', '2026-05', '--full');
    expect(filesOf(told)).toEqual([['trips_2026-05.csv', 'months']]);
    const modes = new Set(told.forecast.refreshes.map(({ mode, certainty }) => `${mode} ${certainty}`));
    expect(modes).toEqual(new Set(['full will', 'analysis will', 'view will']));
    expect(told.forecast.refreshes.map(({ name }) => name)).toContain('city_weather.rainy_days');
  }, 60_000);

  it('says which file is not there any more, and loads the others', async () => {
    const file = join(work.landing, 'bike-sharing/trips_2026-04.csv');
    renameSync(file, join(work.root, 'archived.csv'));
    const told = await foretold('--months', '2026-04');
    renameSync(join(work.root, 'archived.csv'), file);
    expect(filesOf(told)).toEqual([['trips_2026-05.csv', 'months']]);
    expect(told.errors).toContainEqual(
      expect.objectContaining({ code: 'file-gone', file: 'bike-sharing/trips_2026-04.csv' }),
    );
  }, 60_000);

  it.each([
    ['2026', '"2026" is no range of months'],
    ['2026-13', '"2026-13" is no range of months'],
    ['..', '".." is no range of months'],
    ['2026-01..2026-02..2026-03', 'is no range of months'],
    ['2026-05..2026-04', 'ends before it begins (write 2026-04..2026-05)'],
  ])('%s ends with 2', async (months, said) => {
    const { code, stderr } = await bikes.run('--months', months);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) });
    if (!said.includes('before')) expect(stderr).toContain('write 2020-01..2020-03');
  });

  it('ends with 2 where no table of the data set is partitioned by month', async () => {
    const { code, stderr } = await bikes.run('--months', '2026-05', '--dataset', 'city-weather');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('no table of city-weather is partitioned by month'),
    });
  });

  it('brings back events that several exports have, as a fresh load counts them', async () => {
    const kiosks = new Workspace();
    try {
      const generator = generatorFor('kiosk-sales');
      if (generator === undefined) throw new Error('there is no generator for kiosk-sales');
      await writeDataset(generator, { out: kiosks.landing, scale: 0.001, seed: 5 });
      const only = ['--dataset', 'kiosk-sales', '--no-warehouse'];
      await kiosks.soundRun(...only);
      const all = () =>
        kiosks.query(`SELECT month, count(*) AS n, sum(_row_number) AS places, min(_source_file) AS first FROM (
          SELECT *, CAST(date_trunc('month', purchased_at) AS date) AS month FROM kiosk_sales.purchases) AS bought
          GROUP BY month ORDER BY month`);
      const trend = () => kiosks.query('SELECT * FROM kiosk_sales.monthly_trend ORDER BY 1');
      const [before, shown] = [await all(), await trend()];
      const month = String(before[Math.floor(before.length / 2)]?.['month']).slice(0, 7);
      await damageLake(
        kiosks,
        ...['', '__superseded'].map(
          (end) =>
            `DELETE FROM storage.kiosk_sales__purchases${end} WHERE date_trunc('month', purchased_at) = DATE '${month}-01'`,
        ),
      );
      await kiosks.soundRun(...only.slice(2), '--model', 'kiosk_sales.monthly_trend');
      expect(await trend()).not.toEqual(shown);
      await kiosks.soundRun(...only, '--months', month);
      expect(await all()).toEqual(before);
      expect(await trend()).toEqual(shown);
    } finally {
      kiosks.close();
    }
  }, 180_000);
});

describe('run --model', () => {
  it('makes a damaged table again, and what reads it in any data set, and loads nothing', async () => {
    await bikes.damage('DELETE FROM bike_sharing.trips_by_day', 'UPDATE city_weather.rainy_days SET trips = 0');
    bikes.arrive('city-weather/days-late.csv', 'day,rain_mm\n2026-05-07,1\n');
    const args = ['--no-warehouse', '--model', 'bike_sharing.trips_by_day'];
    const told = await bikes.foretold(...args);
    expect(told.forecast).toMatchObject({ loads: [], refusals: [], drops: [] });
    expect(told.forecast.refreshes.map(({ name, why }) => [name, why])).toEqual([
      ['bike_sharing.trips_by_day', [{ kind: 'asked' }]],
      ['city_weather.rainy_days', [{ kind: 'refreshed', table: 'bike_sharing.trips_by_day' }]],
    ]);
    const ran = await bikes.ran(...args);
    expect(ran.models.map(({ name, mode }) => `${name} ${mode}`)).toEqual([
      'bike_sharing.trips_by_day full',
      'city_weather.rainy_days full',
    ]);
    expect(await bikes.tables()).toEqual(fresh);
  }, 60_000);

  it('makes the results of an analysis again', async () => {
    await bikes.damage('DELETE FROM bike_sharing.station_clusters', 'DELETE FROM bike_sharing.rider_test');
    const models = ['station_clusters', 'rider_test'].flatMap((name) => ['--model', `bike_sharing.${name}`]);
    const ran = await bikes.ran('--no-warehouse', ...models);
    expect(ran.models.map(({ name }) => name).sort()).toEqual([
      'analysis bike_sharing.members_against_casual_riders',
      'analysis bike_sharing.stations',
      'bike_sharing.station_map',
    ]);
    expect(await bikes.tables()).toEqual(fresh);
  }, 60_000);

  it('makes first what it reads and is not made as it is defined', async () => {
    bikes.edit('queries/bike-sharing/station_usage.sql', (text) =>
      text.replace('count(trips.trip_id) AS trips', 'count(trips.minutes) AS trips'),
    );
    bikes.edit('queries/bike-sharing/trips_by_day.sql', (text) => text.replace('count(*)', 'count(1)'));
    const told = await foretold('--model', 'bike_sharing.station_clusters');
    expect(told.forecast.refreshes.map(({ name, why }) => [name, why.map(({ kind }) => kind)])).toEqual([
      ['bike_sharing.station_usage', ['definition']],
      ['analysis bike_sharing.stations', ['asked', 'refreshed']],
      ['bike_sharing.station_map', ['refreshed', 'refreshed']],
    ]);
  }, 60_000);

  it('publishes what it made', async () => {
    const ran = await bikes.ran('--model', 'bike_sharing.trips_by_day');
    expect(Object.keys(ran.warehouse)).toContain('bike_sharing.trips_by_day');
    await bikes.damage('UPDATE bike_sharing.trips_by_day SET trips = 0');
    const again = await bikes.ran('--model', 'bike_sharing.trips_by_day');
    expect(again.warehouse).toEqual({ 'bike_sharing.trips_by_day': 'replace', 'city_weather.rainy_days': 'replace' });
  }, 120_000);

  it('ends with 2 where there is no such model, and names the nearest and all', async () => {
    const { code, stderr } = await bikes.run('--model', 'bike_sharing.trip_by_day');
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "bike_sharing.trips_by_day"? expected one of bike_sharing.rider_test, ');
    const clean = await bikes.run('--model', 'bike_sharing.trips', '--dry-run');
    expect(clean.code).toBe(2);
    expect(clean.stderr).toContain('it is loaded from files: --full or --months loads them again');
  }, 60_000);

  it('goes with nothing that loads', async () => {
    const { code, stderr } = await bikes.run('--model', 'bike_sharing.trips_by_day', '--full', '--months', '2026-05');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('it goes with no --months and no --full'),
    });
  });

  it('makes no lake where there is none', async () => {
    const state = join(work.root, 'elsewhere');
    const { code, stderr } = await work.cli(['run', '--state', state, '--model', 'bike_sharing.trips_by_day']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('there is no lake yet') });
    expect(existsSync(state)).toBe(false);
  });
});
