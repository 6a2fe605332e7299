/** A person's question to a deployed lake: one SELECT, under the limits of the people's workgroup. */

import { AthenaClient } from '@aws-sdk/client-athena';
import { asksOnly } from '../../core/asks-only.ts';
import { LandfallError } from '../../core/problems.ts';
import type { ResultTable } from '../../core/tabular.ts';
import { AthenaEngine } from './athena/index.ts';
import { type Connection, makeClient } from './clients.ts';
import { readOutputs } from './deployment.ts';

/** @throws LandfallError exit code 2 where the text is no SELECT, 1 where it fails or nothing is deployed */
export async function queryDeployed(stage: string, sql: string, connection: Connection = {}): Promise<ResultTable> {
  if (!asksOnly(sql)) {
    const hint = 'landfall query "SELECT …"';
    throw new LandfallError({ code: 'query-refused', message: 'expected a SELECT: a query only reads', hint }, 2);
  }
  const { PeopleWorkgroup } = await readOutputs(stage, 'catalog', connection);
  const client = makeClient(AthenaClient, connection);
  // As Athena's own console takes it.
  const statement = sql.trim().replace(/;$/, '');
  return new AthenaEngine({ client, workGroup: PeopleWorkgroup }).read(statement);
}
