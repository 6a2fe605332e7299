/** The chain of events where a function fails or is killed half-way: what comes again goes on, and nothing that landed is lost. */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Ports } from '../../core/ports.ts';
import { TransientError } from '../../core/problems.ts';
import { again, BIKES, EventChain, landed } from '../lambdas/event-chain.ts';
import type { LocalHome } from '../lambdas/local-home.ts';

let events: EventChain;
let home: LocalHome;
beforeEach(async () => {
  events = await EventChain.open();
  home = events.home;
}, 60_000);
afterEach(() => home.close());

const later = () => new TransientError({ code: 'aws-busy', message: 'later' });

/** One call of the lake fails, once, or does something before it. */
function once(work: string, method: keyof Ports['lake'], first: () => Promise<void>): void {
  let isDone = false;
  home.instead = (ports, { name }) => {
    if (!name.includes(work)) return ports;
    const get = (lake: Ports['lake'], key: string | symbol) => {
      const own = Reflect.get(lake, key) as unknown;
      if (typeof own !== 'function') return own;
      return async (...given: unknown[]) => {
        if (key === method && !isDone) {
          isDone = true;
          await first();
        }
        return own.apply(lake, given);
      };
    };
    return { ...ports, lake: new Proxy(ports.lake, { get }) };
  };
}

const droppedTrips = () => home.rows('SELECT count(*) FROM bike_sharing.trips WHERE trip_id = 900001');

describe('ingest', () => {
  it('a file that lands while a run waits to go on is loaded by the round behind it', async () => {
    once('LoadBatch', 'load', () => Promise.reject(later()));
    const first = events.messages([landed('stations.csv')]);
    expect(await events.send('ingest', first)).toHaveLength(1);
    events.dropTrip();
    const second = events.messages([landed('trips_2026-06.csv')]);
    expect(await events.send('ingest', [...again(first), ...second])).toEqual([]);
    await events.follow('aggregate', 'cluster', 'analyse');
    expect(await events.send('ingest', events.manifests('again'))).toEqual([]);
    await events.follow();
    expect(await droppedTrips()).toEqual([[1]]);
    expect(home.outcomes).toMatchObject([{ status: 'succeeded' }, { status: 'succeeded' }]);
  }, 60_000);

  it('killed before it tells that it loaded tells it when it is tried again', async () => {
    events.killBefore('manifests/loaded/');
    const first = events.messages([landed('stations.csv')]);
    expect(await events.send('ingest', first)).toHaveLength(1);
    expect(await events.send('ingest', again(first))).toEqual([]);
    await events.follow();
    expect(events.steps()).toEqual(['loaded', 'aggregated', 'clustered', 'analysed', 'done']);
    expect(home.outcomes).toMatchObject([{ status: 'succeeded' }]);
    expect(await home.leases.holder(BIKES)).toBeNull();
  }, 60_000);

  it('killed before it tells that it failed tells it when it is tried again', async () => {
    once('LoadBatch', 'load', () => Promise.reject(new Error('broken')));
    events.killBefore('manifests/done/');
    const first = events.messages([landed('stations.csv')]);
    expect(await events.send('ingest', first)).toHaveLength(1);
    expect(await events.send('ingest', again(first))).toEqual([]);
    expect(events.steps()).toEqual(['done']);
    await events.follow('report');
    expect(home.outcomes).toMatchObject([
      { status: 'failed', errors: [{ message: expect.stringContaining('broken') }] },
    ]);
  }, 60_000);

  it('a look that fails leaves nothing to another event of its own that comes first then', async () => {
    once('look', 'learnt', () => Promise.reject(later()));
    const both = events.messages([landed('stations.csv'), landed('trips_2026-04.csv')]);
    expect(await events.send('ingest', both)).toHaveLength(2);
    expect(await home.leases.holder(BIKES)).toBeNull();
    expect(await events.send('ingest', again([...both].reverse()))).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
  }, 60_000);

  it('a look that is killed is gone on with by the events that began it, in any order', async () => {
    const both = events.messages([landed('stations.csv'), landed('trips_2026-04.csv')]);
    events.killBefore('runs/');
    expect(await events.send('ingest', both)).toHaveLength(2);
    expect(await home.leases.holder(BIKES)).not.toBeNull();
    expect(await events.send('ingest', again([...both].reverse()))).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
    await events.follow();
    expect(home.outcomes).toMatchObject([{ status: 'succeeded' }]);
  }, 60_000);
});

describe('a step', () => {
  it('killed before it tells that it failed tells it when it is tried again', async () => {
    await events.ingest('stations.csv');
    once('RefreshModels', 'models', () => Promise.reject(new Error('broken')));
    events.killBefore('manifests/done/');
    const loaded = events.manifests('loaded');
    expect(await events.send('aggregate', loaded)).toHaveLength(1);
    expect(await events.send('aggregate', again(loaded))).toEqual([]);
    expect(events.steps()).toEqual(['loaded', 'done']);
    await events.follow('report');
    expect(home.outcomes).toMatchObject([
      { status: 'failed', errors: [{ message: expect.stringContaining('broken') }] },
    ]);
  }, 60_000);

  it('killed before it asks for another round, where the project was changed, asks for it when it is tried again', async () => {
    await events.ingest('stations.csv');
    home.bikes.edit('queries/bike-sharing/station_usage.sql', (text) => text.replace('SELECT', 'SELECT /* changed */'));
    await home.changeProject();
    events.killBefore('manifests/again/');
    const loaded = events.manifests('loaded');
    expect(await events.send('aggregate', loaded)).toHaveLength(1);
    expect(await events.send('aggregate', again(loaded))).toEqual([]);
    expect(home.told('again')).toHaveLength(1);
    expect(await events.send('ingest', events.manifests('again'))).toEqual([]);
    await events.follow();
    expect((await events.runs()).map(([status]) => status)).toEqual(['failed', 'succeeded']);
  }, 60_000);

  it('publishing waits for one who looks for something new, and may find nothing', async () => {
    await events.ingest('stations.csv');
    await events.follow('aggregate', 'cluster', 'analyse');
    const tried: unknown[] = [];
    once('look', 'learnt', async () => void tried.push(await events.send('publish', events.manifests('analysed'))));
    expect(await events.ingest('stations.csv')).toEqual([]);
    expect(tried).toEqual([[expect.stringContaining('message')]]);
    expect(home.published).toEqual([]);
    await events.follow('publish', 'report');
    expect(home.published).toContain('bike_sharing.station_map');
    expect(home.outcomes).toMatchObject([{ status: 'succeeded' }]);
  }, 60_000);
});
