/** A run whose tasks share nothing but a frozen session ends as a run in one process does. */

import { afterAll, describe, expect, it } from '@jest/globals';
import type { FrozenSession } from '../../core/pipeline/frozen-session.ts';
import { freeze, thaw } from '../../core/pipeline/frozen-session.ts';
import { parseMonths } from '../../core/pipeline/months.ts';
import { newSession, type RunOptions } from '../../core/pipeline/session.ts';
import type { Ports } from '../../core/ports.ts';
import type { Bikes } from '../support/bikes.ts';
import { Twin } from '../support/run-twice.ts';

const TRIPS = 'trip_id,Started at,from_station,to_station,Rider,Minutes,km\n';
const policy = (bikes: Bikes, name: string) =>
  bikes.edit('contracts/bike-sharing.odcs.yaml', (text) =>
    text.replace(
      /^(customProperties: .*\n)?schema:/m,
      `customProperties: [{property: drift, value: ${name}}]\nschema:`,
    ),
  );

/** One after the other, each upon what those before left. */
const SEQUENCE: readonly [string, (bikes: Bikes) => void, Partial<RunOptions>?][] = [
  ['a first run, with models that wait for analyses', () => undefined],
  ['nothing new', () => undefined],
  [
    'rows of some stations, by which a model refreshes, and rows that are quarantined',
    (bikes) =>
      bikes.drop(
        'trips_2026-06.csv',
        `${TRIPS}900001,2026-06-01 08:00:00,1,2,member,12,1.5\n${'900003,2026-06-01 08:00:00,1,2,member,12,1.5\n'.repeat(12)}900002,x,1,2,member,3,1\n`,
      ),
  ],
  ['a file that is refused', (bikes) => bikes.drop('trips_2026-07.csv', 'nothing,of,that\n1,2,3\n')],
  [
    'a column that the contract does not name, added',
    (bikes) => {
      policy(bikes, 'evolve');
      bikes.drop('trips_2026-08.csv', `${TRIPS.trim()},Bike No\n900010,2026-08-01 08:00:00,1,2,casual,12,1.5,b7\n`);
    },
  ],
  [
    'one that is kept aside',
    (bikes) => {
      policy(bikes, 'quarantine');
      bikes.drop('trips_2026-09.csv', `${TRIPS.trim()},Mood\n900011,2026-09-01 08:00:00,3,2,casual,12,1.5,fine\n`);
    },
  ],
  [
    'a correction',
    (bikes) => bikes.drop('trips_2026-05.csv', bikes.original('trips_2026-05.csv').split('\n').slice(0, 40).join('\n')),
  ],
  ['months', () => undefined, { months: parseMonths('2026-05') }],
  ['models', () => undefined, { models: ['bike_sharing.trips_by_day'] }],
  [
    'a model that fails, and one that an analysis fails for',
    (bikes) => {
      bikes.model('bike-sharing/broken', 'full', 'SELECT CAST(rider AS integer) AS n FROM bike_sharing.trips');
      bikes.model('bike-sharing/after_broken', 'full', 'SELECT n FROM bike_sharing.broken');
      bikes.drop('trips_2026-10.csv', `${TRIPS}900020,2026-10-01 08:00:00,4,2,member,12,1.5\n`);
    },
  ],
  [
    'a rule that is broken, and stale tables that wait',
    (bikes) => {
      bikes.edit('contracts/city-weather.odcs.yaml', (text) =>
        text.replace(
          '    properties:',
          '    quality:\n      - {name: enough, metric: rowCount, mustBeGreaterThan: 100}\n    properties:',
        ),
      );
      bikes.arrive('city-weather/days-2.csv', 'day,rain_mm\n2026-06-01,2\n');
    },
  ],
  [
    'the mistakes mended, for one data set',
    (bikes) => {
      bikes.edit('queries/bike-sharing/broken.sql', (text) => text.replace('CAST(rider AS integer)', 'minutes'));
      bikes.drop('trips_2026-11.csv', `${TRIPS}900030,2026-11-01 08:00:00,4,2,member,12,1.5\n`);
    },
    { datasets: ['bike-sharing'] },
  ],
  [
    'all of it in bulk',
    (bikes) => bikes.drop('stations.csv', bikes.original('stations.csv')),
    { bulkBytes: 1, full: true },
  ],
];

describe('a run of tasks that share nothing', () => {
  const [whole, apart] = [new Twin(false), new Twin(true)];
  afterAll(() => {
    whole.close();
    apart.close();
  });

  it.each(SEQUENCE)(
    '%s',
    async (_, change, options = {}) => {
      change(whole.bikes);
      change(apart.bikes);
      const expected = await whole.run(options);
      expect(await apart.run(options)).toEqual(expected);
    },
    60_000,
  );
});

describe('thaw', () => {
  const ports = {
    clock: { now: () => 0 },
    hasher: { hash: (text: string) => `${text.length}` },
  } as unknown as Ports;
  const source = { contracts: [], load: async () => ({ contracts: [], models: [], analyses: [], dashboards: [] }) };
  const frozen = freeze(newSession(ports, { runId: 'run-1', datasets: [], full: false }, true));

  it.each<[string, Partial<FrozenSession>]>([
    ['another version of Landfall', { version: 0 }],
    ['another project', { project: { hash: 'other', learnt: [], references: [], incremental: [] } }],
  ])('goes on with nothing that %s began', async (_, other) => {
    await expect(thaw({ ...frozen, ...other }, ports, source)).rejects.toMatchObject({
      problems: [{ code: 'run-moved', hint: 'the next run loads what this one left' }],
    });
  });

  it('keeps what a run was asked for', async () => {
    expect((await thaw(JSON.parse(JSON.stringify(frozen)), ports, source)).options).toEqual(frozen.options);
  });
});
