/** Leases along the chain of events: one run works on a data set at a time, and what another leaves to it is not lost. */

import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { planTask, runTask } from '../../adapters/aws/run/task.ts';
import { again, BIKES, EventChain, landed } from '../lambdas/event-chain.ts';
import type { LocalHome } from '../lambdas/local-home.ts';

let events: EventChain;
let home: LocalHome;
beforeEach(async () => {
  events = await EventChain.open();
  home = events.home;
}, 60_000);
afterEach(() => home.close());

describe('leases', () => {
  it('one that a run has is what it plans under, too, for planning may make tables anew', async () => {
    await events.ingest('stations.csv');
    const under = (wanted: string) => home.works.find(({ name }) => name === wanted)?.fence;
    expect(under('look')).toMatchObject({ dataset: BIKES, token: 1 });
    expect(under('0/Plan')).toMatchObject({ dataset: BIKES, token: 1 });
  }, 60_000);

  it('of two at once one works, and the other leaves it to that one', async () => {
    const [first, second] = [1, 2].map(() => events.handle('ingest', events.messages([landed('stations.csv')])));
    expect(await Promise.all([first, second])).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    await events.follow('aggregate', 'cluster', 'analyse');
    expect(home.told('loaded')).toHaveLength(1);
    // Someone came meanwhile: the holder says so when it gives the lease back.
    expect(home.told('again')).toHaveLength(1);
    expect(await events.send('ingest', events.manifests('again'))).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
  }, 60_000);

  it('what landed while another worked is loaded by the round that it begins', async () => {
    await events.ingest('stations.csv');
    events.dropTrip();
    await events.ingest('trips_2026-06.csv');
    await events.follow('aggregate', 'cluster', 'analyse');
    expect(await events.send('ingest', events.manifests('again'))).toEqual([]);
    await events.follow();
    expect(await home.rows('SELECT count(*) FROM bike_sharing.trips WHERE trip_id = 900001')).toEqual([[1]]);
    expect(home.outcomes).toHaveLength(2);
  }, 60_000);

  it('a holder that is killed before it says that someone came says so when it is tried again', async () => {
    await events.ingest('stations.csv');
    events.dropTrip();
    await events.ingest('trips_2026-06.csv');
    await events.follow('aggregate', 'cluster');
    events.killBefore('manifests/again/');
    expect(await events.send('analyse', events.manifests('clustered'))).toHaveLength(1);
    await events.follow('analyse');
    expect(home.told('again')).toHaveLength(1);
    expect(await events.send('ingest', events.manifests('again'))).toEqual([]);
    expect(await home.rows('SELECT count(*) FROM bike_sharing.trips WHERE trip_id = 900001')).toEqual([[1]]);
  }, 60_000);

  it('one that was lost half-way ends its run as failed, and the next makes up for it', async () => {
    renameSync(join(home.bikes.work.landing, BIKES, 'trips_2026-05.csv'), join(home.bikes.work.root, 'later.csv'));
    await events.ingest('stations.csv', 'trips_2026-04.csv');
    renameSync(join(home.bikes.work.root, 'later.csv'), join(home.bikes.work.landing, BIKES, 'trips_2026-05.csv'));
    home.later = 30 * 60 * 1000;
    const other = await home.leases.acquire(BIKES, 'another-run', 1000);
    await events.follow('aggregate');
    expect(events.steps()).toEqual(['loaded', 'done']);
    if (other !== null) await home.leases.release(other);
    await events.follow('report');
    expect(home.outcomes).toMatchObject([{ status: 'failed', errors: [{ code: 'lost-lease' }] }]);
    await events.ingest('trips_2026-05.csv');
    await events.follow();
    const [models] = await home.rows('SELECT count(*) FROM bike_sharing.station_map');
    expect(Number(models?.[0])).toBeGreaterThan(0);
    expect((await events.runs()).map(([status]) => status)).toEqual(['failed', 'succeeded']);
  }, 60_000);

  it('whose holder fails is made up for, once, where publishing was left to it', async () => {
    await events.ingest('stations.csv');
    await events.follow('aggregate', 'cluster', 'analyse');
    const holder = { run_id: '20260131T100000-000000', dataset: BIKES };
    await planTask(home, { runId: holder.run_id, datasets: [BIKES], full: false });
    await runTask(home, 'CheckHeaders', holder);
    await events.follow('publish', 'report');
    expect(home.published).toEqual([]);
    await runTask(home, 'RecordFailure', { ...holder, error: { Error: 'Landfall.Busy', Cause: 'busy' } });
    const asked = events.manifests('again');
    const both = [...events.messages([landed('stations.csv')]), ...asked];
    expect(await events.send('ingest', both)).toEqual([]);
    await events.follow();
    expect(home.published).toContain('bike_sharing.station_map');
    const [outcomes, written] = [home.outcomes.length, home.objects.written.length];
    for (const twice of [asked, again(asked), again(both)]) expect(await events.send('ingest', twice)).toEqual([]);
    await events.follow();
    expect(home.objects.written.slice(written)).toEqual([]);
    expect(home.outcomes).toHaveLength(outcomes);
  }, 60_000);

  it('publishing may begin in the very moment in which it is told of', async () => {
    await events.ingest('stations.csv');
    await events.follow('aggregate', 'cluster');
    const { objects } = home;
    const put = objects.put.bind(objects);
    const published: unknown[] = [];
    objects.put = async (key, ...more) => {
      const written = await put(key, ...more);
      if (key.startsWith('manifests/analysed/') && written !== null)
        published.push(await events.send('publish', events.manifests('analysed')));
      return written;
    };
    expect(await events.send('analyse', events.manifests('clustered'))).toEqual([]);
    expect(published).toEqual([[]]);
    await events.follow('report');
    expect(home.outcomes).toMatchObject([{ status: 'succeeded', errors: [] }]);
    expect(home.published).toContain('bike_sharing.station_map');
  }, 60_000);

  it('an analysis that is killed before it tells of publishing tells of it when it is tried again', async () => {
    await events.ingest('stations.csv');
    await events.follow('aggregate', 'cluster');
    events.killBefore('manifests/analysed/');
    const analyses = () => home.works.filter(({ name }) => name.includes('RunAnalyses')).length;
    expect(await events.send('analyse', events.manifests('clustered'))).toHaveLength(1);
    const [free, done] = [await home.leases.acquire(BIKES, 'another', 1000), analyses()];
    if (free === null) throw new Error('the lease was not given back');
    await home.leases.release(free);
    await events.follow('analyse', 'publish', 'report');
    expect(analyses()).toBe(done);
    expect(home.outcomes).toMatchObject([{ status: 'succeeded', errors: [] }]);
    expect(home.published).toContain('bike_sharing.station_map');
  }, 60_000);

  it('a word of the analysis that comes late leaves publishing the lease that it has', async () => {
    await events.ingest('stations.csv');
    await events.follow('aggregate', 'cluster', 'analyse');
    const late: unknown[] = [];
    home.instead = (ports, { name }) => {
      const { warehouse } = ports;
      if (warehouse === null || !name.includes('PublishWarehouse')) return ports;
      return {
        ...ports,
        warehouse: {
          ...warehouse,
          publish: async (...given) => {
            late.push(await events.send('analyse', events.manifests('clustered')));
            late.push(await home.leases.acquire(BIKES, 'another', 1000));
            await warehouse.publish(...given);
          },
        },
      };
    };
    await events.follow('publish', 'report');
    expect(late).toEqual([[], null]);
    expect(home.outcomes).toMatchObject([{ status: 'succeeded', errors: [] }]);
  }, 60_000);

  it('a manifest that comes twice at once is worked on once', async () => {
    await events.ingest('stations.csv');
    const handlers = [1, 2].map(() => events.handle('aggregate', events.manifests('loaded')));
    const failures = (await Promise.all(handlers)).map(({ batchItemFailures }) => batchItemFailures.length);
    expect(failures.sort()).toEqual([0, 1]);
    expect(events.deferred).toHaveLength(1);
    expect(home.works.filter(({ name }) => name.includes('RefreshModels'))).toHaveLength(1);
  }, 60_000);
});
