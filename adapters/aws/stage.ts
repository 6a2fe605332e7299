/** A deployed stage as a command line opens it: what its stacks' outputs name, asked under the people's limits. */

import { AthenaClient } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { AthenaEngine } from './athena/index.ts';
import { type Connection, makeClient } from './clients.ts';
import { systemClock } from './clock.ts';
import { readOutputs } from './deployment.ts';
import { GlueTables } from './lake/glue-tables.ts';
import { TableFacts } from './ledger/facts.ts';
import { TableLedger } from './ledger/ledger.ts';
import { LedgerTable } from './ledger/table.ts';
import { Bucket } from './objects/bucket.ts';

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** @throws LandfallError as `readOutputs` */
export async function openStage(stage: string, connection: Connection = {}) {
  const [storage, catalog, pipeline] = await Promise.all([
    readOutputs(stage, 'storage', connection),
    readOutputs(stage, 'catalog', connection),
    readOutputs(stage, 'pipeline', connection),
  ]);
  const table = new LedgerTable(pipeline.LedgerTable, connection);
  const client = makeClient(AthenaClient, connection);
  return {
    ...{ stage, connection, clock: systemClock, table },
    stateMachineArn: pipeline.StateMachineArn,
    reportBucket: storage.ReportBucket,
    facts: new TableFacts(table),
    ledger: new TableLedger(table, systemClock),
    landing: new Bucket(storage.LandingBucket, connection),
    lake: new Bucket(storage.LakeBucket, connection),
    athena: new AthenaEngine({ client, workGroup: catalog.PeopleWorkgroup }),
    glue: new GlueTables(makeClient(GlueClient, connection)),
  };
}
