/** The chain of events, handler by handler: what lands comes out of it once, whatever comes twice, late, broken or at once. */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TransientError } from '../../core/problems.ts';
import { again, BIKES, EventChain, landed, told } from '../lambdas/event-chain.ts';
import type { LocalHome } from '../lambdas/local-home.ts';

let events: EventChain;
let home: LocalHome;
beforeEach(async () => {
  events = await EventChain.open();
  home = events.home;
}, 60_000);
afterEach(() => home.close());

const trips = async () => Number((await home.rows('SELECT count(*) FROM bike_sharing.trips'))[0]?.[0]);

describe('what lands', () => {
  it('goes through every step, once, and is told of at the end', async () => {
    expect(await events.ingest('stations.csv', 'trips_2026-04.csv', 'trips_2026-05.csv')).toEqual([]);
    await events.follow();
    expect(events.steps()).toEqual(['loaded', 'aggregated', 'clustered', 'analysed', 'done']);
    expect(await trips()).toBeGreaterThan(100);
    const [models] = await home.rows(`SELECT count(*) FROM bike_sharing.station_map`);
    expect(Number(models?.[0])).toBeGreaterThan(0);
    expect(home.published).toContain('bike_sharing.trips_by_day');
    expect(home.outcomes).toMatchObject([{ status: 'succeeded', datasets: [{ dataset: BIKES, status: 'succeeded' }] }]);
    expect(await events.runs()).toEqual([['succeeded', '[]']]);
    // The same events, and the manifests of each step, once more.
    const before = home.objects.written.length;
    const rows = await home.rows('SELECT * FROM ops.loads ORDER BY load_id');
    await events.ingest('trips_2026-05.csv', 'stations.csv');
    await events.follow();
    expect(home.objects.written.slice(before)).toEqual([]);
    expect(await home.rows('SELECT * FROM ops.loads ORDER BY load_id')).toEqual(rows);
    expect(home.outcomes).toHaveLength(1);
  }, 60_000);

  it('a hundred events are one run, one aggregation and one publication', async () => {
    const bodies = Array.from({ length: 100 }, (_, at) => landed(at % 2 === 0 ? 'trips_2026-04.csv' : 'stations.csv'));
    for (let at = 0; at < 100; at += 10)
      expect(await events.send('ingest', events.messages(bodies.slice(at, at + 10)))).toEqual([]);
    await events.follow();
    expect(events.steps()).toEqual([
      'loaded',
      'aggregated',
      'clustered',
      ...events.steps().filter((one) => one === 'again'),
      'analysed',
      'done',
    ]);
    expect(home.outcomes).toHaveLength(1);
    // Events that found the lease taken cause one round more, which finds nothing.
    expect(await events.send('ingest', events.manifests('again'))).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
  }, 60_000);

  it('each data set has a run of its own, and an object of none is left to the schedule', async () => {
    const bodies = [
      landed('stations.csv'),
      told('landing', 'city-weather/days.csv'),
      told('landing', 'nobody/x.csv'),
      told('landing', 'top.csv'),
    ];
    expect(await events.send('ingest', events.messages(bodies))).toEqual([]);
    expect(
      home
        .told('loaded')
        .map((key) => key.split('/')[2])
        .sort(),
    ).toEqual([BIKES, 'city-weather']);
  }, 60_000);

  it('above a size is left to the state machine, once', async () => {
    home.largeBytes = 10;
    await events.ingest('trips_2026-04.csv');
    await events.ingest('trips_2026-04.csv');
    expect(new Set(home.machines).size).toBe(1);
    expect(home.machines[0]).toMatch(/^bike-sharing bike-sharing-[0-9a-f]{16}$/);
    expect([home.told('loaded'), await events.runs().catch(() => [])]).toEqual([[], []]);
  });
});

describe('messages', () => {
  it('one that nobody can read comes back, the rest are taken', async () => {
    const records = events.messages([
      'no JSON',
      '{"Records":[{}]}',
      landed('stations.csv'),
      '{"Event":"s3:TestEvent"}',
    ]);
    expect(await events.send('ingest', records)).toEqual(['message-1', 'message-2']);
    expect(events.deferred).toEqual(['message-1', 'message-2']);
    expect(home.told('loaded')).toHaveLength(1);
    expect(
      await events.send(
        'aggregate',
        events.messages([told('lake', 'manifests/loaded/nonsense'), told('lake', 'manifests/loaded/a/run-x.json')]),
      ),
    ).toHaveLength(2);
  }, 60_000);

  it("S3's own have their keys encoded, EventBridge's as they are", async () => {
    home.bikes.drop(
      'trips_2026 06+a%.csv',
      'trip_id,Started at,from_station,to_station,Rider,Minutes,km\n1,2026-06-01 08:00:00,1,2,member,1,1\n',
    );
    const s3 = { bucket: { name: 'landing' }, object: { key: 'bike-sharing/trips_2026+06%2Ba%25.csv' } };
    const records = events.messages([
      JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3 }] }),
      landed('trips_2026 06+a%.csv'),
    ]);
    expect(await events.send('ingest', records)).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
  }, 60_000);

  it('one that comes again, beside a new one, takes nothing of its round', async () => {
    const first = events.messages([landed('stations.csv')]);
    expect(await events.send('ingest', first)).toEqual([]);
    await events.follow();
    events.dropTrip();
    const second = events.messages([landed('trips_2026-06.csv')]);
    expect(await events.send('ingest', [...again(first), ...second])).toEqual([]);
    await events.follow();
    expect(home.told('loaded')).toHaveLength(2);
    expect(home.outcomes).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
    expect(await events.runs()).toHaveLength(2);
  }, 60_000);

  it('what was busy is tried again soon, by the same run', async () => {
    let busy = 1;
    home.instead = (ports, { name }) => {
      if (!name.includes('LoadBatch') || busy-- <= 0) return ports;
      const load = () => Promise.reject(new TransientError({ code: 'athena-busy', message: 'later' }));
      return {
        ...ports,
        lake: new Proxy(ports.lake, { get: (lake, key) => (key === 'load' ? load : bound(lake, key)) }),
      };
    };
    const records = events.messages([landed('stations.csv')]);
    expect(await events.send('ingest', records)).toEqual(['message-1']);
    expect(events.deferred).toEqual(['message-1']);
    expect(await events.send('ingest', again(records))).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
    const tried = home.works
      .filter(({ name }) => name.includes('LoadBatch'))
      .map(({ runId, name }) => `${runId} ${name}`);
    expect(tried.slice(0, 2)).toEqual([tried[0], tried[0]]);
    await events.follow();
    expect(await events.runs()).toEqual([['succeeded', '[]']]);
  }, 60_000);
});

describe('what fails', () => {
  it('a rule that is broken: no model is made, and the report tells why', async () => {
    home.bikes.edit('contracts/city-weather.odcs.yaml', (text) =>
      text.replace(
        '    properties:',
        '    quality:\n      - {name: enough, metric: rowCount, mustBeGreaterThan: 100}\n    properties:',
      ),
    );
    await home.changeProject();
    expect(await events.send('ingest', events.messages([told('landing', 'city-weather/days.csv')]))).toEqual([]);
    expect(events.steps('city-weather')).toEqual(['done']);
    await events.follow('report');
    expect(home.outcomes).toMatchObject([{ status: 'failed', failed_rules: [{ rule: 'enough' }] }]);
    const lease = await home.leases.acquire('city-weather', 'next', 1000);
    expect(lease).not.toBeNull();
  }, 60_000);

  it('a project that was deployed meanwhile: the run ends, and a new round begins', async () => {
    await events.ingest('stations.csv');
    home.bikes.edit('queries/bike-sharing/station_usage.sql', (text) => text.replace('SELECT', 'SELECT /* changed */'));
    await home.changeProject();
    await events.follow('aggregate');
    expect(await events.runs()).toMatchObject([['failed', expect.stringContaining('run-moved')]]);
    expect(await events.send('ingest', events.manifests('again'))).toEqual([]);
    await events.follow();
    expect(await events.runs()).toEqual([
      ['failed', expect.stringContaining('run-moved')],
      ['succeeded', '[]'],
    ]);
  }, 60_000);
});

function bound(target: object, key: string | symbol): unknown {
  const value = Reflect.get(target, key) as unknown;
  return typeof value === 'function' ? value.bind(target) : value;
}
