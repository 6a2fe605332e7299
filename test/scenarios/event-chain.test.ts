/** The chain of events, handler by handler: what lands comes out of it once, whatever comes twice, late, broken or at once. */

import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { type Manifest, STEPS, type Step } from '../../adapters/aws/run/manifests.ts';
import { planTask, runTask } from '../../adapters/aws/run/task.ts';
import { TransientError } from '../../core/problems.ts';
import { ingestHandler } from '../../lambdas/ingest/ingest.ts';
import { stepHandler } from '../../lambdas/shared/handlers.ts';
import { logger } from '../../lambdas/shared/observe.ts';
import { LocalHome } from '../lambdas/local-home.ts';

const CONTEXT = {
  awsRequestId: 'request',
  functionName: 'landfall',
  getRemainingTimeInMillis: () => 60_000,
} as Context;
const BIKES = 'bike-sharing';

logger.setLogLevel('SILENT');

let home: LocalHome;
let deferred: string[];
let count: number;
beforeEach(async () => {
  home = await LocalHome.open();
  [deferred, count] = [[], 0];
}, 60_000);
afterEach(() => home.close());

const defer = async ({ messageId }: SQSRecord) => void deferred.push(messageId);
const told = (bucket: string, key: string) =>
  JSON.stringify({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: bucket }, object: { key } },
  });
const landed = (name: string) => told('landing', `${BIKES}/${name}`);

function messages(bodies: readonly string[], times = 1): SQSRecord[] {
  return bodies.map((body) => {
    count += 1;
    const attributes = { SentTimestamp: `${Date.UTC(2026, 0, 1) + count * 1000}`, ApproximateReceiveCount: `${times}` };
    return { messageId: `message-${count}`, body, attributes } as SQSRecord;
  });
}
const again = (records: readonly SQSRecord[]) =>
  records.map((one) => ({ ...one, attributes: { ...one.attributes, ApproximateReceiveCount: '2' } }));

async function send(step: Step, records: readonly SQSRecord[]): Promise<string[]> {
  const make = async () => home;
  const handler = step === 'ingest' ? ingestHandler(make, defer) : stepHandler(make, step, [], defer);
  const { batchItemFailures } = (await handler({ Records: records }, CONTEXT)) as SQSBatchResponse;
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
const ingest = (...names: string[]) => send('ingest', messages(names.map(landed)));
const manifests = (manifest: Manifest) => messages(home.told(manifest).map((key) => told('lake', key)));

/** Every step behind ingest, each with the manifests that there are. */
async function follow(...steps: Exclude<Step, 'ingest'>[]): Promise<void> {
  const all = ['aggregate', 'cluster', 'analyse', 'publish', 'report'] as const;
  for (const step of steps.length === 0 ? all : steps) {
    const { hears } = STEPS[step];
    expect(await send(step, manifests(hears))).toEqual([]);
  }
}
const trips = async () => Number((await home.rows('SELECT count(*) FROM bike_sharing.trips'))[0]?.[0]);
const runs = async () => home.rows('SELECT status, errors FROM ops.runs ORDER BY started_at');
const chain = (dataset = BIKES) =>
  home.objects.written
    .filter((key) => key.startsWith('manifests/') && key.includes(`/${dataset}/`))
    .map((key) => key.split('/')[1]);

describe('what lands', () => {
  it('goes through every step, once, and is told of at the end', async () => {
    expect(await ingest('stations.csv', 'trips_2026-04.csv', 'trips_2026-05.csv')).toEqual([]);
    await follow();
    expect(chain()).toEqual(['loaded', 'aggregated', 'clustered', 'analysed', 'done']);
    expect(await trips()).toBeGreaterThan(100);
    const [models] = await home.rows(`SELECT count(*) FROM bike_sharing.station_map`);
    expect(Number(models?.[0])).toBeGreaterThan(0);
    expect(home.published).toContain('bike_sharing.trips_by_day');
    expect(home.outcomes).toMatchObject([{ status: 'succeeded', datasets: [{ dataset: BIKES, status: 'succeeded' }] }]);
    expect(await runs()).toEqual([['succeeded', '[]']]);
    // The same events, and the manifests of each step, once more.
    const before = home.objects.written.length;
    const rows = await home.rows('SELECT * FROM ops.loads ORDER BY load_id');
    await ingest('trips_2026-05.csv', 'stations.csv');
    await follow();
    expect(home.objects.written.slice(before)).toEqual([]);
    expect(await home.rows('SELECT * FROM ops.loads ORDER BY load_id')).toEqual(rows);
    expect(home.outcomes).toHaveLength(1);
  }, 60_000);

  it('a hundred events are one run, one aggregation and one publication', async () => {
    const bodies = Array.from({ length: 100 }, (_, at) => landed(at % 2 === 0 ? 'trips_2026-04.csv' : 'stations.csv'));
    for (let at = 0; at < 100; at += 10) expect(await send('ingest', messages(bodies.slice(at, at + 10)))).toEqual([]);
    await follow();
    expect(chain()).toEqual([
      'loaded',
      'aggregated',
      'clustered',
      'analysed',
      ...chain().filter((one) => one === 'again'),
      'done',
    ]);
    expect(home.outcomes).toHaveLength(1);
    // Events that found the lease taken cause one round more, which finds nothing.
    expect(await send('ingest', manifests('again'))).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
  }, 60_000);

  it('each data set has a run of its own, and an object of none is left to the schedule', async () => {
    const bodies = [
      landed('stations.csv'),
      told('landing', 'city-weather/days.csv'),
      told('landing', 'nobody/x.csv'),
      told('landing', 'top.csv'),
    ];
    expect(await send('ingest', messages(bodies))).toEqual([]);
    expect(
      home
        .told('loaded')
        .map((key) => key.split('/')[2])
        .sort(),
    ).toEqual([BIKES, 'city-weather']);
  }, 60_000);

  it('above a size is left to the state machine, once', async () => {
    home.largeBytes = 10;
    await ingest('trips_2026-04.csv');
    await ingest('trips_2026-04.csv');
    expect(new Set(home.machines).size).toBe(1);
    expect(home.machines[0]).toMatch(/^bike-sharing bike-sharing-[0-9a-f]{16}$/);
    expect([home.told('loaded'), await runs().catch(() => [])]).toEqual([[], []]);
  });
});

describe('messages', () => {
  it('one that nobody can read comes back, the rest are taken', async () => {
    const records = messages(['no JSON', '{"Records":[{}]}', landed('stations.csv'), '{"Event":"s3:TestEvent"}']);
    expect(await send('ingest', records)).toEqual(['message-1', 'message-2']);
    expect(deferred).toEqual(['message-1', 'message-2']);
    expect(home.told('loaded')).toHaveLength(1);
    expect(
      await send(
        'aggregate',
        messages([told('lake', 'manifests/loaded/nonsense'), told('lake', 'manifests/loaded/a/run-x.json')]),
      ),
    ).toHaveLength(2);
  }, 60_000);

  it("S3's own have their keys encoded, EventBridge's as they are", async () => {
    home.bikes.drop(
      'trips_2026 06+a%.csv',
      'trip_id,Started at,from_station,to_station,Rider,Minutes,km\n1,2026-06-01 08:00:00,1,2,member,1,1\n',
    );
    const s3 = { bucket: { name: 'landing' }, object: { key: 'bike-sharing/trips_2026+06%2Ba%25.csv' } };
    const records = messages([
      JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3 }] }),
      landed('trips_2026 06+a%.csv'),
    ]);
    expect(await send('ingest', records)).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
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
    const records = messages([landed('stations.csv')]);
    expect(await send('ingest', records)).toEqual(['message-1']);
    expect(deferred).toEqual(['message-1']);
    expect(await send('ingest', again(records))).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
    const tried = home.works
      .filter(({ name }) => name.includes('LoadBatch'))
      .map(({ runId, name }) => `${runId} ${name}`);
    expect(tried.slice(0, 2)).toEqual([tried[0], tried[0]]);
    await follow();
    expect(await runs()).toEqual([['succeeded', '[]']]);
  }, 60_000);
});

describe('leases', () => {
  it('one that a run has is what it plans under, too, for planning may make tables anew', async () => {
    await ingest('stations.csv');
    const under = (wanted: string) => home.works.find(({ name }) => name === wanted)?.fence;
    expect(under('look')).toMatchObject({ dataset: BIKES, token: 1 });
    expect(under('0/Plan')).toMatchObject({ dataset: BIKES, token: 1 });
  }, 60_000);

  it('of two at once one works, and the other leaves it to that one', async () => {
    const make = async () => home;
    const [first, second] = [1, 2].map(() =>
      ingestHandler(make, defer)({ Records: messages([landed('stations.csv')]) }, CONTEXT),
    );
    expect(await Promise.all([first, second])).toEqual([{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    await follow('aggregate', 'cluster', 'analyse');
    expect(home.told('loaded')).toHaveLength(1);
    // Someone came meanwhile: the holder says so when it gives the lease back.
    expect(home.told('again')).toHaveLength(1);
    expect(await send('ingest', manifests('again'))).toEqual([]);
    expect(home.told('loaded')).toHaveLength(1);
  }, 60_000);

  it('what landed while another worked is loaded by the round that it begins', async () => {
    await ingest('stations.csv');
    home.bikes.drop(
      'trips_2026-06.csv',
      'trip_id,Started at,from_station,to_station,Rider,Minutes,km\n900001,2026-06-01 08:00:00,101,102,member,12,1\n',
    );
    await ingest('trips_2026-06.csv');
    await follow('aggregate', 'cluster', 'analyse');
    expect(await send('ingest', manifests('again'))).toEqual([]);
    await follow();
    expect(await home.rows('SELECT count(*) FROM bike_sharing.trips WHERE trip_id = 900001')).toEqual([[1]]);
    expect(home.outcomes).toHaveLength(2);
  }, 60_000);

  it('a holder that is killed before it says that someone came says so when it is tried again', async () => {
    await ingest('stations.csv');
    home.bikes.drop(
      'trips_2026-06.csv',
      'trip_id,Started at,from_station,to_station,Rider,Minutes,km\n900001,2026-06-01 08:00:00,101,102,member,12,1\n',
    );
    await ingest('trips_2026-06.csv');
    await follow('aggregate', 'cluster');
    const { objects } = home;
    const put = objects.put.bind(objects);
    objects.put = async (key, ...more) => {
      if (!key.startsWith('manifests/again/')) return put(key, ...more);
      objects.put = put;
      throw new TransientError({ code: 'aws-busy', message: 'killed' });
    };
    expect(await send('analyse', manifests('clustered'))).toHaveLength(1);
    await follow('analyse');
    expect(home.told('again')).toHaveLength(1);
    expect(await send('ingest', manifests('again'))).toEqual([]);
    expect(await home.rows('SELECT count(*) FROM bike_sharing.trips WHERE trip_id = 900001')).toEqual([[1]]);
  }, 60_000);

  it('one that was lost half-way ends its run as failed, and the next makes up for it', async () => {
    renameSync(join(home.bikes.work.landing, BIKES, 'trips_2026-05.csv'), join(home.bikes.work.root, 'later.csv'));
    await ingest('stations.csv', 'trips_2026-04.csv');
    renameSync(join(home.bikes.work.root, 'later.csv'), join(home.bikes.work.landing, BIKES, 'trips_2026-05.csv'));
    home.later = 30 * 60 * 1000;
    const other = await home.leases.acquire(BIKES, 'another-run', 1000);
    await follow('aggregate');
    expect(chain()).toEqual(['loaded', 'done']);
    if (other !== null) await home.leases.release(other);
    await follow('report');
    expect(home.outcomes).toMatchObject([{ status: 'failed', errors: [{ code: 'lost-lease' }] }]);
    await ingest('trips_2026-05.csv');
    await follow();
    const [models] = await home.rows('SELECT count(*) FROM bike_sharing.station_map');
    expect(Number(models?.[0])).toBeGreaterThan(0);
    expect((await runs()).map(([status]) => status)).toEqual(['failed', 'succeeded']);
  }, 60_000);

  it('whose holder fails is made up for, where publishing was left to it', async () => {
    await ingest('stations.csv');
    await follow('aggregate', 'cluster', 'analyse');
    const holder = { run_id: '20260131T100000-000000', dataset: BIKES };
    await planTask(home, { runId: holder.run_id, datasets: [BIKES], full: false });
    await runTask(home, 'CheckHeaders', holder);
    await follow('publish', 'report');
    expect(home.published).toEqual([]);
    await runTask(home, 'RecordFailure', { ...holder, error: { Error: 'Landfall.Busy', Cause: 'busy' } });
    expect(await send('ingest', manifests('again'))).toEqual([]);
    await follow();
    expect(home.published).toContain('bike_sharing.station_map');
  }, 60_000);

  it('a manifest that comes twice at once is worked on once', async () => {
    await ingest('stations.csv');
    const make = async () => home;
    const handlers = [1, 2].map(() =>
      stepHandler(make, 'aggregate', [], defer)({ Records: manifests('loaded') }, CONTEXT),
    );
    const failures = ((await Promise.all(handlers)) as SQSBatchResponse[]).map(
      ({ batchItemFailures }) => batchItemFailures.length,
    );
    expect(failures.sort()).toEqual([0, 1]);
    expect(deferred).toHaveLength(1);
    expect(home.works.filter(({ name }) => name.includes('RefreshModels'))).toHaveLength(1);
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
    expect(await send('ingest', messages([told('landing', 'city-weather/days.csv')]))).toEqual([]);
    expect(chain('city-weather')).toEqual(['done']);
    await follow('report');
    expect(home.outcomes).toMatchObject([{ status: 'failed', failed_rules: [{ rule: 'enough' }] }]);
    const lease = await home.leases.acquire('city-weather', 'next', 1000);
    expect(lease).not.toBeNull();
  }, 60_000);

  it('a project that was deployed meanwhile: the run ends, and a new round begins', async () => {
    await ingest('stations.csv');
    home.bikes.edit('queries/bike-sharing/station_usage.sql', (text) => text.replace('SELECT', 'SELECT /* changed */'));
    await home.changeProject();
    await follow('aggregate');
    expect(await runs()).toMatchObject([['failed', expect.stringContaining('run-moved')]]);
    expect(await send('ingest', manifests('again'))).toEqual([]);
    await follow();
    expect(await runs()).toEqual([
      ['failed', expect.stringContaining('run-moved')],
      ['succeeded', '[]'],
    ]);
  }, 60_000);
});

function bound(target: object, key: string | symbol): unknown {
  const value = Reflect.get(target, key) as unknown;
  return typeof value === 'function' ? value.bind(target) : value;
}
