/** Statements through the SDK's client of Athena, to their end. */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecution,
  StartQueryExecutionCommand,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena';

/** For clients of the bridge's services. */
export const clientOptions = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'tester', secretAccessKey: 'x' },
});

export class AthenaUser {
  readonly client: AthenaClient;

  constructor(url: string) {
    this.client = new AthenaClient(clientOptions(url));
  }

  async submit(sql: string, options: Partial<StartQueryExecutionCommandInput> = {}): Promise<string> {
    const { QueryExecutionId = '' } = await this.client.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        ResultConfiguration: { OutputLocation: 's3://lake/results/' },
        ...options,
      }),
    );
    return QueryExecutionId;
  }

  async ended(id: string): Promise<QueryExecution> {
    for (;;) {
      const { QueryExecution = {} } = await this.client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
      if (!['QUEUED', 'RUNNING'].includes(QueryExecution.Status?.State ?? '')) return QueryExecution;
      await sleep(100);
    }
  }

  /** What a statement ends as, failed or not. */
  async run(sql: string, options: Partial<StartQueryExecutionCommandInput> = {}): Promise<QueryExecution> {
    return this.ended(await this.submit(sql, options));
  }

  /** @throws Error with Athena's reason. @returns the query's id */
  async succeed(sql: string, options: Partial<StartQueryExecutionCommandInput> = {}): Promise<string> {
    const { QueryExecutionId = '', Status } = await this.run(sql, options);
    if (Status?.State !== 'SUCCEEDED') throw new Error(`${Status?.State}: ${Status?.StateChangeReason}\n${sql}`);
    return QueryExecutionId;
  }

  /** Every row of a small result, the header's among them. */
  async rows(sql: string, options: Partial<StartQueryExecutionCommandInput> = {}): Promise<(string | undefined)[][]> {
    const QueryExecutionId = await this.succeed(sql, options);
    const { ResultSet } = await this.client.send(new GetQueryResultsCommand({ QueryExecutionId }));
    return (ResultSet?.Rows ?? []).map(({ Data = [] }) => Data.map(({ VarCharValue }) => VarCharValue));
  }

  /** Why a statement fails. */
  async failure(sql: string, options: Partial<StartQueryExecutionCommandInput> = {}): Promise<string> {
    const { Status } = await this.run(sql, options);
    return `${Status?.State}: ${Status?.StateChangeReason}`;
  }
}
