/** A person's question to the lake: one SELECT, read-only, without a way to the file system or the network. */

import { existsSync } from 'node:fs';
import { StatementType } from '@duckdb/node-api';
import type { LakeReader } from '../../core/ports.ts';
import { LandfallError } from '../../core/problems.ts';
import type { ResultTable } from '../../core/tabular.ts';
import { Database, stateFile } from '../duckdb/database.ts';
import { lakeReader, readTable } from './lake/index.ts';

/**
 * @param onWait told once where another process holds the lake.
 * @throws LandfallError exit code 2 where the text is not one SELECT, 1 where it fails.
 */
export async function queryLake(state: string, sql: string, onWait: (holder: string) => void): Promise<ResultTable> {
  if (sql.trim() === '') throw refused('expected one SELECT, found nothing');
  const file = existsSync(stateFile(state)) ? stateFile(state) : null;
  const database = await Database.open({ file, readOnly: true, spill: null, onWait });
  try {
    await lockDown(database);
    await checkSelect(database, sql);
    return await readTable(database, sql);
  } catch (error) {
    throw explained(error, file === null ? state : null);
  } finally {
    database.close();
  }
}

/** Landfall's own questions, over one opening of the lake. @throws LandfallError `no-lake` where there is none. */
export async function readLake<Result>(
  state: string,
  onWait: (holder: string) => void,
  work: (read: (sql: string) => Promise<ResultTable>, lake: LakeReader) => Promise<Result>,
): Promise<Result> {
  const file = stateFile(state);
  if (!existsSync(file)) {
    const hint = 'landfall run makes it';
    throw new LandfallError({ code: 'no-lake', file: state, message: 'there is no lake yet', hint });
  }
  const database = await Database.open({ file, readOnly: true, spill: null, onWait });
  try {
    await lockDown(database);
    return await work((sql) => readTable(database, sql), lakeReader(database));
  } finally {
    database.close();
  }
}

async function lockDown(database: Database): Promise<void> {
  await database.run('SET enable_external_access = false');
  await database.run('SET lock_configuration = true');
}

async function checkSelect(database: Database, sql: string): Promise<void> {
  const statements = await database.connection.extractStatements(sql);
  if (statements.count !== 1) throw refused(`expected one SELECT, found ${statements.count} statements`);
  const statement = await statements.prepare(0);
  const type = statement.statementType;
  statement.destroySync();
  // EXPLAIN ANALYZE runs what it explains, a COPY among them.
  if (type !== StatementType.SELECT) {
    throw refused(`expected a SELECT, found ${StatementType[type] ?? 'another statement'}: a query only reads`);
  }
  await checkFunctions(database, sql);
}

/** The engine lets a query read the very file that it has open: no query has a reason to read files at all. */
async function checkFunctions(database: Database, sql: string): Promise<void> {
  const [row] = await database.rows<{ ast: string }>('SELECT json_serialize_sql(CAST($1 AS VARCHAR)) AS ast', [sql]);
  const found = /"function_name":"(read_\w+|\w*_scan|glob|sniff_csv|parquet_\w+|query|query_table)"/i.exec(
    row?.ast ?? '',
  )?.[1];
  if (found !== undefined) throw refused(`${found}() reads files, and a query reads tables only`);
}

function refused(message: string): LandfallError {
  return new LandfallError({ code: 'query-refused', message, hint: 'landfall query "SELECT …"' }, 2);
}

function explained(error: unknown, missing: string | null): Error {
  if (error instanceof LandfallError) return error;
  const message = error instanceof Error ? error.message.trim() : String(error);
  const code = /disabled by configuration|file system operations/i.test(message) ? 'query-refused' : 'query-failed';
  const problem = { code, message };
  const hint =
    missing !== null && /does not exist/i.test(message)
      ? `there is no lake in ${missing} yet: landfall run makes it`
      : undefined;
  return new LandfallError(hint === undefined ? problem : { ...problem, hint });
}
