/**
 * The Data API over the local PostgreSQL, in this process: transactions, tokens, users and COPY, with the few words
 * that Redshift has and PostgreSQL lacks. What the network and the service's own client add is tested elsewhere.
 */

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  type RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { clientOf, type Held } from '../../../adapters/local/warehouse/session.ts';

interface Run {
  status: 'STARTED' | 'FINISHED' | 'FAILED';
  error?: string;
  failedAt?: number;
  readonly sqls: readonly string[];
  rows: readonly (readonly (string | null)[])[];
  done: Promise<void>;
}

/** Of whom a secret is: its name ends in the user's. */
const userOf = (secretArn = '') => /(\w+)-\w{6}$/.exec(secretArn)?.[1] ?? 'landfall';

export class DataApiOverPostgres {
  private readonly held: Held;
  private readonly runs = new Map<string, Run>();
  /** Statements that were really begun, tokens that were known aside. */
  readonly begun: string[] = [];
  /** Told before each statement; may throw, as a service does that breaks. */
  before: (sql: string) => void | Promise<void> = () => undefined;

  private constructor(held: Held) {
    this.held = held;
  }

  /** Makes of a local warehouse one that nobody has set up. */
  static async over(held: Held): Promise<DataApiOverPostgres> {
    await held.client.query('DROP SCHEMA IF EXISTS landfall CASCADE; DROP OWNED BY bi_reader; DROP ROLE bi_reader');
    await held.client
      .query(`CREATE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql AS
      'SELECT clock_timestamp()::timestamp'`)
      .catch(() => undefined);
    await held.client.query(`CREATE VIEW public.svv_roles AS SELECT rolname AS role_name FROM pg_roles`);
    return new DataApiOverPostgres(held);
  }

  get client(): RedshiftDataClient {
    return { send: (command: unknown) => this.send(command) } as unknown as RedshiftDataClient;
  }

  /** What a user sees, as a BI tool that logged in. */
  async as<Result>(user: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const { port, data } = this.held;
    const client = clientOf(port, { user: 'landfall', password: data.credentials.owner, name: 'test' });
    await client.connect();
    try {
      await client.query(`SET SESSION AUTHORIZATION "${user}"`);
      return await work(client);
    } finally {
      await client.end();
    }
  }

  private async send(command: unknown): Promise<unknown> {
    if (command instanceof BatchExecuteStatementCommand) {
      const { Sqls = [], SecretArn, ClientToken = '' } = command.input;
      if (Sqls.length > 40) throw new Error('more than 40 statements');
      return { Id: this.begin(ClientToken, Sqls, userOf(SecretArn)) };
    }
    if (command instanceof ExecuteStatementCommand) {
      const { Sql = '', SecretArn, ClientToken = '' } = command.input;
      return { Id: this.begin(ClientToken, [Sql], userOf(SecretArn)) };
    }
    if (command instanceof CancelStatementCommand) return {};
    const id = (command as { input: { Id: string } }).input.Id;
    const run = this.runs.get(id) as Run;
    if (command instanceof DescribeStatementCommand) {
      await Promise.race([run.done, new Promise((next) => setTimeout(next, 20))]);
      const SubStatements = run.sqls.map((_, index) =>
        index === run.failedAt ? { Status: 'FAILED', Error: run.error } : { Status: 'FINISHED' },
      );
      return { Id: id, Status: run.status, Error: run.error, SubStatements };
    }
    if (command instanceof GetStatementResultCommand) {
      const at = Number(command.input.NextToken ?? 0);
      const Records = run.rows
        .slice(at, at + 2)
        .map((row) => row.map((value) => (value === null ? { isNull: true } : { stringValue: value })));
      return { Records, ...(at + 2 < run.rows.length ? { NextToken: String(at + 2) } : {}) };
    }
    throw new Error('not a call that is made');
  }

  private begin(token: string, sqls: readonly string[], user: string): string {
    if (this.runs.has(token)) return token;
    const run: Run = { status: 'STARTED', sqls, rows: [], done: Promise.resolve() };
    this.runs.set(token, run);
    run.done = this.as(user, (client) => this.execute(client, run)).catch((error: Error) => {
      run.error = `ERROR: ${error.message}`;
      run.status = 'FAILED';
    });
    return token;
  }

  private async execute(client: pg.Client, run: Run): Promise<void> {
    await client.query('SET search_path TO public');
    await client.query('BEGIN');
    for (const [index, sql] of run.sqls.entries()) {
      this.begun.push(sql);
      run.failedAt = index;
      await this.before(sql);
      const from = /^COPY (\S+) FROM 's3:\/\/([^']+)' IAM_ROLE '[^']+' FORMAT AS PARQUET$/.exec(sql);
      if (from === null) {
        const { rows } = await client.query({ text: inPostgres(sql), rowMode: 'array' });
        run.rows = (rows as unknown[][]).map((row) => row.map(plain));
      } else {
        const target = client.query(copyFrom(`COPY ${from[1]} FROM STDIN WITH (FORMAT csv)`));
        await pipeline(createReadStream(`/${from[2]}`), target);
      }
    }
    await client.query('COMMIT');
    delete run.failedAt;
    run.status = 'FINISHED';
  }
}

function inPostgres(sql: string): string {
  return sql
    .replace(/\bGRANT ROLE ("\w+") TO\b/, 'GRANT $1 TO')
    .replace(/\bTO ROLE (?=")/g, 'TO ')
    .replace(/( DISTKEY \("\w+"\))?( SORTKEY \("\w+"\))?$/, '')
    .replace('"svv_roles"', 'public.svv_roles');
}

function plain(value: unknown): string | null {
  if (value === null) return null;
  return value instanceof Date ? value.toISOString().replace('T', ' ').slice(0, 23) : String(value);
}
