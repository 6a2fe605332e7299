import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readParity, recordParity, renderParity } from '../engines/support/parity-table.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-parity-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('where nothing was compared there is no table', () => {
  expect(renderParity(readParity(folder))).toBe('');
});

test('a row a table, a column an engine, a table a load', () => {
  const sales = { data: 'a sample', table: 'shop.sales', rows: 12_345, columns: 4 };
  recordParity(folder, { ...sales, engine: 'Trino', differences: 1 });
  recordParity(folder, { ...sales, engine: 'Trino', differences: 0 });
  recordParity(folder, { ...sales, engine: 'Spark', differences: 0 });
  recordParity(folder, {
    data: 'a sample',
    table: 'shop.goods',
    rows: 3,
    columns: 2,
    engine: 'PostgreSQL',
    differences: 1_200,
  });
  recordParity(folder, { ...sales, data: 'another', engine: 'Trino', differences: 2 });
  expect(renderParity(readParity(folder))).toBe(`a sample
table         rows  columns  DuckDB = Spark  DuckDB = Trino  DuckDB = PostgreSQL
----------  ------  -------  --------------  --------------  -------------------
shop.goods       3        2               -               -         1,200 DIFFER
shop.sales  12,345        4               0               0                    -

another
table         rows  columns  DuckDB = Spark  DuckDB = Trino  DuckDB = PostgreSQL
----------  ------  -------  --------------  --------------  -------------------
shop.sales  12,345        4               -        2 DIFFER                    -
`);
});
