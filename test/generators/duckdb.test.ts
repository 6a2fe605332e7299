import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { learnplatform } from '../../generators/learnplatform.ts';
import { type WriteResult, writeDataset } from '../../generators/write.ts';

let out = '';
let written: WriteResult;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'landfall-generators-'));
  written = await writeDataset(learnplatform, { out, scale: 0.01, seed: 6 });
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
});
afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await rm(out, { recursive: true, force: true });
});

async function rowOf(sql: string): Promise<unknown> {
  const reader = await connection.runAndReadAll(sql.replaceAll('$folder', join(out, 'learnplatform')));
  return reader.getRowsJson()[0];
}

describe('what another reader of CSV finds in the files', () => {
  it('reads every engagement row with its type', async () => {
    const row = await rowOf(`
      SELECT count(*)::INTEGER, min(time)::VARCHAR, max(time)::VARCHAR, max(pct_access) <= 100,
        count(*) = count(DISTINCT (filename, time, coalesce(lp_id, 0)))
      FROM read_csv('$folder/engagement_data/*.csv', filename = true, columns = {
        time: 'DATE', lp_id: 'INTEGER', pct_access: 'DECIMAL(5, 2)', engagement_index: 'DECIMAL(12, 2)'})`);

    // 13 districts and 372 products are in the other two files.
    expect(row).toEqual([written.rows - 13 - 372, '2020-01-01', '2020-12-31', true, true]);
  });

  it('reads the information files, with their quotes, commas and accents', async () => {
    const districts = await rowOf(`SELECT count(*)::INTEGER, count(*) FILTER (state = 'NaN')::INTEGER
      FROM read_csv('$folder/districts_info.csv', all_varchar = true)`);
    const products = await rowOf(`SELECT count(*)::INTEGER, count(DISTINCT "Product Name")::INTEGER,
        count(*) FILTER ("Product Name" LIKE '%"%"%') > 0, count(*) FILTER ("Product Name" LIKE '¡%') > 0
      FROM read_csv('$folder/products_info.csv', all_varchar = true)`);

    expect(districts).toEqual([13, 3]);
    expect(products).toEqual([372, 372, true, true]);
  });
});
