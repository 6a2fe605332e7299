/** Redshift by its Data API: a transaction is submitted, asked after until it is done, and small results are fetched. */

import { createHash, randomUUID } from 'node:crypto';
import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  type DescribeStatementResponse,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  type GetStatementResultResponse,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import type { Value } from '../../../core/tabular.ts';
import { type Pace, pause } from '../pace.ts';
import { callFailed, type Hints, isBusy, isLost, statementFailed, warehouseBusy } from './failures.ts';

export interface DataApiSettings extends Pace {
  readonly client: RedshiftDataClient;
  readonly workgroup: string;
  readonly database: string;
  /** The ARN of the secret of whoever asks. */
  readonly secretArn: string;
  /** What whoever asks is told to do next; as the publisher is by default. */
  readonly hints?: Hints;
}

export interface Statement {
  readonly sql: string;
  /** What it is of, for whoever reads that it failed: `tea_shop.sales`. */
  readonly of: string;
}

export interface TextTable {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Of a call that is refused for there were too many, or whose workgroup is only waking. */
const CALLS = 12;
/** Of a transaction that fails by no fault of its own. */
const SUBMISSIONS = 5;

export class DataApi {
  private readonly settings: DataApiSettings;
  private readonly running = new Set<string>();
  /** Before it, a statement was another's to cancel. */
  private readonly startedAt = Date.now();

  constructor(settings: DataApiSettings) {
    this.settings = settings;
  }

  /**
   * Runs statements as one transaction, 40 at most.
   *
   * @param token of whoever may ask again: the same token and text are the same transaction, which is waited for and
   *   not made twice
   * @throws LandfallError `warehouse-failed` with the engine's words and what the statement was of, and all is as it
   *   was; TransientError where no time is left: the transaction goes on, and the same token finds it again
   */
  async transaction(statements: readonly Statement[], token: string): Promise<void> {
    const sqls = statements.map(({ sql }) => sql);
    await this.finish(statements, (home, attempt) =>
      this.settings.client.send(
        new BatchExecuteStatementCommand({ ...home, Sqls: sqls, ClientToken: tokenOf(token, attempt, sqls) }),
      ),
    );
  }

  /** A small result, every value as text. */
  async read(sql: string, of: string): Promise<readonly (readonly (string | null)[])[]> {
    return (await this.table(sql, of)).rows;
  }

  /** As `read`, with the columns, of Redshift's types: `int8`, `varchar`. */
  async table(sql: string, of: string): Promise<TextTable> {
    const unique = randomUUID();
    const id = await this.finish([{ sql, of }], (home, attempt) =>
      this.settings.client.send(
        new ExecuteStatementCommand({ ...home, Sql: sql, ClientToken: tokenOf(unique, attempt, [sql]) }),
      ),
    );
    const rows: (string | null)[][] = [];
    let columns: TextTable['columns'] = [];
    let next: string | undefined;
    do {
      const page: GetStatementResultResponse = await this.call(of, () =>
        this.settings.client.send(new GetStatementResultCommand({ Id: id, NextToken: next })),
      );
      columns = page.ColumnMetadata?.map(({ name = '', typeName = '' }) => ({ name, type: typeName })) ?? columns;
      for (const record of page.Records ?? []) rows.push(record.map(textOf));
      next = page.NextToken;
    } while (next !== undefined);
    return { columns, rows };
  }

  /** Cancels what is still running of what this was asked. */
  async cancel(): Promise<void> {
    await Promise.all(
      [...this.running].map((id) =>
        this.call('cancelling', () => this.settings.client.send(new CancelStatementCommand({ Id: id }))).catch(
          () => undefined,
        ),
      ),
    );
  }

  private async finish(
    statements: readonly Statement[],
    submit: (home: Home, attempt: number) => Promise<{ readonly Id?: string | undefined }>,
  ): Promise<string> {
    const { workgroup, database, secretArn, hints } = this.settings;
    const home: Home = { WorkgroupName: workgroup, Database: database, SecretArn: secretArn };
    const of = statements[0]?.of ?? '';
    for (let attempt = 0; ; attempt += 1) {
      const { Id } = await this.call(of, () => submit(home, attempt));
      if (Id === undefined) throw statementFailed(of, 'the Data API gave the statement no id', hints);
      this.running.add(Id);
      const description = await this.end(Id, of);
      this.running.delete(Id);
      if (description.Status === 'FINISHED') return Id;
      const failed = failureIn(description, statements);
      if (!(isLost(failed.reason) || this.isLeftOver(description)))
        throw statementFailed(failed.of, failed.reason, hints);
      if (attempt + 1 >= SUBMISSIONS) throw warehouseBusy(failed.of, failed.reason);
      await pause(this.settings, attempt, `${failed.of}: ${failed.reason}`);
    }
  }

  /** What a killed function had cancelled on its way out is begun again; what a person stops now is not. */
  private isLeftOver({ Status, UpdatedAt }: DescribeStatementResponse): boolean {
    return Status === 'ABORTED' && (UpdatedAt?.getTime() ?? Number.POSITIVE_INFINITY) < this.startedAt;
  }

  private async end(id: string, of: string): Promise<DescribeStatementResponse> {
    for (let turn = 0; ; turn += 1) {
      const description = await this.call(of, () =>
        this.settings.client.send(new DescribeStatementCommand({ Id: id })),
      );
      if (/^(FINISHED|FAILED|ABORTED)$/.test(description.Status ?? '')) return description;
      await pause(this.settings, turn, `${of}: statement ${id} is ${description.Status?.toLowerCase()}, and goes on`);
    }
  }

  private async call<Answer>(of: string, work: () => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isBusy(error) || attempt + 1 >= CALLS) throw callFailed(error, of, this.settings.hints);
        await pause(this.settings, attempt, `${of}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}

interface Home {
  readonly WorkgroupName: string;
  readonly Database: string;
  readonly SecretArn: string;
}

/** A transaction that failed for another came first is begun anew, by a token that whoever asks again comes to as well. */
function tokenOf(token: string, attempt: number, sqls: readonly string[]): string {
  return createHash('sha256')
    .update([token, String(attempt), ...sqls].join('\0'))
    .digest('hex');
}

/** The statement that failed, told by its place: the API numbers them from 1, as it does in its own words. */
function failureIn(
  description: DescribeStatementResponse,
  statements: readonly Statement[],
): { of: string; reason: string } {
  const { SubStatements = [], Error: reason, Status } = description;
  const at = SubStatements.findIndex((one) => one.Status === 'FAILED');
  const own = SubStatements[at]?.Error ?? reason;
  const of = statements[Math.max(at, 0)]?.of ?? '';
  return {
    of,
    reason: own ?? (Status === 'ABORTED' ? 'it was cancelled' : 'it failed, and the Data API does not say why'),
  };
}

function textOf(field: object): string | null {
  const [[name, value] = ['isNull', true]] = Object.entries(field).filter(([, found]) => found !== undefined) as [
    string,
    Value,
  ][];
  return name === 'isNull' || value === null ? null : String(value);
}
