/** What the lake exports arrives as it was, whichever way a table is published, and all of a data set or nothing. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Database } from '../../../../adapters/duckdb/database.ts';
import { readTable } from '../../../../adapters/local/lake/index.ts';
import { exportTable, renew, tableStates } from '../../../../adapters/local/lake/versions.ts';
import { PublishedBooks } from '../../../../adapters/local/warehouse/books.ts';
import { PostgresWarehouse } from '../../../../adapters/local/warehouse/publisher.ts';
import { asReader, select } from '../../../../adapters/local/warehouse/reader.ts';
import { type Held, hold } from '../../../../adapters/local/warehouse/session.ts';
import type { RowChange } from '../../../../core/models/changed-rows.ts';
import type { Publication, PublishMode, WarehouseTable } from '../../../../core/warehouse/types.ts';
import { stopLeftover } from '../../../support/warehouse.ts';

let state: string;
let lake: Database;
let warehouse: PostgresWarehouse;
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'landfall-publisher-'));
  mkdirSync(join(state, 'tmp'));
  lake = await Database.open({ file: null, readOnly: false, spill: null });
  await lake.run(`CREATE SCHEMA storage; CREATE SCHEMA shop;
    CREATE TABLE storage.versions (table_name VARCHAR, version VARCHAR, since VARCHAR, changed_by VARCHAR[], changed VARCHAR[][]);
    CREATE TABLE shop.sales (id BIGINT, "day" DATE, "at" TIMESTAMP, price DECIMAL(10,2), share DOUBLE, "a note" VARCHAR, paid BOOLEAN);
    CREATE TABLE shop.lone (note VARCHAR)`);
  await renew(lake, 'shop.sales');
  await renew(lake, 'shop.lone');
  warehouse = new PostgresWarehouse(() => hold(state, { name: 'test' }), new PublishedBooks(state));
});
afterEach(async () => {
  await warehouse.close();
  await stopLeftover(state);
  lake.close();
  rmSync(state, { recursive: true, force: true });
});

async function publication(name: string, mode: PublishMode): Promise<Publication> {
  const found = (await tableStates(lake)).get(`shop.${name}`);
  const table: WarehouseTable = {
    dataset: 'shop',
    schema: 'shop',
    name,
    table: `shop.${name}`,
    description: name,
    key: [],
    comments: {},
  };
  return {
    table,
    columns: found?.columns ?? [],
    version: found?.version ?? '',
    definition: 'same',
    mode,
    rows: () => exportTable(lake, join(state, 'tmp'), table.table, mode.kind === 'rows' ? mode.since : undefined),
  };
}

const both = async (sql: string) => {
  const held: Held = await hold(state, { name: 'test' });
  try {
    return [await readTable(lake, sql), await asReader(held, (client) => select(client, sql))];
  } finally {
    await held.release();
  }
};

const SALES = 'SELECT * FROM shop.sales ORDER BY id NULLS LAST, "a note" NULLS LAST, "day" NULLS LAST';

async function expectEqual(sql: string, rows: number): Promise<void> {
  const [ours, theirs] = await both(sql);
  expect(theirs?.rows).toEqual(ours?.rows);
  expect(theirs?.rows).toHaveLength(rows);
}

async function change(sql: string, how?: RowChange): Promise<void> {
  await lake.run(sql);
  await renew(lake, 'shop.sales', how);
}

it('every kind of value, the awkward ones too', async () => {
  await change(`INSERT INTO shop.sales VALUES
    (9007199254740993, '2020-02-29', '2020-01-01 10:00:00.123456', 12345678.90, 0.1 + 0.2, 'plain', true),
    (-1, '0001-01-01', '9999-12-31 23:59:59', -0.01, 5e-324, 'a "quoted", and', false),
    (2, NULL, NULL, NULL, 1.7976931348623157e308, 'two' || chr(13) || chr(10) || 'lines', NULL),
    (3, NULL, NULL, NULL, -1e-7, '', NULL), (4, NULL, NULL, NULL, 1e22, NULL, NULL),
    (5, NULL, NULL, NULL, 123456789012345680, '\\N', NULL), (6, NULL, NULL, NULL, NULL, 'back\\slash\\', NULL),
    (7, NULL, NULL, NULL, NULL, '  spaces ', NULL), (8, NULL, NULL, NULL, NULL, 'żółć 学校 🙂', NULL),
    (9, NULL, NULL, NULL, 'NaN', 'NULL', NULL), (10, NULL, NULL, NULL, 'Infinity', ';', NULL),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL)`);
  await lake.run(`INSERT INTO shop.lone VALUES ('\\.'), (NULL), (''), ('\\'), ('x')`);
  await warehouse.publish(
    [await publication('sales', { kind: 'create' }), await publication('lone', { kind: 'create' })],
    [],
  );
  await expectEqual(SALES, 12);
  await expectEqual('SELECT note, note IS NULL AS nothing FROM shop.lone ORDER BY note NULLS LAST', 5);
});

it('changed rows, replaced tables and new ones come to the same', async () => {
  await change(`INSERT INTO shop.sales (id, "day", "a note") SELECT i % 50, DATE '2020-01-01' + CAST(i % 7 AS INTEGER), 'n' || i FROM range(500) AS r(i);
    INSERT INTO shop.sales (id, "a note") VALUES (NULL, 'no id')`);
  await warehouse.publish([await publication('sales', { kind: 'create' })], []);
  for (const [sql, values] of [
    [`DELETE FROM shop.sales WHERE id = 7; UPDATE shop.sales SET "a note" = 'new' WHERE id = 9`, [['7'], ['9']]],
    [
      `UPDATE shop.sales SET "a note" = 'none' WHERE id IS NULL; INSERT INTO shop.sales (id) VALUES (77)`,
      [['NULL'], ['77']],
    ],
    ['SELECT 1', []],
  ] as const) {
    const before = (await warehouse.published()).get('shop.sales')?.version as string;
    await change(sql, { by: ['id'], values });
    expect((await tableStates(lake)).get('shop.sales')?.change).toEqual({ since: before, by: ['id'] });
    await warehouse.publish([await publication('sales', { kind: 'rows', by: ['id'], since: before })], []);
    const [ours, theirs] = await both(SALES);
    expect(theirs).toEqual({ ...ours, columns: theirs?.columns });
  }
  const before = (await warehouse.published()).get('shop.sales')?.version as string;
  await change(`DELETE FROM shop.sales WHERE id = 3 AND "day" = DATE '2020-01-03'`, {
    by: ['id', 'day'],
    values: [
      ['3', "CAST('2020-01-03' AS DATE)"],
      ['4', 'NULL'],
    ],
  });
  await warehouse.publish([await publication('sales', { kind: 'rows', by: ['id', 'day'], since: before })], []);
  const changed = await both(SALES);
  expect(changed[1]?.rows).toEqual(changed[0]?.rows);
  const then = (await warehouse.published()).get('shop.sales')?.version as string;
  await change(`INSERT INTO shop.sales (id, "a note") VALUES (501, 'n1 '), (502, 'żó  ')`, {
    by: ['a note'],
    values: [["'n1 '"], ["'żó  '"]],
  });
  await warehouse.publish([await publication('sales', { kind: 'rows', by: ['a note'], since: then })], []);
  const blanks = await both(SALES);
  expect(blanks[1]?.rows).toEqual(blanks[0]?.rows);
  await warehouse.publish([await publication('sales', { kind: 'replace' })], []);
  expect((await both(SALES))[1]).toEqual(blanks[1]);
});

it('tables that are exported at once have files of their own', async () => {
  const versions = await tableStates(lake);
  const [sales = '', lone = ''] = ['shop.sales', 'shop.lone'].map((table) => versions.get(table)?.version ?? '');
  await change('INSERT INTO shop.sales (id) VALUES (1)', { by: ['id'], values: [['1']] });
  await lake.run("INSERT INTO shop.lone VALUES ('x')");
  await renew(lake, 'shop.lone', { by: ['note'], values: [["'x'"]] });
  const exported = await Promise.all([
    exportTable(lake, join(state, 'tmp'), 'shop.sales', sales),
    exportTable(lake, join(state, 'tmp'), 'shop.lone', lone),
  ]);
  const texts = exported.map(({ rows, keys }) => [rows, keys].map((file) => readFileSync(file ?? '', 'utf8').trim()));
  expect(texts).toEqual([
    ['1,,,,,,', '1'],
    ['x', 'x'],
  ]);
});

it('all of it or nothing', async () => {
  await warehouse.publish(
    [await publication('sales', { kind: 'create' }), await publication('lone', { kind: 'create' })],
    [],
  );
  const before = await warehouse.published();
  await lake.run(`INSERT INTO shop.lone VALUES ('a zero' || chr(0))`);
  await renew(lake, 'shop.lone');
  await change('INSERT INTO shop.sales (id) VALUES (1)');
  await expect(
    warehouse.publish(
      [await publication('sales', { kind: 'replace' }), await publication('lone', { kind: 'replace' })],
      [],
    ),
  ).rejects.toThrow(/^shop[.]lone: .*0x00/);
  expect(await warehouse.published()).toEqual(before);
  await lake.run('DELETE FROM shop.lone');
  await warehouse.publish([await publication('sales', { kind: 'replace' })], ['shop.lone']);
  expect([...(await warehouse.published()).keys()]).toEqual(['shop.sales']);
  await expectEqual(SALES, 1);
});

it('what it holds is known without a server, until something is about to be written', async () => {
  const books = new PublishedBooks(state);
  expect(await books.read()).toEqual(new Map());
  await warehouse.publish([await publication('lone', { kind: 'create' })], []);
  const published = await warehouse.published();
  expect([...published.keys()]).toEqual(['shop.lone']);
  await warehouse.close();
  const asleep = new PostgresWarehouse(() => Promise.reject(new Error('nobody needs the server')), books);
  expect(await asleep.published()).toEqual(published);

  // As a kill while publishing leaves it.
  await books.clear();
  await expect(asleep.published()).rejects.toThrow('nobody needs the server');
});
