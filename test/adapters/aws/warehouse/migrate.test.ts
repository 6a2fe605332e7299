/** Migrations twice, from an older version, by two at once, and one that fails. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Held, hold } from '../../../../adapters/local/warehouse/session.ts';
import type { Contract } from '../../../../core/contracts/types.ts';
import type { Migration } from '../../../../core/warehouse/migrations.ts';
import type { WarehouseColumn } from '../../../../core/warehouse/types.ts';
import { parseGood } from '../../../infra/tea.ts';
import { DataApiOverPostgres } from '../../../support/redshift/data-api.ts';
import { migrateAll, migrationsFor } from '../../../support/redshift/warehouse.ts';
import { stopLeftover } from '../../../support/warehouse.ts';

let folder: string;
let held: Held;
let server: DataApiOverPostgres;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-migrate-'));
  held = await hold(folder, { name: 'test' });
  server = await DataApiOverPostgres.over(held);
});
afterEach(async () => {
  await held.release();
  await stopLeftover(folder);
  rmSync(folder, { recursive: true, force: true });
});

const tea = parseGood();
const published = (contract: Contract): Contract => ({
  ...contract,
  tables: contract.tables.map((table) => ({ ...table, warehouse: { publish: true } })),
});

function given(contracts: readonly Contract[], ...columns: readonly WarehouseColumn[]) {
  const names = contracts.flatMap(({ schema, tables }) => tables.map(({ name }) => `${schema}.${name}`));
  return migrationsFor(
    { contracts, models: [], analyses: [], dashboards: [] },
    new Map(names.map((name) => [name, columns])),
  );
}

const ID: WarehouseColumn = { name: 'id', type: 'bigint' };
const read = async (sql: string) => (await held.client.query({ text: sql, rowMode: 'array' })).rows;
const asReader = (sql: string) => server.as('bi_reader', async (client) => (await client.query(sql)).rows);

it('make typed and empty tables that the reader sees before data lands, and what comes later, too', async () => {
  const all = given([published(tea)], ID, { name: 'note', type: 'string' });
  expect(await migrateAll(server, all)).toBe(all.migrations.length);
  expect(await asReader('SELECT * FROM tea_shop.sales')).toEqual([]);
  expect(await asReader('SELECT * FROM landfall_catalog.published_tables')).toEqual([]);
  await server.as('landfall_owner', (client) => client.query('CREATE TABLE tea_shop.later AS SELECT 1 AS a'));
  expect(await asReader('SELECT * FROM tea_shop.later')).toEqual([{ a: 1 }]);
  for (const forbidden of [
    'SELECT * FROM landfall.published',
    'INSERT INTO tea_shop.sales (id) VALUES (1)',
    'CREATE TABLE tea_shop.mine (a integer)',
    'CREATE TABLE landfall_catalog.mine (a integer)',
    'CREATE TABLE public.mine (a integer)',
    'CREATE TEMP TABLE mine (a integer)',
    'CREATE SCHEMA mine',
  ]) {
    await expect(asReader(forbidden)).rejects.toThrow(/permission denied/);
  }
  await expect(server.as('landfall_owner', (client) => client.query('CREATE SCHEMA mine'))).rejects.toThrow(
    /permission denied/,
  );
});

it('made twice change nothing the second time, however often they are asked for', async () => {
  const all = given([published(tea)], ID);
  await migrateAll(server, all);
  server.begun.length = 0;
  expect(await migrateAll(server, all)).toBe(0);
  expect(server.begun.filter((sql) => !/^(SELECT|ALTER USER "\w+" PASSWORD) ?/.test(sql))).toEqual([]);
  // The same ones under another hash: every statement again.
  expect(await migrateAll(server, { ...all, hash: 'f'.repeat(64) })).toBe(all.migrations.length);
});

it('take an older version to a newer one, and no row or table away', async () => {
  await migrateAll(server, given([published(tea)], ID));
  await server.as('landfall_owner', (client) =>
    client.query(
      `INSERT INTO tea_shop.sales VALUES (1); INSERT INTO landfall.published VALUES ('tea_shop.sales', 'v1', 'd1')`,
    ),
  );
  const farm = { ...published(tea), dataset: 'farm', schema: 'farm' };
  await migrateAll(server, given([{ ...tea, tables: [] }, farm], ID, { name: 'eggs', type: 'integer' }));
  expect(await asReader('SELECT * FROM tea_shop.sales')).toEqual([{ id: '1' }]);
  expect(await asReader('SELECT id, eggs FROM farm.sales')).toEqual([]);
  expect(await read('SELECT table_name, version FROM landfall.published')).toEqual([['tea_shop.sales', 'v1']]);
});

it('made by two at once are made once, and both are content', async () => {
  const all = given([published(tea)], ID);
  await migrateAll(server, { migrations: [], hash: '0'.repeat(64) }).catch(() => undefined);
  await Promise.all([migrateAll(server, all), migrateAll(server, all)]);
  expect(await read('SELECT hash FROM landfall.migrations')).toEqual([[all.hash]]);
  expect(await asReader('SELECT * FROM tea_shop.sales')).toEqual([]);
});

it('that fail say where, leave what was, and are made when they are mended', async () => {
  const all = given([published(tea)], ID);
  const bad: Migration = {
    name: 'a mistake',
    as: 'owner',
    statements: [
      { sql: 'CREATE TABLE "tea_shop"."half" ("a" integer)' },
      { sql: 'CREATE TABLE "nowhere"."t" ("a" integer)' },
    ],
  };
  await expect(migrateAll(server, { ...all, migrations: [...all.migrations, bad] })).rejects.toThrow(
    /^migration "a mistake", CREATE TABLE "nowhere"[.]"t" \("a" integer\): ERROR: schema "nowhere" does not exist/,
  );
  expect(await read(`SELECT tablename FROM pg_tables WHERE tablename = 'half'`)).toEqual([]);
  expect(await read('SELECT hash FROM landfall.migrations')).toEqual([]);
  expect(await migrateAll(server, all)).toBe(all.migrations.length);
});
