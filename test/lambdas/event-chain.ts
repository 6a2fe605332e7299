/** The functions along the chain of events, at home on a laptop: they are sent what S3 and EventBridge would send them. */

import { expect } from '@jest/globals';
import type { Context, SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { type Manifest, STEPS, type Step } from '../../adapters/aws/run/manifests.ts';
import { TransientError } from '../../core/problems.ts';
import { ingestHandler } from '../../lambdas/ingest/ingest.ts';
import { stepHandler } from '../../lambdas/shared/handlers.ts';
import { logger } from '../../lambdas/shared/observe.ts';
import { LocalHome } from './local-home.ts';

const CONTEXT = {
  awsRequestId: 'request',
  functionName: 'landfall',
  getRemainingTimeInMillis: () => 60_000,
} as Context;
export const BIKES = 'bike-sharing';

logger.setLogLevel('SILENT');

/** The event of an object. */
export const told = (bucket: string, key: string) =>
  JSON.stringify({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: bucket }, object: { key } },
  });
export const landed = (name: string) => told('landing', `${BIKES}/${name}`);

/** The messages as they come back. */
export const again = (records: readonly SQSRecord[]) =>
  records.map((one) => ({ ...one, attributes: { ...one.attributes, ApproximateReceiveCount: '2' } }));

export class EventChain {
  readonly home: LocalHome;
  /** Messages that are to come back soon. */
  readonly deferred: string[] = [];
  private count = 0;

  private constructor(home: LocalHome) {
    this.home = home;
  }

  static async open(): Promise<EventChain> {
    return new EventChain(await LocalHome.open());
  }

  messages(bodies: readonly string[]): SQSRecord[] {
    return bodies.map((body) => {
      this.count += 1;
      const SentTimestamp = `${Date.UTC(2026, 0, 1) + this.count * 1000}`;
      const attributes = { SentTimestamp, ApproximateReceiveCount: '1' };
      return { messageId: `message-${this.count}`, body, attributes } as SQSRecord;
    });
  }

  async handle(step: Step, records: readonly SQSRecord[]): Promise<SQSBatchResponse> {
    const make = async () => this.home;
    const defer = async ({ messageId }: SQSRecord) => void this.deferred.push(messageId);
    const handler = step === 'ingest' ? ingestHandler(make, defer) : stepHandler(make, step, [], defer);
    return (await handler({ Records: records }, CONTEXT)) as SQSBatchResponse;
  }

  /** @returns the messages that come back */
  async send(step: Step, records: readonly SQSRecord[]): Promise<string[]> {
    const { batchItemFailures } = await this.handle(step, records);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  }

  ingest(...names: string[]): Promise<string[]> {
    return this.send('ingest', this.messages(names.map(landed)));
  }

  manifests(manifest: Manifest): SQSRecord[] {
    return this.messages(this.home.told(manifest).map((key) => told('lake', key)));
  }

  /** One more file of trips, with the trip 900001. */
  dropTrip(): void {
    this.home.bikes.drop(
      'trips_2026-06.csv',
      'trip_id,Started at,from_station,to_station,Rider,Minutes,km\n900001,2026-06-01 08:00:00,101,102,member,12,1\n',
    );
  }

  /** The next object of this prefix is not written, as where the function is killed before it. */
  killBefore(prefix: string): void {
    const { objects } = this.home;
    const put = objects.put.bind(objects);
    objects.put = async (key, ...more) => {
      if (!key.startsWith(prefix)) return put(key, ...more);
      objects.put = put;
      throw new TransientError({ code: 'aws-busy', message: 'killed' });
    };
  }

  /** Every step behind ingest, each with the manifests that there are. */
  async follow(...steps: Exclude<Step, 'ingest'>[]): Promise<void> {
    const all = ['aggregate', 'cluster', 'analyse', 'publish', 'report'] as const;
    for (const step of steps.length === 0 ? all : steps) {
      const { hears } = STEPS[step];
      expect(await this.send(step, this.manifests(hears))).toEqual([]);
    }
  }

  runs(): Promise<readonly (readonly unknown[])[]> {
    return this.home.rows('SELECT status, errors FROM ops.runs ORDER BY started_at');
  }

  /** The manifests that a data set's runs wrote, in their order. */
  steps(dataset = BIKES): (string | undefined)[] {
    return this.home.objects.written
      .filter((key) => key.startsWith('manifests/') && key.includes(`/${dataset}/`))
      .map((key) => key.split('/')[1]);
  }
}
