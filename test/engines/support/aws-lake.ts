/** A lake of AWS's over the engines: Athena is Trino, Glue and S3 are moto, the facts are in memory. */

import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { AthenaEngine } from '../../../adapters/aws/athena/index.ts';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { type LakeContext, TABLES } from '../../../adapters/aws/lake/context.ts';
import { bookTables, bookViews } from '../../../adapters/aws/lake/definitions.ts';
import { GlueTables } from '../../../adapters/aws/lake/glue-tables.ts';
import { AthenaLake, type Loading } from '../../../adapters/aws/lake/index.ts';
import { LOADS, STAGED } from '../../../adapters/aws/lake/load/shape.ts';
import { loadTables } from '../../../adapters/aws/lake/load/tables.ts';
import { sqlType } from '../../../adapters/aws/lake/types.ts';
import { renew } from '../../../adapters/aws/lake/versions.ts';
import { TableLeases } from '../../../adapters/aws/ledger/leases.ts';
import { TableLedger } from '../../../adapters/aws/ledger/ledger.ts';
import { LedgerTable } from '../../../adapters/aws/ledger/table.ts';
import { Bucket } from '../../../adapters/aws/objects/bucket.ts';
import { ProtectKey } from '../../../adapters/duckdb/protect-key.ts';
import { nothingLands } from '../../../adapters/local/landing.ts';
import { WORDS } from '../../../core/plans/dialect.ts';
import type { WarehouseColumn } from '../../../core/warehouse/types.ts';
import type { Bridge } from '../../bridge/bridge.ts';
import { MemoryFacts } from '../../support/memory-facts.ts';
import { makeBucket, makeTable } from '../aws/stores.ts';
import { clientOptions } from './athena.ts';
import { openBridge } from './engines.ts';

const quoted = WORDS.identifier.duckdb;
const HOUR = 3_600_000;

/** Asked after as Athena is, in a tenth of the time: here it costs nothing. */
const wait = (milliseconds: number) => sleep(milliseconds / 10);

export class AwsLake {
  readonly bridge: Bridge;
  readonly context: LakeContext & { readonly facts: MemoryFacts };
  readonly lake: AthenaLake;
  private readonly glueClient: GlueClient;
  private work = 0;

  private constructor(
    bridge: Bridge,
    glueClient: GlueClient,
    context: LakeContext & { readonly facts: MemoryFacts },
    loading: Loading,
  ) {
    this.bridge = bridge;
    this.glueClient = glueClient;
    // No other test's, whose tables may still be there.
    const run = randomBytes(4).toString('hex');
    const own = () => `${run}/${this.work}`;
    this.context = {
      ...context,
      get work() {
        return own();
      },
    };
    this.lake = new AthenaLake(this.context, loading);
  }

  /**
   * @param schemas of clean tables, models and results
   * @param loading where files come from; by default none does
   */
  static async open(schemas: readonly string[], loading: Partial<Loading> = {}): Promise<AwsLake> {
    const bridge = await openBridge();
    const options = clientOptions(bridge.url);
    const bucket = await makeBucket('lake');
    const glueClient = makeClient(GlueClient, options);
    const client = makeClient(AthenaClient, options);
    // As the stacks' workgroup does, it says itself where results lie.
    const OutputLocation = `s3://${bucket}/answers/`;
    const Configuration = { ResultConfiguration: { OutputLocation }, EnforceWorkGroupConfiguration: true };
    await client.send(new CreateWorkGroupCommand({ Name: bucket, Configuration }));
    const table = new LedgerTable(await makeTable('ledger'), options);
    const [clock, leases] = [{ now: Date.now }, new TableLeases(table, { now: Date.now })];
    const context = {
      athena: new AthenaEngine({ client, workGroup: bucket, wait }),
      glue: new GlueTables(glueClient),
      objects: new Bucket(bucket, options),
      facts: new MemoryFacts(),
      schemas,
      runId: 'run-1',
      work: '',
      now: Date.now,
    };
    const own = new AwsLake(bridge, glueClient, context, {
      source: { ...nothingLands, addressOf: ({ key }) => `s3://landing/${key}` },
      key: new ProtectKey(),
      scratch: join(tmpdir(), `landfall-${bucket}`),
      ledger: new TableLedger(table, clock),
      fence: async (dataset) => {
        const lease = await leases.acquire(dataset, 'function', HOUR);
        if (lease === null) throw new Error(`the lease of ${dataset} is another's`);
        return lease;
      },
      ...loading,
    });
    for (const name of [...schemas, 'ops', TABLES, STAGED]) await own.makeDatabase(name);
    await own.context.glue.remove(STAGED, LOADS);
    for (const { database, input } of [...bookTables(bucket), ...loadTables(bucket), ...bookViews()])
      await own.context.glue.put(database, input);
    return own;
  }

  /** From now on, what is done is another piece of work. */
  next(): void {
    this.work += 1;
  }

  /** Replaces a clean table by the rows of a SELECT. */
  async fill(table: string, columns: readonly WarehouseColumn[], select: string): Promise<void> {
    const [schema = '', name = ''] = table.split('.');
    const { athena, objects } = this.context;
    const location = `s3://${objects.bucket}/${schema}/${name}-${randomBytes(4).toString('hex')}/`;
    await athena.run(`DROP TABLE IF EXISTS ${table}`);
    const typed = columns.map((one) => `CAST(${quoted(one.name)} AS ${sqlType(one.type)}) AS ${quoted(one.name)}`);
    await athena.run(`CREATE TABLE ${table} WITH (table_type = 'ICEBERG', is_external = false, location = '${location}')
      AS SELECT ${typed.join(', ')} FROM (${select})`);
    this.next();
    await renew(this.context, table, columns);
  }

  /** Leaves the books and what they are made of. */
  async empty(): Promise<void> {
    const { athena, facts, glue, objects, schemas } = this.context;
    facts.clear();
    for (const schema of [...schemas, TABLES]) {
      for (const { Name = '', Parameters } of await glue.list(schema)) {
        if (schema === TABLES && Name.startsWith('ops__')) continue;
        if (Parameters?.['table_type']?.toUpperCase() === 'ICEBERG') await athena.run(`DROP TABLE ${schema}.${Name}`);
        else await glue.remove(schema, Name);
      }
    }
    for (const prefix of ['books/', 'results/', 'exports/']) {
      const keys: string[] = [];
      for await (const { key } of objects.list(prefix)) keys.push(key);
      if (keys.length > 0) await objects.remove(keys);
    }
  }

  async close(): Promise<void> {
    this.glueClient.destroy();
    await this.bridge.close();
  }

  private async makeDatabase(name: string): Promise<void> {
    const DatabaseInput = { Name: name, LocationUri: `s3://${this.context.objects.bucket}/${name}` };
    await this.glueClient.send(new CreateDatabaseCommand({ DatabaseInput })).catch((error: Error) => {
      if (error.name !== 'AlreadyExistsException') throw error;
    });
  }
}
