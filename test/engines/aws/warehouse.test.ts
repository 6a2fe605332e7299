/** The warehouse on AWS by the SDK's own clients: Parquet in S3, COPY, transactions, tokens and users. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExecuteStatementCommand, GetStatementResultCommand } from '@aws-sdk/client-redshift-data';
import { describe } from '@jest/globals';
import type { Value } from '../../../core/tabular.ts';
import type { Bridge } from '../../bridge/bridge.ts';
import { parseGood } from '../../infra/tea.ts';
import { warehouseContract } from '../../ports/warehouse.ts';
import { migrateAll, migrationsFor, publisher, secretOf } from '../../support/redshift/warehouse.ts';
import { openBridge } from '../support/engines.ts';
import { RedshiftUser, TARGET } from '../support/redshift.ts';
import { putObject } from '../support/s3.ts';

describe('Redshift over the bridge', () => {
  warehouseContract(async (folder) => {
    const bridge: Bridge = await openBridge();
    const redshift = new RedshiftUser(bridge.url);
    const server = { client: redshift.client };
    await migrateAll(server, migrationsFor({ contracts: [parseGood()], models: [], analyses: [], dashboards: [] }));
    let files = 0;
    let runs = 0;
    return {
      open: async () => {
        runs += 1;
        return publisher(server, `run-${runs}`);
      },
      put: async (lake, select) => {
        files += 1;
        // Several are put at once.
        const name = `warehouse/${files}`;
        const file = join(folder, `rows-${files}.parquet`);
        await lake.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
        await putObject('lake', `exports/${name}/part.parquet`, readFileSync(file));
        return `s3://lake/exports/${name}/`;
      },
      read: async (sql) => {
        const { Id } = await redshift.client.send(
          new ExecuteStatementCommand({ ...TARGET, Sql: sql, SecretArn: secretOf('bi_reader') }),
        );
        const { Status, Error: reason } = await redshift.ended(Id);
        if (Status !== 'FINISHED') throw new Error(`${Status}: ${reason}`);
        const { Records = [] } = await redshift.client.send(new GetStatementResultCommand({ Id }));
        return Records.map((record) =>
          record.map((field) => (field.isNull === true ? null : (Object.values(field)[0] as Value))),
        );
      },
      close: async () => {
        redshift.client.destroy();
        await bridge.close();
      },
    };
  });
});
