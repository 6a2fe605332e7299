/** What is beyond the sentences of the contract: repeats, left-overs, overtaking, and the books that spare a wake. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { type Held, hold } from '../../../../adapters/local/warehouse/session.ts';
import type { Publication, PublishMode } from '../../../../core/warehouse/types.ts';
import { parseGood } from '../../../infra/tea.ts';
import { DataApiOverPostgres } from '../../../support/redshift/data-api.ts';
import { FactsInMemory, migrateAll, migrationsFor, publisher } from '../../../support/redshift/warehouse.ts';
import { stopLeftover } from '../../../support/warehouse.ts';

let folder: string;
let held: Held;
let server: DataApiOverPostgres;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-redshift-'));
  held = await hold(folder, { name: 'test' });
  server = await DataApiOverPostgres.over(held);
  await migrateAll(server, migrationsFor({ contracts: [parseGood()], models: [], analyses: [], dashboards: [] }));
});
afterAll(async () => {
  await held.release();
  await stopLeftover(folder);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  server.begun.length = 0;
  server.before = () => undefined;
});

function publication(
  name: string,
  version: string,
  ids: readonly number[],
  mode: PublishMode = { kind: 'create' },
): Publication {
  const place = { dataset: 'tea-shop', schema: 'tea_shop', name, table: `tea_shop.${name}` };
  const file = join(folder, `${name}-${version}.csv`);
  writeFileSync(file, ids.map((id) => `${id}\n`).join(''));
  return {
    table: { ...place, description: '', key: [], comments: {} },
    columns: [{ name: 'id', type: 'integer' }],
    version,
    definition: 'd',
    mode,
    rows: async () => ({ rows: `s3:/${file}`, keys: mode.kind === 'rows' ? `s3:/${file}` : null }),
  };
}

const read = async (sql: string) => (await held.client.query({ text: sql, rowMode: 'array' })).rows;

it('what is asked again for the same run is not made again', async () => {
  const sales = publication('repeated', 'v1', [1, 2]);
  let killed = false;
  server.before = (sql) => {
    if (sql.startsWith('LOCK') && !killed) {
      killed = true;
      throw new Error('connection was closed');
    }
  };
  const rename = () => server.begun.filter((sql) => / RENAME TO "repeated"$/.test(sql));
  await publisher(server, 'run-1').publish([sales], []);
  expect(rename()).toHaveLength(1);
  const copies = server.begun.filter((sql) => sql.startsWith('COPY'));
  // As a function that is tried again: what had been done is found, not done twice.
  await publisher(server, 'run-1').publish([sales], []);
  expect(server.begun.filter((sql) => sql.startsWith('COPY'))).toEqual(copies);
  expect(rename()).toHaveLength(1);
  expect(await read('SELECT count(*)::integer FROM tea_shop.repeated')).toEqual([[2]]);
});

it('a data set of many tables switches in as few transactions as can be, each table as a whole', async () => {
  const many = Array.from({ length: 40 }, (_, index) => publication(`many_${index}`, 'v1', [index]));
  await publisher(server, 'run-many').publish(many, []);
  const locks = server.begun.filter((sql) => sql.startsWith('LOCK'));
  expect(locks).toHaveLength(2);
  expect(await read(`SELECT count(*)::integer FROM landfall.published WHERE table_name LIKE 'tea_shop.many%'`)).toEqual(
    [[40]],
  );
});

it('changed rows are refused where another has published meanwhile', async () => {
  await publisher(server, 'run-a').publish([publication('overtaken', 'v1', [1])], []);
  await publisher(server, 'run-b').publish([publication('overtaken', 'v2', [2], { kind: 'replace' })], []);
  const late = publication('overtaken', 'v3', [3], { kind: 'rows', by: ['id'], since: 'v1' });
  await expect(publisher(server, 'run-c').publish([late], [])).rejects.toThrow(
    /^tea_shop[.]overtaken: .*another run has published meanwhile.*\(run again/,
  );
  expect(await read('SELECT id FROM tea_shop.overtaken')).toEqual([[2]]);
});

it('what a killed one staged is seen by no books, and goes with a later publication', async () => {
  const leftOver = async () => (await read(`SELECT table_name FROM landfall.staged`)).length;
  const before = await leftOver();
  server.before = (sql) => {
    if (sql.startsWith('LOCK')) throw new Error('killed');
  };
  await expect(publisher(server, 'run-killed').publish([publication('left', 'v1', [1])], [])).rejects.toThrow('killed');
  server.before = () => undefined;
  expect(await leftOver()).toBe(before + 1);
  await publisher(server, 'run-soon').publish([publication('other', 'v1', [1])], []);
  expect(await leftOver()).toBe(before + 1);
  const tomorrow = Date.now() + 25 * 60 * 60 * 1000;
  await publisher(server, 'run-later', tomorrow).publish([publication('other', 'v2', [1], { kind: 'replace' })], []);
  expect(await leftOver()).toBe(0);
  expect(await read(`SELECT tablename FROM pg_tables WHERE tablename LIKE 'landfall!_%' ESCAPE '!'`)).toEqual([]);
});

it('what it holds is known without waking it, until something is about to be written', async () => {
  const facts = new FactsInMemory();
  await publisher(server, 'run-x', Date.now(), facts).publish([publication('known', 'v1', [1])], []);
  server.begun.length = 0;
  const known = await publisher(server, 'run-y', Date.now(), facts).published();
  expect(known.get('tea_shop.known')).toEqual({ version: 'v1', definition: 'd' });
  expect(server.begun).toEqual([]);
  server.before = () => {
    throw new Error('away');
  };
  await expect(
    publisher(server, 'run-z', Date.now(), facts).publish([publication('known', 'v2', [1])], []),
  ).rejects.toThrow('away');
  server.before = () => undefined;
  await publisher(server, 'run-y', Date.now(), facts).published();
  expect(server.begun).not.toEqual([]);
});
