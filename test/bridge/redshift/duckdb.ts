/** DuckDB between Parquet and the CSV that PostgreSQL takes: text is in quotes, and null is a bare \N. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export const CSV = `FORMAT csv, NULL '\\N'`;

export interface Workshop {
  /** A folder that is gone afterwards. */
  readonly folder: string;
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
}

export async function withDuckdb<T>(work: (workshop: Workshop) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-bridge-'));
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '500MB', temp_directory: folder });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    return await work({
      folder,
      rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
    });
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}
