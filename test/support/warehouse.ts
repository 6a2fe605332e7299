/** Compares what the warehouse holds with the lake, row by row. */

import { join } from 'node:path';
import { Database, stateFile } from '../../adapters/duckdb/database.ts';
import { readTable } from '../../adapters/local/lake/index.ts';
import { loadProject } from '../../adapters/local/project.ts';
import { asReader, select } from '../../adapters/local/warehouse/reader.ts';
import { findPostmaster, isServerOf, stopServer } from '../../adapters/local/warehouse/server.ts';
import { hold } from '../../adapters/local/warehouse/session.ts';
import type { ResultTable } from '../../core/tabular.ts';
import { warehouseTables } from '../../core/warehouse/tables.ts';

export const dataOf = (state: string) => join(state, 'warehouse', 'data');

/** The server of this state that is up, if any. */
export async function serverOf(state: string): Promise<number | null> {
  const found = await findPostmaster(dataOf(state));
  return found !== null && (await isServerOf(dataOf(state), found.pid)) ? found.pid : null;
}

/** What a failing test leaves must not outlive it. */
export const stopLeftover = (state: string) => stopServer(dataOf(state));

/** By table, how many rows are equal; throws, naming the table, where one is not. */
export async function compareWithLake(state: string): Promise<Record<string, number>> {
  const [held, lake] = [
    await hold(state, { name: 'test' }),
    await Database.open({ file: stateFile(state), readOnly: true, spill: null }),
  ];
  const compared: Record<string, number> = {};
  try {
    for (const { table } of warehouseTables(await loadProject())) {
      const ours = await readTable(lake, `SELECT * FROM ${table}`);
      const theirs = await asReader(held, (client) => select(client, `SELECT * FROM ${table}`));
      const [wanted, found] = [sorted(ours), sorted(theirs)];
      const at = wanted.findIndex((row, index) => row !== found[index]);
      const names = ours.columns.map(({ name }) => name).join() === theirs.columns.map(({ name }) => name).join();
      if (!names || at >= 0 || wanted.length !== found.length) {
        throw new Error(
          `${table}: ${wanted.length} rows in the lake, ${found.length} in the warehouse; ${wanted[at]} against ${found[at]}`,
        );
      }
      compared[table] = wanted.length;
    }
  } finally {
    lake.close();
    await held.release();
  }
  return compared;
}

function sorted({ rows }: ResultTable): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
