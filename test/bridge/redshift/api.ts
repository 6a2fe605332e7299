/** The Redshift Data API, over PostgreSQL. */

import type {
  BatchExecuteStatementInput,
  BatchExecuteStatementOutput,
  CancelStatementRequest,
  CancelStatementResponse,
  DescribeStatementRequest,
  DescribeStatementResponse,
  ExecuteStatementInput,
  ExecuteStatementOutput,
  GetStatementResultRequest,
  GetStatementResultResponse,
  ListStatementsRequest,
  ListStatementsResponse,
} from '@aws-sdk/client-redshift-data';
import { StatementFaults } from '../faults.ts';
import { type MotoClients, motoClients } from '../moto-clients.ts';
import { type Actions, AwsError } from '../protocol.ts';
import { bind } from './parameters.ts';
import { type Door, WarehouseServer } from './server.ts';
import { Submission, type SubmissionInput } from './submission.ts';

const MOST_STATEMENTS = 40;
const LONGEST_STATEMENT = 100 * 1024;
const PAGE_ROWS = 1000;

type Common = Omit<ExecuteStatementInput & BatchExecuteStatementInput, 'Sql' | 'Sqls'>;

export class RedshiftDataApi {
  readonly actions: Actions = {
    ExecuteStatement: ({ Sql, ...common }: ExecuteStatementInput) => this.#submit([Sql ?? ''], common, false),
    BatchExecuteStatement: ({ Sqls = [], ...common }: BatchExecuteStatementInput) => this.#submit(Sqls, common, true),
    DescribeStatement: (input: DescribeStatementRequest) => this.#describe(input),
    GetStatementResult: (input: GetStatementResultRequest) => this.#result(input),
    CancelStatement: (input: CancelStatementRequest) => this.#cancel(input),
    ListStatements: (input: ListStatementsRequest) => this.#list(input),
  };
  /** Statements that are to end as failed. */
  readonly faults = new StatementFaults();
  readonly #server = new WarehouseServer();
  readonly #moto: MotoClients;
  readonly #submissions = new Map<string, Submission>();
  readonly #tokens = new Map<string, { readonly said: string; readonly submission: Submission }>();

  constructor({ moto }: { readonly moto: string }) {
    this.#moto = motoClients(moto);
  }

  /** @see WarehouseServer.admit */
  admit(user: string, password: string): Promise<Door> {
    return this.#server.admit(user, password);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#submissions.values()].map((one) => (one.isOver ? undefined : one.cancel())));
    await this.#server.close();
    this.#moto.close();
  }

  #submit(
    sqls: readonly string[],
    common: Common,
    isBatch: boolean,
  ): ExecuteStatementOutput | BatchExecuteStatementOutput {
    const { ClientToken: token, ...rest } = common;
    const said = JSON.stringify([sqls, isBatch, rest]);
    const known = token === undefined ? undefined : this.#tokens.get(token);
    if (known !== undefined && known.said !== said) {
      throw invalid('ClientToken was used before, for another request');
    }
    const submission = known?.submission ?? new Submission(this.#checked(sqls, common, isBatch), this.#engines());
    this.#submissions.set(submission.id, submission);
    if (token !== undefined) this.#tokens.set(token, { said, submission });
    return { Id: submission.id, CreatedAt: submission.createdAt, ...submission.input.target };
  }

  #engines() {
    return { server: this.#server, s3: this.#moto.s3, faults: this.faults };
  }

  #checked(sqls: readonly string[], common: Common, isBatch: boolean): SubmissionInput {
    const { WorkgroupName, ClusterIdentifier, Database, SecretArn, DbUser, Parameters = [], StatementName } = common;
    if (sqls.length < 1 || sqls.length > MOST_STATEMENTS) {
      throw invalid(`Sqls must have 1 to ${MOST_STATEMENTS} statements, not ${sqls.length}`);
    }
    if (sqls.some((sql) => sql.trim() === '' || Buffer.byteLength(sql) > LONGEST_STATEMENT)) {
      throw invalid(`A statement must have 1 to ${LONGEST_STATEMENT} bytes`);
    }
    if ((WorkgroupName === undefined) === (ClusterIdentifier === undefined)) {
      throw invalid('Expected either WorkgroupName or ClusterIdentifier');
    }
    if (WorkgroupName !== undefined && WorkgroupName.length < 3) {
      throw invalid('WorkgroupName must have at least 3 characters');
    }
    const { SessionId, SessionKeepAliveSeconds, ExecutionMode = 'TRANSACTION', ResultFormat = 'JSON' } = common;
    if (SessionId !== undefined || SessionKeepAliveSeconds !== undefined)
      throw invalid('Sessions are not in the bridge');
    if (ExecutionMode !== 'TRANSACTION' || ResultFormat !== 'JSON') {
      throw invalid(`${ExecutionMode} with ${ResultFormat} is not in the bridge`);
    }
    const used = new Set(sqls.flatMap((sql) => [...bind(sql, Parameters).used]));
    const unused = Parameters.filter(({ name = '' }) => !used.has(name.toLowerCase())).map(({ name }) => name);
    if (unused.length > 0) {
      throw invalid(`Parameters list contains unused parameters. Unused parameters: [${unused.join(', ')}]`);
    }
    const target = { WorkgroupName, ClusterIdentifier, Database, SecretArn, DbUser };
    return { sqls, isBatch, parameters: Parameters, name: StatementName, target };
  }

  async #describe({ Id, WaitTimeSeconds = 0 }: DescribeStatementRequest): Promise<DescribeStatementResponse> {
    const { submission } = this.#find(Id);
    if (WaitTimeSeconds > 0) {
      const patience = new Promise((resolve) => setTimeout(resolve, WaitTimeSeconds * 1000).unref());
      await Promise.race([submission.ended, patience]);
    }
    return submission.describe();
  }

  #result({ Id, NextToken }: GetStatementResultRequest): GetStatementResultResponse {
    const { submission, index } = this.#find(Id);
    const records = submission.statements[index]?.records ?? null;
    if (submission.status !== 'FINISHED' || records === null) {
      throw new AwsError(
        'ResourceNotFoundException',
        'Query does not have result. Please check query status with DescribeStatement.',
        { fields: { ResourceId: Id } },
      );
    }
    const from = Number(NextToken ?? 0);
    const to = from + PAGE_ROWS;
    return {
      Records: records.rows.slice(from, to).map((row) => [...row]),
      ColumnMetadata: [...records.columns],
      TotalNumRows: records.rows.length,
      ...(to < records.rows.length ? { NextToken: String(to) } : {}),
    };
  }

  async #cancel({ Id }: CancelStatementRequest): Promise<CancelStatementResponse> {
    const { submission } = this.#find(Id);
    if (submission.isOver) {
      throw invalid(`Could not cancel a query that is already in ${submission.status} state with ID: ${Id}`);
    }
    await submission.cancel();
    return { Status: true };
  }

  /** The newest first. */
  #list({ Status, StatementName, MaxResults = 100, NextToken }: ListStatementsRequest): ListStatementsResponse {
    const isWanted = ({ status, input }: Submission) =>
      (Status === undefined || Status === 'ALL' || Status === status) &&
      (StatementName === undefined || (input.name ?? '').startsWith(StatementName));
    const own = [...this.#submissions.values()].filter(isWanted).reverse();
    const from = Number(NextToken ?? 0);
    const to = from + MaxResults;
    return {
      Statements: own.slice(from, to).map(({ id, input, status, createdAt, updatedAt }) => ({
        Id: id,
        Status: status,
        StatementName: input.name,
        CreatedAt: createdAt,
        UpdatedAt: updatedAt,
        IsBatchStatement: input.isBatch,
        ...(input.isBatch ? { QueryStrings: [...input.sqls] } : { QueryString: input.sqls[0] }),
      })),
      ...(to < own.length ? { NextToken: String(to) } : {}),
    };
  }

  /** A part of a batch has its number behind a colon. */
  #find(id = ''): { readonly submission: Submission; readonly index: number } {
    const [own = '', part] = id.split(':');
    const submission = this.#submissions.get(own);
    const index = part === undefined ? 0 : Number(part) - 1;
    if (submission?.statements[index] === undefined) {
      throw new AwsError('ResourceNotFoundException', `Query does not exist: ${id}`, { fields: { ResourceId: id } });
    }
    return { submission, index };
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
