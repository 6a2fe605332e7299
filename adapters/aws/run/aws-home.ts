/** Puts the adapters together for a function: what its settings name, and nothing else. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import type { ProjectSource } from '../../../core/pipeline/session.ts';
import type { Lake, Notifier, Ports, ReportStore, Warehouse } from '../../../core/ports.ts';
import { ProtectKey } from '../../duckdb/protect-key.ts';
import { localAnalyst } from '../../local/analyst.ts';
import { sha256 } from '../../local/hasher.ts';
import type { LoadRenderer } from '../../shared/renderer.ts';
import { AthenaEngine } from '../athena/index.ts';
import { awsCatalog } from '../catalog.ts';
import { type Connection, makeClient } from '../clients.ts';
import { systemClock } from '../clock.ts';
import type { LakeContext } from '../lake/context.ts';
import { GlueTables } from '../lake/glue-tables.ts';
import { LandingBucket } from '../landing/zone.ts';
import { TableFacts } from '../ledger/facts.ts';
import { TableLeases } from '../ledger/leases.ts';
import { TableLedger } from '../ledger/ledger.ts';
import { LedgerTable } from '../ledger/table.ts';
import type { Facts, Fence, Lease, Ledger } from '../ledger/types.ts';
import { topicNotifier } from '../notifier.ts';
import { Bucket } from '../objects/bucket.ts';
import { SecretProtectKey } from '../protect-key.ts';
import { reportBucket } from '../report-store.ts';
import { LARGE_BYTES, type Settings } from '../settings.ts';
import { PublishedBooks } from '../warehouse/books.ts';
import { DataApi } from '../warehouse/data-api.ts';
import { RedshiftWarehouse } from '../warehouse/publisher.ts';
import type { RunHome, Work, WorkCounts, Workplace } from './home.ts';
import { giveBack, takeLease } from './lease.ts';

/** What every function of a run is told. */
export const RUN_SETTINGS = ['landingBucket', 'lakeBucket', 'ledgerTable', 'workgroup'] as const;
export const WAREHOUSE_SETTINGS = [
  ...(['warehouseWorkgroup', 'warehouseDatabase', 'warehouseNamespace'] as const),
  ...(['ownerSecretArn', 'copyRoleArn'] as const),
];

type Told = Pick<Settings, (typeof RUN_SETTINGS)[number]> &
  Partial<Pick<Settings, 'protectSecretArn' | 'largeBytes' | 'reportBucket' | 'topicArn'>>;

/** What loading takes besides, of the function that the lake is made in. */
export interface Loading {
  readonly ledger: Ledger;
  readonly scratch: string;
  readonly source: LandingBucket;
  readonly key: ProtectKey;
  /** Of the lease under which a data set's tables are written. */
  readonly fence: (dataset: string) => Promise<Fence>;
}

export interface AwsHomeOptions {
  readonly settings: Told;
  readonly source: ProjectSource;
  readonly makeLake: (context: LakeContext, loading: Loading) => Lake;
  readonly remaining: () => number;
  readonly count: (counts: WorkCounts) => void;
  readonly warn: (message: string) => void;
  /** Of the function that publishes. */
  readonly warehouse?: Pick<Settings, (typeof WAREHOUSE_SETTINGS)[number]>;
  /** Of the function that writes the report. */
  readonly page?: LoadRenderer;
  /** Not where the state machine starts crawlers by itself. @default false */
  readonly startsCrawlers?: boolean;
  readonly connection?: Connection;
}

export function awsHome(options: AwsHomeOptions): RunHome {
  const { settings, source, count, remaining, connection } = options;
  const objects = new Bucket(settings.lakeBucket, connection);
  const table = new LedgerTable(settings.ledgerTable, connection);
  const parts: Parts = {
    options,
    objects,
    landing: new Bucket(settings.landingBucket, connection),
    facts: new TableFacts(table),
    ledger: new TableLedger(table, systemClock),
    key:
      settings.protectSecretArn === undefined
        ? null
        : new SecretProtectKey(settings.protectSecretArn, systemClock, connection),
  };
  const home: RunHome = {
    ...{ source, objects, count, remaining, clock: systemClock },
    leases: new TableLeases(table, systemClock),
    open: (work) => open(home, parts, work),
  };
  return home;
}

interface Parts {
  readonly options: AwsHomeOptions;
  readonly objects: Bucket;
  readonly landing: Bucket;
  readonly facts: Facts;
  readonly ledger: Ledger;
  readonly key: SecretProtectKey | null;
}

async function open(home: RunHome, parts: Parts, work: Work): Promise<Workplace> {
  const { options, objects, facts, ledger } = parts;
  const { settings, source, remaining, connection, makeLake } = options;
  const scratch = await mkdtemp(join(tmpdir(), 'landfall-'));
  const athena = new AthenaEngine({
    client: makeClient(AthenaClient, connection),
    workGroup: settings.workgroup,
    remaining,
  });
  const landing = new LandingBucket({
    objects: parts.landing,
    scratch: join(scratch, 'landed'),
    largeBytes: settings.largeBytes ?? LARGE_BYTES,
  });
  // Without a secret, whatever asks for the key is told that there is none.
  const key = (await parts.key?.get()) ?? new ProtectKey({});
  const context: LakeContext = {
    ...{ athena, objects, facts, runId: work.runId, work: `${work.runId}/${work.name}` },
    glue: new GlueTables(makeClient(GlueClient, connection)),
    schemas: source.contracts.map(({ schema }) => schema),
    now: () => home.clock.now(),
  };
  const fences = new Fences(home, work);
  const lake = makeLake(context, { ledger, scratch, source: landing, key, fence: (dataset) => fences.of(dataset) });
  const ports: Ports = {
    ...{ landing, lake, hasher: sha256, protection: key, clock: home.clock },
    catalog: awsCatalog({ facts, startsCrawlers: options.startsCrawlers ?? false, ...connected(connection) }),
    analyst: localAnalyst(undefined),
    report: reportOf(options),
    notifier: notifierOf(options),
    warehouse: warehouseOf(options, facts, work),
    progress: { step: () => undefined },
  };
  return {
    ports,
    scannedBytes: () => athena.books.reduce((sum, { scannedBytes }) => sum + scannedBytes, 0),
    async close() {
      await fences.giveBack();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** The work's own lease, and those that it takes for moments: a changed contract makes tables anew of any data set. */
class Fences {
  private readonly home: RunHome;
  private readonly work: Work;
  private readonly taken = new Map<string, Lease>();

  constructor(home: RunHome, work: Work) {
    this.home = home;
    this.work = work;
  }

  async of(dataset: string): Promise<Fence> {
    const known = this.work.fence?.dataset === dataset ? this.work.fence : this.taken.get(dataset);
    if (known !== undefined && known !== null) return known;
    const lease = await takeLease(this.home, dataset, this.work.runId, ', and its tables are to be made anew');
    this.taken.set(dataset, lease);
    return lease;
  }

  async giveBack(): Promise<void> {
    for (const lease of this.taken.values()) await giveBack(this.home, lease, this.work.runId);
    this.taken.clear();
  }
}

function reportOf({ settings, page, connection }: AwsHomeOptions): ReportStore {
  if (settings.reportBucket !== undefined && page !== undefined) {
    return reportBucket(new Bucket(settings.reportBucket, connection), page);
  }
  return { prepare: () => undefined, answers: (questions, ask) => ask(questions), write: () => notHere('a report') };
}

function notifierOf({ settings, warn, connection }: AwsHomeOptions): Notifier {
  if (settings.topicArn !== undefined) return topicNotifier(settings.topicArn, warn, connection);
  return { notify: () => notHere('a topic') };
}

function warehouseOf({ warehouse, remaining, connection }: AwsHomeOptions, facts: Facts, work: Work): Warehouse | null {
  if (warehouse === undefined) return null;
  const { warehouseWorkgroup, warehouseDatabase, warehouseNamespace, ownerSecretArn, copyRoleArn } = warehouse;
  const api = new DataApi({
    client: makeClient(RedshiftDataClient, connection),
    ...{ workgroup: warehouseWorkgroup, database: warehouseDatabase, secretArn: ownerSecretArn, remaining },
  });
  const books = new PublishedBooks(facts, warehouseNamespace);
  const run = `${work.runId}/${work.name}`;
  return new RedshiftWarehouse({ api, books, run, copyRoleArn, clock: systemClock, hasher: sha256 });
}

/** A function that was deployed as another than it is. */
function notHere(what: string): Promise<never> {
  return Promise.reject(new Error(`this function has no ${what}: the stacks gave it another function's task`));
}

const connected = (connection: Connection | undefined) => (connection === undefined ? {} : { connection });
