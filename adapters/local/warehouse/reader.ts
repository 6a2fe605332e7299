/** A person's question to the warehouse, asked as the reader that BI tools are: one SELECT, read-only. */

import type pg from 'pg';
import { asksOnly } from '../../../core/asks-only.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import { LandfallError } from '../../../core/problems.ts';
import type { ResultTable, Value } from '../../../core/tabular.ts';
import { milliseconds } from '../../../core/tabular.ts';
import { identifier, READER, selectPublished } from '../../../core/warehouse/statements.ts';
import { DATABASE, readData } from './data.ts';
import { findPostmaster, HOST, isServerOf } from './server.ts';
import { clientOf, type Held, hold } from './session.ts';

/** How a BI tool connects. */
export interface Connection {
  readonly host: string;
  /** Null where no server is up. */
  readonly port: number | null;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** Rows fetched at a time. */
const BATCH = 10_000;

/** By PostgreSQL's number of a type; others are text. */
const TYPES: Readonly<Record<number, ColumnType>> = {
  16: 'boolean',
  20: 'bigint',
  21: 'integer',
  23: 'integer',
  700: 'double',
  701: 'double',
  1082: 'date',
  1114: 'timestamp',
  1184: 'timestamp',
  1700: 'double',
};

/** @throws LandfallError `no-warehouse`; exit code 2 where the text is not one SELECT, 1 where it fails. */
export async function queryWarehouse(state: string, sql: string): Promise<ResultTable> {
  if (sql.trim() === '') throw refused('expected one SELECT, found nothing');
  await expectData(state);
  const held = await hold(state, { name: 'query' });
  try {
    return await asReader(held, (client) => select(client, sql));
  } finally {
    await held.release();
  }
}

/** Null where no run has made a warehouse yet. */
export async function warehouseConnection(state: string): Promise<Connection | null> {
  const data = await readData(state);
  if (data === null) return null;
  const found = await findPostmaster(data.path);
  const isUp = found?.isReady === true && (await isServerOf(data.path, found.pid));
  return connectionOf(data.credentials.reader, isUp ? (found?.port ?? null) : null);
}

export function connectionOf(password: string, port: number | null): Connection {
  return { host: HOST, port, database: DATABASE, user: READER, password };
}

/** table_name and rows of what is published, as the reader sees it. */
export async function publishedTables(state: string): Promise<ResultTable> {
  const held = await hold(state, { name: 'status' });
  try {
    const { rows } = await held.client.query<{ table_name: string }>(selectPublished());
    if (rows.length === 0) return { columns: [], rows: [] };
    const counts = rows.map(({ table_name }) => {
      const name = table_name.split('.').map(identifier).join('.');
      return `SELECT '${table_name}' AS table_name, count(*) AS rows FROM ${name}`;
    });
    return await asReader(held, (client) => select(client, `${counts.join(' UNION ALL ')} ORDER BY table_name`));
  } finally {
    await held.release();
  }
}

/** @throws LandfallError `no-warehouse` */
export async function expectData(state: string): Promise<void> {
  if ((await readData(state)) !== null) return;
  const hint = 'landfall run makes it';
  throw new LandfallError({ code: 'no-warehouse', file: state, message: 'there is no warehouse yet', hint });
}

export async function asReader<Result>(held: Held, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = clientOf(held.port, { user: READER, password: held.data.credentials.reader, name: 'query' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A cursor is declared for a SELECT and nothing else, and the extended protocol takes one statement only. */
export async function select(client: pg.Client, sql: string): Promise<ResultTable> {
  await client.query('BEGIN READ ONLY');
  try {
    await client.query(extended(`DECLARE asked NO SCROLL CURSOR FOR ${sql}`));
    const rows: Value[][] = [];
    for (;;) {
      const found = await client.query(extended(`FETCH ${BATCH} FROM asked`));
      const columns = found.fields.map(({ name, dataTypeID }) => ({ name, type: TYPES[dataTypeID] ?? 'string' }));
      for (const row of found.rows as (string | null)[][]) {
        rows.push(row.map((value, index) => plainValue(value, columns[index]?.type ?? 'string')));
      }
      if (found.rows.length < BATCH) return { columns, rows };
    }
  } catch (error) {
    throw explained(error as pg.DatabaseError, sql);
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
  }
}

function extended(text: string): pg.QueryArrayConfig {
  const types = { getTypeParser: () => (value: string) => value };
  return { text, rowMode: 'array', queryMode: 'extended', types } as pg.QueryArrayConfig;
}

/** As the lake's: what a number can't hold exactly stays text. */
function plainValue(value: string | null, type: ColumnType): Value {
  if (value === null) return null;
  if (type === 'boolean') return value === 't';
  if (type === 'timestamp') return milliseconds(value);
  if (type === 'integer' || type === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (type !== 'double') return value;
  const number = Number(value);
  return Number.isInteger(number) && !Number.isSafeInteger(number) && /^-?\d+$/.test(value) ? value : number;
}

function explained(error: pg.DatabaseError, sql: string): LandfallError {
  const { message, code } = error;
  if (code === '42601' && /multiple commands/.test(message))
    return refused('expected one SELECT, found several statements');
  if (code === '42601' && !asksOnly(sql)) return refused('expected a SELECT: a query only reads');
  // A permission that lacks, a data-modifying WITH, SELECT INTO.
  if (code === '42501' || /^DECLARE CURSOR|^SELECT \.\.\. INTO/.test(message)) return refused(message);
  return new LandfallError({ code: 'query-failed', message: message.replace(/^DECLARE CURSOR /, '') });
}

function refused(message: string): LandfallError {
  return new LandfallError({ code: 'query-refused', message, hint: 'landfall query --warehouse "SELECT …"' }, 2);
}
