/** Statements through the SDK's client of the Redshift Data API, to their end. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  type DescribeStatementResponse,
  ExecuteStatementCommand,
  type Field,
  GetStatementResultCommand,
  RedshiftDataClient,
  type SqlParameter,
} from '@aws-sdk/client-redshift-data';
import { clientOptions } from './athena.ts';

export const TARGET = { WorkgroupName: 'landfall', Database: 'landfall' };

export class RedshiftUser {
  readonly client: RedshiftDataClient;

  constructor(url: string) {
    this.client = new RedshiftDataClient(clientOptions(url));
  }

  async ended(Id: string | undefined): Promise<DescribeStatementResponse> {
    for (;;) {
      const described = await this.client.send(new DescribeStatementCommand({ Id }));
      if (['FINISHED', 'FAILED', 'ABORTED'].includes(described.Status ?? '')) return described;
      await sleep(20);
    }
  }

  /** What a statement ends as, failed or not. */
  async run(Sql: string, Parameters?: SqlParameter[]): Promise<DescribeStatementResponse> {
    const { Id } = await this.client.send(new ExecuteStatementCommand({ ...TARGET, Sql, Parameters }));
    return this.ended(Id);
  }

  async batch(...Sqls: string[]): Promise<DescribeStatementResponse> {
    const { Id } = await this.client.send(new BatchExecuteStatementCommand({ ...TARGET, Sqls }));
    return this.ended(Id);
  }

  /** @throws Error with Redshift's reason */
  async succeed(sql: string, parameters?: SqlParameter[]): Promise<DescribeStatementResponse> {
    const described = await this.run(sql, parameters);
    if (described.Status !== 'FINISHED') throw new Error(`${described.Status}: ${described.Error}\n${sql}`);
    return described;
  }

  async failure(sql: string): Promise<string> {
    const { Status, Error: reason } = await this.run(sql);
    return `${Status}: ${reason}`;
  }

  /** The first page's values, null for null. */
  async rows(sql: string, parameters?: SqlParameter[]): Promise<unknown[][]> {
    const { Id } = await this.succeed(sql, parameters);
    const { Records = [] } = await this.client.send(new GetStatementResultCommand({ Id }));
    return Records.map((record) => record.map(contentOf));
  }
}

function contentOf(field: Field): unknown {
  return field.isNull === true ? null : Object.values(field).find((value) => value !== undefined);
}
