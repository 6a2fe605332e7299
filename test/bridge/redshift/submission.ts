/** One call's statements, from their submission to their end. */

import { randomUUID } from 'node:crypto';
import type {
  DescribeStatementResponse,
  SqlParameter,
  StatementStatusString,
  SubStatementData,
} from '@aws-sdk/client-redshift-data';
import type { S3Client } from '@aws-sdk/client-s3';
import type pg from 'pg';
import { DATABASE } from '../../../adapters/local/warehouse/data.ts';
import type { StatementFaults } from '../faults.ts';
import { TokenReader } from '../sql/tokens.ts';
import { copy } from './copy.ts';
import { reasonOf, StatementFailure } from './failure.ts';
import { bind } from './parameters.ts';
import { refuseUnknown } from './refused.ts';
import { type Records, recordsOf } from './results.ts';
import { rewrite } from './rewrite.ts';
import type { WarehouseServer } from './server.ts';
import { unload } from './unload.ts';

export interface SubmissionInput {
  readonly sqls: readonly string[];
  readonly isBatch: boolean;
  readonly parameters: readonly SqlParameter[];
  readonly name: string | undefined;
  /** What the caller said it was for, as it is given back. */
  readonly target: Pick<
    DescribeStatementResponse,
    'Database' | 'WorkgroupName' | 'ClusterIdentifier' | 'SecretArn' | 'DbUser'
  >;
}

export interface Engines {
  readonly server: WarehouseServer;
  readonly s3: S3Client;
  readonly faults: StatementFaults;
}

interface Statement {
  readonly id: string;
  readonly sql: string;
  status: StatementStatusString;
  error: string | undefined;
  records: Records | null;
  changed: number;
  startedAt: number;
  endedAt: number;
}

/** Text as PostgreSQL wrote it. */
const AS_TEXT = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

export class Submission {
  readonly id = randomUUID();
  readonly input: SubmissionInput;
  readonly createdAt = new Date();
  readonly statements: readonly Statement[];
  status: StatementStatusString = 'SUBMITTED';
  /** Settles with its end, however that is. */
  readonly ended: Promise<void>;
  readonly #engines: Engines;
  #error: string | undefined;
  #updatedAt = new Date();
  #pid: number | undefined;
  #isCancelled = false;

  constructor(input: SubmissionInput, engines: Engines) {
    this.input = input;
    this.#engines = engines;
    this.statements = input.sqls.map((sql, index) => ({
      id: input.isBatch ? `${this.id}:${index + 1}` : this.id,
      sql,
      status: 'SUBMITTED',
      error: undefined,
      records: null,
      changed: 0,
      startedAt: 0,
      endedAt: 0,
    }));
    this.ended = this.#run();
  }

  get isOver(): boolean {
    return ['FINISHED', 'FAILED', 'ABORTED'].includes(this.status);
  }

  get updatedAt(): Date {
    return this.#updatedAt;
  }

  async cancel(): Promise<void> {
    this.#isCancelled = true;
    if (this.#pid !== undefined) await this.#engines.server.cancel(this.#pid);
    await this.ended;
  }

  describe(): DescribeStatementResponse {
    const { isBatch, sqls, parameters, target } = this.input;
    const [only] = this.statements;
    return {
      Id: this.id,
      ...target,
      Status: this.status,
      Error: this.#error,
      CreatedAt: this.createdAt,
      UpdatedAt: this.#updatedAt,
      Duration: this.statements.reduce((sum, one) => sum + durationOf(one), 0),
      QueryString: sqls[0],
      QueryParameters: parameters.length === 0 ? undefined : [...parameters],
      RedshiftPid: this.#pid ?? 0,
      RedshiftQueryId: 0,
      HasResultSet: this.statements.some(({ records }) => records !== null),
      ResultRows: only === undefined || isBatch ? -1 : rowsOf(only),
      ResultSize: only === undefined || isBatch ? -1 : (only.records?.bytes ?? 0),
      ...(isBatch ? { SubStatements: this.statements.map((one) => this.#describeSub(one)) } : {}),
    };
  }

  #describeSub(statement: Statement): SubStatementData {
    return {
      Id: statement.id,
      QueryString: statement.sql,
      Status: statement.status,
      Error: statement.error,
      Duration: durationOf(statement),
      CreatedAt: this.createdAt,
      UpdatedAt: new Date(statement.endedAt || this.createdAt),
      HasResultSet: statement.records !== null,
      ResultRows: rowsOf(statement),
      ResultSize: statement.records?.bytes ?? 0,
      RedshiftQueryId: 0,
    };
  }

  async #run(): Promise<void> {
    try {
      const { Database } = this.input.target;
      if (Database !== DATABASE) throw new StatementFailure(`FATAL: database "${Database}" does not exist`);
      this.#move('PICKED');
      const client = await this.#engines.server.session(this.input.target.SecretArn);
      try {
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        this.#pid = rows[0]?.pid;
        this.#move('STARTED');
        await this.#transact(client);
      } finally {
        this.#pid = undefined;
        client.release(true);
      }
      this.#move('FINISHED');
    } catch (error) {
      this.#error ??= reasonOf(error);
      for (const one of this.statements) if (one.status === 'SUBMITTED') one.status = 'ABORTED';
      this.#move(this.#isCancelled ? 'ABORTED' : 'FAILED');
    }
  }

  #move(status: StatementStatusString): void {
    this.status = status;
    this.#updatedAt = new Date();
  }

  async #transact(client: pg.ClientBase): Promise<void> {
    // Outside of a transaction VACUUM may run, as one statement alone may.
    const isAlone = this.statements.length === 1 && /^\s*vacuum/i.test(this.statements[0]?.sql ?? '');
    if (!isAlone) await client.query('BEGIN');
    for (const [index, statement] of this.statements.entries()) {
      statement.status = 'STARTED';
      statement.startedAt = Date.now();
      try {
        if (this.#isCancelled) throw new StatementFailure("Query cancelled on user's request");
        await this.#perform(statement, client);
        statement.status = 'FINISHED';
      } catch (error) {
        statement.status = this.#isCancelled ? 'ABORTED' : 'FAILED';
        statement.error = reasonOf(error);
        this.#error = this.input.isBatch ? `Query #${index + 1} failed with ${statement.error}` : statement.error;
        throw error;
      } finally {
        statement.endedAt = Date.now();
      }
    }
    if (!isAlone) await client.query('COMMIT');
  }

  async #perform(statement: Statement, client: pg.ClientBase): Promise<void> {
    const { sql } = statement;
    const { s3, faults } = this.#engines;
    const reason = faults.take(sql);
    if (reason !== null) throw new StatementFailure(reason);
    const reader = new TokenReader(sql.trim().replace(/;$/, ''));
    if (reader.accept('copy')) {
      statement.changed = await copy(reader, client, s3);
    } else if (reader.accept('unload')) {
      statement.changed = await unload(reader, client, s3);
    } else {
      refuseUnknown(sql);
      const text = rewrite(reader.sql);
      if (text === null) return;
      const bound = bind(text, this.input.parameters);
      const query = {
        text: bound.sql,
        values: [...bound.values],
        rowMode: 'array',
        types: AS_TEXT,
        queryMode: 'extended',
      };
      const result: pg.QueryArrayResult<(string | null)[]> = await client.query(query as pg.QueryArrayConfig);
      statement.changed = result.rowCount ?? 0;
      if (result.fields.length > 0) statement.records = recordsOf(result);
      // As on Redshift: whatever was done before stays done, also where a later statement fails.
      if (reader.accept('truncate')) {
        await client.query('COMMIT');
        await client.query('BEGIN');
      }
    }
  }
}

function durationOf({ startedAt, endedAt }: Statement): number {
  return Math.max(0, endedAt - startedAt) * 1_000_000;
}

function rowsOf({ records, changed }: Statement): number {
  return records?.rows.length ?? changed;
}
