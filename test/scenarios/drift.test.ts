/** Drift by the command line alone: each kind under each policy, with the rows, the record and what is told of it. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DriftPolicy } from '../../core/contracts/drift/types.ts';
import { Workspace } from '../support/cli.ts';
import { SHOP } from '../support/shop-contract.ts';
import { stopLeftover } from '../support/warehouse.ts';

const contract = (policy: DriftPolicy, protect = '', table = '') =>
  `${SHOP.replace('schema:', `customProperties: [{property: drift, value: ${policy}}]\nschema:`)}
    description: One thing sold.
    customProperties:
      - {property: landing, value: 'sold/*.csv'}
      - {property: load, value: merge}${table}
    properties:
      - {name: id, logicalType: integer, required: true, primaryKey: true}
      - {name: price, logicalType: integer}
      - {name: item, logicalType: string${protect}}
`;

let work: Workspace;
let project: string;
beforeEach(() => {
  work = new Workspace();
  project = work.project();
  for (const folder of ['contracts', 'queries']) rmSync(join(project, folder), { recursive: true });
  for (const folder of ['contracts', 'queries/shop']) mkdirSync(join(project, folder), { recursive: true });
  writeFileSync(join(project, 'queries/shop/all_sold.sql'), 'SELECT * FROM shop.purchases\n');
  writeFileSync(join(project, 'queries/shop/all_sold.yml'), 'description: All of it.\nmaterialize: view\nkey: [id]\n');
});
afterEach(() => work.close());

const say = (policy: DriftPolicy, protect?: string, table?: string) =>
  writeFileSync(join(project, 'contracts/shop.odcs.yaml'), contract(policy, protect, table));
const cli = (...args: string[]) => work.cli([...args, '--state', work.state, '--project', project]);
const run = (...more: string[]) => cli('run', '--landing', work.landing, '--no-warehouse', ...more);
const rows = (columns = '*') =>
  work.query(`SELECT ${columns.replace('*', '* EXCLUDE (_load_id)')} FROM shop.purchases ORDER BY id`);
const records = () =>
  work.query(
    'SELECT source_file, kind, column_name, policy, action FROM ops.drift ORDER BY load_id, kind, column_name',
  );

const FIRST = 'id,price,item\n1,10,tea\n';
/** A first file as agreed, and a second that is not. */
async function land(policy: DriftPolicy, second: string): Promise<string> {
  say(policy);
  work.drop('shop/sold/1.csv', FIRST);
  expect((await run()).code).toBe(0);
  work.drop('shop/sold/2.csv', second);
  const { stdout, stderr } = await run();
  return stdout + stderr;
}
const record = (kind: string, column_name: string | null, policy: string, action: string) => ({
  ...{ source_file: 'shop/sold/2.csv', kind, column_name, policy, action },
});
const refused = () => work.query("SELECT source_file FROM ops.loads WHERE status = 'refused'");
const SECOND = [{ source_file: 'shop/sold/2.csv' }];

describe('a new column', () => {
  const file = 'id,price,item,Unit Price\n2,20,mug,1.50\n3,30,jug,\n';

  it('evolve: the table, and a model that takes all of it, have it from now on', async () => {
    const told = await land('evolve', file);
    expect(told).toContain('the contract has no column "Unit Price" of the header: added');
    expect(await rows('id, price, unit_price')).toEqual([
      { id: 1, price: 10, unit_price: null },
      { id: 2, price: 20, unit_price: '1.50' },
      { id: 3, price: 30, unit_price: null },
    ]);
    expect(await work.query('SELECT id, unit_price FROM shop.all_sold WHERE unit_price IS NOT NULL')).toEqual([
      { id: 2, unit_price: '1.50' },
    ]);
    expect(await records()).toEqual([record('new_column', 'unit_price', 'evolve', 'added')]);
    // Files without it are no drift of it; nor is it dropped, or its record made again.
    work.drop('shop/sold/3.csv', 'id,price,item\n4,40,pot\n');
    work.drop('shop/sold/2.csv', 'id,price,item\n2,21,mug\n');
    expect((await run()).code).toBe(0);
    expect(await rows('id, price, unit_price')).toEqual([
      { id: 1, price: 10, unit_price: null },
      { id: 2, price: 21, unit_price: null },
      { id: 4, price: 40, unit_price: null },
    ]);
    expect(await records()).toHaveLength(1);
  }, 60_000);

  it('quarantine: the row is loaded, its value kept aside until its file comes anew', async () => {
    const told = await land('quarantine', file);
    expect(told).toContain('the contract has no column "Unit Price" of the header: kept aside');
    expect(await rows()).toEqual([
      { id: 1, price: 10, item: 'tea', _source_file: 'shop/sold/1.csv', _row_number: 1 },
      { id: 2, price: 20, item: 'mug', _source_file: 'shop/sold/2.csv', _row_number: 1 },
      { id: 3, price: 30, item: 'jug', _source_file: 'shop/sold/2.csv', _row_number: 2 },
    ]);
    expect(await work.query('SELECT * EXCLUDE (load_id) FROM ops.drift_values')).toEqual([
      {
        ...{ dataset: 'shop', table_name: 'purchases', source_file: 'shop/sold/2.csv', row_number: 1 },
        ...{ column_name: 'unit_price', value: '1.50' },
      },
    ]);
    expect(await records()).toEqual([record('new_column', 'unit_price', 'quarantine', 'kept aside')]);
    expect((await run()).stdout).toContain('nothing new to load');
    work.drop('shop/sold/2.csv', 'id,price,item,Unit Price\n2,20,mug,1.75\n');
    await run();
    expect(await work.query('SELECT value FROM ops.drift_values')).toEqual([{ value: '1.75' }]);
    await cli('forget', '--dataset', 'shop', '--table', 'purchases', '--where', 'id=2');
    expect(await work.query('SELECT value FROM ops.drift_values')).toEqual([]);
  }, 60_000);

  it('freeze: the file is refused, and loads once the policy lets it, alone', async () => {
    expect(await land('freeze', file)).toContain('unknown column "Unit Price" in the header');
    expect(await rows('id')).toEqual([{ id: 1 }]);
    expect(await refused()).toEqual(SECOND);
    expect(await records()).toEqual([record('new_column', 'unit_price', 'freeze', 'refused')]);
    expect((await run()).stdout).toContain('nothing new to load');
    expect(await records()).toHaveLength(1);

    say('quarantine');
    expect((await run()).stdout).toContain('1 file loaded, 1 file known already');
    expect(await work.query('SELECT value FROM ops.drift_values')).toEqual([{ value: '1.50' }]);
    say('evolve');
    expect((await run()).stdout).toContain('1 file loaded, 1 file known already');
    expect(await rows('id, unit_price')).toEqual([
      { id: 1, unit_price: null },
      { id: 2, unit_price: '1.50' },
      { id: 3, unit_price: null },
    ]);
    expect(await work.query('SELECT value FROM ops.drift_values')).toEqual([]);
    expect(await records()).toEqual([record('new_column', 'unit_price', 'evolve', 'added')]);
    // What the table has learnt is its own.
    say('freeze');
    expect((await run()).stdout).toContain('nothing new to load');
    work.drop('shop/sold/3.csv', 'id,price,item,unit_price\n4,40,pot,9\n');
    expect((await run()).code).toBe(0);
    expect(await rows('id, unit_price')).toContainEqual({ id: 4, unit_price: '9' });
  }, 90_000);
});

describe('a missing column', () => {
  it.each(['evolve', 'quarantine', 'freeze'] as const)(
    '%s: an optional one is null',
    async (policy) => {
      expect(await land(policy, 'id,item\n2,mug\n')).toContain('the header has no column "price": null');
      expect(await rows('id, price')).toEqual([
        { id: 1, price: 10 },
        { id: 2, price: null },
      ]);
      expect(await records()).toEqual([record('missing_column', 'price', policy, 'null')]);
      expect(await refused()).toEqual([]);
    },
    60_000,
  );

  it.each(['evolve', 'quarantine', 'freeze'] as const)(
    '%s: without a required one, the file is refused',
    async (policy) => {
      expect(await land(policy, 'price,item\n20,mug\n')).toContain('the header has no column "id"');
      expect(await rows('id')).toEqual([{ id: 1 }]);
      expect(await records()).toEqual([record('missing_column', 'id', policy, 'refused')]);
      expect(await refused()).toEqual(SECOND);
    },
    60_000,
  );
});

it.each(['evolve', 'quarantine', 'freeze'] as const)(
  'another order, %s: loaded by name',
  async (policy) => {
    await land(policy, 'item,price,id\nmug,20,2\n');
    expect(await rows('id, price, item')).toEqual([
      { id: 1, price: 10, item: 'tea' },
      { id: 2, price: 20, item: 'mug' },
    ]);
    expect(await records()).toEqual([record('column_order', null, policy, 'loaded by name')]);
    // The order that the files have by now is no drift.
    work.drop('shop/sold/3.csv', 'item,price,id\npot,40,4\n');
    await run();
    expect(await records()).toHaveLength(1);
  },
  60_000,
);

describe('another type', () => {
  const bad = Array.from({ length: 10 }, (_, index) => ({ row_number: index + 1 }));
  const file = `id,price,item\n${bad.map(({ row_number }) => `${row_number + 5},1.${row_number},mug\n`).join('')}5,4,cup\n`;
  const suggested = "its values can be read as double: correct the file, or the column's type in the contract";

  it.each(['evolve', 'quarantine'] as const)(
    '%s: the rows wait in quarantine',
    async (policy) => {
      expect(await land(policy, file)).toContain('10 of 11 values of "price" are no integer: rows quarantined');
      expect(await rows('id')).toEqual([{ id: 1 }, { id: 5 }]);
      expect(await work.query("SELECT row_number FROM ops.quarantine WHERE status = 'open' ORDER BY ALL")).toEqual(bad);
      expect(await records()).toEqual([record('column_type', 'price', policy, 'rows quarantined')]);
      expect(await work.query('SELECT suggestion FROM ops.drift')).toEqual([{ suggestion: suggested }]);
    },
    60_000,
  );

  it('freeze: the file is refused whole, until the policy lets it', async () => {
    expect(await land('freeze', file)).toContain(`10 of 11 values of "price" are no integer (${suggested})`);
    expect(await rows('id')).toEqual([{ id: 1 }]);
    expect(await refused()).toEqual(SECOND);
    expect(await work.query('SELECT count(*) AS n FROM ops.quarantine')).toEqual([{ n: 0 }]);
    expect(await records()).toEqual([record('column_type', 'price', 'freeze', 'refused')]);
    say('quarantine');
    await run();
    expect(await rows('id')).toEqual([{ id: 1 }, { id: 5 }]);
  }, 60_000);
});

it.each([
  ['evolve', 'added', 'null'],
  ['quarantine', 'kept aside', 'null'],
  ['freeze', 'refused', 'refused'],
] as const)(
  'a renamed column, %s: suggested, and otherwise a missing and a new one',
  async (policy, fresh, gone) => {
    await land(policy, 'id,prices,item\n2,20,mug\n');
    expect(await records()).toEqual([
      record('new_column', 'prices', policy, fresh),
      record('renamed_column', 'price', policy, gone),
    ]);
    const suggestions = await work.query<{ suggestion: string }>('SELECT suggestion FROM ops.drift ORDER BY kind');
    expect(suggestions.map(({ suggestion }) => suggestion)).toEqual([
      'it may be "price" under another name',
      'column "prices" of the header may be it: rename it in the file, or say so by source in the contract',
    ]);
    expect(await rows('id')).toHaveLength(policy === 'freeze' ? 1 : 2);
  },
  60_000,
);

it('status and the report tell of it, a dry run before it happens', async () => {
  say('evolve');
  work.drop('shop/sold/1.csv', FIRST);
  await run();
  const { stdout: none } = await cli('status');
  expect(none).toContain('drift: files whose columns differ from the contract\nnone\n');
  work.drop('shop/sold/2.csv', 'id,price,item,colour\n2,20,mug,red\n');
  const dry = await run('--dry-run');
  expect(dry.stdout + dry.stderr).toContain('the contract has no column "colour" of the header: added');
  expect(await records()).toEqual([]);
  await run();
  const { stdout: text } = await cli('status');
  expect(text).toMatch(
    /drift: files whose columns differ from the contract\n.*\n.*\n.*shop\/sold\/2\.csv .* new_column .* colour .* added /,
  );
  const { drift } = JSON.parse((await cli('status', '--json')).stdout);
  expect(drift).toMatchObject([
    { source_file: 'shop/sold/2.csv', kind: 'new_column', column_name: 'colour', action: 'added', policy: 'evolve' },
  ]);
  const report = readFileSync(join(work.state, 'report/index.html'), 'utf8');
  expect(report).toContain('Where files differ from their contract');
  expect(report).toContain('the contract has no column &quot;colour&quot; of the header');
}, 60_000);

it.each(['evolve', 'quarantine'] as const)(
  '%s, of a table with a protected column: nothing of an unknown column is kept, not even its name',
  async (policy) => {
    say(policy, ', customProperties: [{property: protect, value: mask}]');
    work.drop('shop/sold/1.csv', 'id,price,item,Jane Roe\n1,10,tea,secret-value\nx,10,tea,secret-value\n');
    const { stdout, stderr } = await run();
    expect(stdout + stderr).toContain('the contract has no column no. 4 of the header: left out');
    expect(await rows()).toEqual([{ id: 1, price: 10, item: '***', _source_file: 'shop/sold/1.csv', _row_number: 1 }]);
    expect(await records()).toMatchObject([{ kind: 'new_column', column_name: null, action: 'left out' }]);
    expect(await work.query('SELECT raw_row FROM ops.quarantine')).toEqual([{ raw_row: 'x,10,***,***' }]);
    expect(await work.query('SELECT * FROM ops.drift_values')).toEqual([]);
    for (const file of [join(work.state, 'lake.duckdb'), join(work.state, 'report/index.html')]) {
      expect(readFileSync(file).includes('secret-value')).toBe(false);
      expect(readFileSync(file).includes('Jane Roe')).toBe(false);
    }
    expect(stdout + stderr + (await cli('status')).stdout).not.toContain('Jane Roe');
  },
  60_000,
);

it('a row that fails comes back with its new column', async () => {
  say('evolve');
  work.drop('shop/sold/1.csv', 'id,price,item,colour\n1,10,tea,green\n2,much,mug,red\n');
  await run();
  const edited = join(work.root, 'edit.csv');
  const { stdout } = await cli('quarantine', 'export');
  expect(stdout.split('\r\n')[0]).toBe('_source_file,_row_number,_load_id,_reasons,id,price,item,colour,_raw_row');
  writeFileSync(edited, stdout.replace(',much,', ',20,'));
  await cli('quarantine', 'replay', edited, '--landing', work.landing);
  await run();
  const all = [
    { id: 1, price: 10, colour: 'green' },
    { id: 2, price: 20, colour: 'red' },
  ];
  expect(await rows('id, price, colour')).toEqual(all);
  expect(await records()).toHaveLength(1);
  rmSync(work.state, { recursive: true });
  await run();
  expect(await rows('id, price, colour')).toEqual(all);
}, 60_000);

it('the warehouse gets the new column', async () => {
  const published = '\n      - {property: warehouse, value: {publish: true}}';
  say('evolve', '', published);
  const withWarehouse = () => cli('run', '--landing', work.landing);
  work.drop('shop/sold/1.csv', FIRST);
  expect((await withWarehouse()).code).toBe(0);
  work.drop('shop/sold/2.csv', 'id,price,item,colour\n2,20,mug,red\n');
  expect((await withWarehouse()).code).toBe(0);
  const ask = async (sql: string) =>
    JSON.parse((await cli('query', '--warehouse', sql, '--format', 'json')).stdout) as unknown;
  expect(await ask('SELECT id, colour FROM shop.purchases ORDER BY id')).toEqual([
    { id: 1, colour: null },
    { id: 2, colour: 'red' },
  ]);
  await stopLeftover(work.state);
}, 120_000);
