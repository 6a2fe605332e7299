/** Drift by the command line alone: each kind under each policy, with the rows, the record and what is told of it. */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';
import { DriftShop } from '../support/drift-shop.ts';

let work: Workspace;
let shop: DriftShop;
beforeEach(() => {
  work = new Workspace();
  shop = new DriftShop(work);
});
afterEach(() => work.close());

const record = (kind: string, column_name: string | null, policy: string, action: string) => ({
  ...{ source_file: 'shop/sold/2.csv', kind, column_name, policy, action },
});
const refused = () => work.query("SELECT source_file FROM ops.loads WHERE status = 'refused'");
const SECOND = [{ source_file: 'shop/sold/2.csv' }];

describe('a new column', () => {
  const file = 'id,price,item,Unit Price\n2,20,mug,1.50\n3,30,jug,\n';

  it('evolve: the table, and a model that takes all of it, have it from now on', async () => {
    const told = await shop.land('evolve', file);
    expect(told).toContain('the contract has no column "Unit Price" of the header: added');
    expect(await shop.rows('id, price, unit_price')).toEqual([
      { id: 1, price: 10, unit_price: null },
      { id: 2, price: 20, unit_price: '1.50' },
      { id: 3, price: 30, unit_price: null },
    ]);
    expect(await work.query('SELECT id, unit_price FROM shop.all_sold WHERE unit_price IS NOT NULL')).toEqual([
      { id: 2, unit_price: '1.50' },
    ]);
    expect(await shop.records()).toEqual([record('new_column', 'unit_price', 'evolve', 'added')]);
    // Files without it are no drift of it; nor is it dropped, or its record made again.
    work.drop('shop/sold/3.csv', 'id,price,item\n4,40,pot\n');
    work.drop('shop/sold/2.csv', 'id,price,item\n2,21,mug\n');
    expect((await shop.run()).code).toBe(0);
    expect(await shop.rows('id, price, unit_price')).toEqual([
      { id: 1, price: 10, unit_price: null },
      { id: 2, price: 21, unit_price: null },
      { id: 4, price: 40, unit_price: null },
    ]);
    expect(await shop.records()).toHaveLength(1);
  }, 60_000);

  it('quarantine: the row is loaded, its value kept aside until its file comes anew', async () => {
    const told = await shop.land('quarantine', file);
    expect(told).toContain('the contract has no column "Unit Price" of the header: kept aside');
    expect(await shop.rows()).toEqual([
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
    expect(await shop.records()).toEqual([record('new_column', 'unit_price', 'quarantine', 'kept aside')]);
    expect((await shop.run()).stdout).toContain('nothing new to load');
    work.drop('shop/sold/2.csv', 'id,price,item,Unit Price\n2,20,mug,1.75\n');
    await shop.run();
    expect(await work.query('SELECT value FROM ops.drift_values')).toEqual([{ value: '1.75' }]);
    await shop.cli('forget', '--dataset', 'shop', '--table', 'purchases', '--where', 'id=2');
    expect(await work.query('SELECT value FROM ops.drift_values')).toEqual([]);
  }, 60_000);

  it('freeze: the file is refused, and loads once the policy lets it, alone', async () => {
    expect(await shop.land('freeze', file)).toContain('unknown column "Unit Price" in the header');
    expect(await shop.rows('id')).toEqual([{ id: 1 }]);
    expect(await refused()).toEqual(SECOND);
    expect(await shop.records()).toEqual([record('new_column', 'unit_price', 'freeze', 'refused')]);
    expect((await shop.run()).stdout).toContain('nothing new to load');
    expect(await shop.records()).toHaveLength(1);

    shop.say('quarantine');
    expect((await shop.run()).stdout).toContain('1 file loaded, 1 file known already');
    expect(await work.query('SELECT value FROM ops.drift_values')).toEqual([{ value: '1.50' }]);
    shop.say('evolve');
    expect((await shop.run()).stdout).toContain('1 file loaded, 1 file known already');
    expect(await shop.rows('id, unit_price')).toEqual([
      { id: 1, unit_price: null },
      { id: 2, unit_price: '1.50' },
      { id: 3, unit_price: null },
    ]);
    expect(await work.query('SELECT value FROM ops.drift_values')).toEqual([]);
    expect(await shop.records()).toEqual([record('new_column', 'unit_price', 'evolve', 'added')]);
    // What the table has learnt is its own.
    shop.say('freeze');
    expect((await shop.run()).stdout).toContain('nothing new to load');
    work.drop('shop/sold/3.csv', 'id,price,item,unit_price\n4,40,pot,9\n');
    expect((await shop.run()).code).toBe(0);
    expect(await shop.rows('id, unit_price')).toContainEqual({ id: 4, unit_price: '9' });
  }, 90_000);
});

describe('a missing column', () => {
  it.each(['evolve', 'quarantine', 'freeze'] as const)(
    '%s: an optional one is null',
    async (policy) => {
      expect(await shop.land(policy, 'id,item\n2,mug\n')).toContain('the header has no column "price": null');
      expect(await shop.rows('id, price')).toEqual([
        { id: 1, price: 10 },
        { id: 2, price: null },
      ]);
      expect(await shop.records()).toEqual([record('missing_column', 'price', policy, 'null')]);
      expect(await refused()).toEqual([]);
    },
    60_000,
  );

  it.each(['evolve', 'quarantine', 'freeze'] as const)(
    '%s: without a required one, the file is refused',
    async (policy) => {
      expect(await shop.land(policy, 'price,item\n20,mug\n')).toContain('the header has no column "id"');
      expect(await shop.rows('id')).toEqual([{ id: 1 }]);
      expect(await shop.records()).toEqual([record('missing_column', 'id', policy, 'refused')]);
      expect(await refused()).toEqual(SECOND);
    },
    60_000,
  );
});

it.each(['evolve', 'quarantine', 'freeze'] as const)(
  'another order, %s: loaded by name',
  async (policy) => {
    await shop.land(policy, 'item,price,id\nmug,20,2\n');
    expect(await shop.rows('id, price, item')).toEqual([
      { id: 1, price: 10, item: 'tea' },
      { id: 2, price: 20, item: 'mug' },
    ]);
    expect(await shop.records()).toEqual([record('column_order', null, policy, 'loaded by name')]);
    // The order that the files have by now is no drift.
    work.drop('shop/sold/3.csv', 'item,price,id\npot,40,4\n');
    await shop.run();
    expect(await shop.records()).toHaveLength(1);
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
      expect(await shop.land(policy, file)).toContain('10 of 11 values of "price" are no integer: rows quarantined');
      expect(await shop.rows('id')).toEqual([{ id: 1 }, { id: 5 }]);
      expect(await work.query("SELECT row_number FROM ops.quarantine WHERE status = 'open' ORDER BY ALL")).toEqual(bad);
      expect(await shop.records()).toEqual([record('column_type', 'price', policy, 'rows quarantined')]);
      expect(await work.query('SELECT suggestion FROM ops.drift')).toEqual([{ suggestion: suggested }]);
    },
    60_000,
  );

  it('freeze: the file is refused whole, until the policy lets it', async () => {
    expect(await shop.land('freeze', file)).toContain(`10 of 11 values of "price" are no integer (${suggested})`);
    expect(await shop.rows('id')).toEqual([{ id: 1 }]);
    expect(await refused()).toEqual(SECOND);
    expect(await work.query('SELECT count(*) AS n FROM ops.quarantine')).toEqual([{ n: 0 }]);
    expect(await shop.records()).toEqual([record('column_type', 'price', 'freeze', 'refused')]);
    shop.say('quarantine');
    await shop.run();
    expect(await shop.rows('id')).toEqual([{ id: 1 }, { id: 5 }]);
  }, 60_000);
});

it.each([
  ['evolve', 'added', 'null'],
  ['quarantine', 'kept aside', 'null'],
  ['freeze', 'refused', 'refused'],
] as const)(
  'a renamed column, %s: suggested, and otherwise a missing and a new one',
  async (policy, fresh, gone) => {
    await shop.land(policy, 'id,prices,item\n2,20,mug\n');
    expect(await shop.records()).toEqual([
      record('new_column', 'prices', policy, fresh),
      record('renamed_column', 'price', policy, gone),
    ]);
    const suggestions = await work.query<{ suggestion: string }>('SELECT suggestion FROM ops.drift ORDER BY kind');
    expect(suggestions.map(({ suggestion }) => suggestion)).toEqual([
      'it may be "price" under another name',
      'column "prices" of the header may be it: rename it in the file, or say so by source in the contract',
    ]);
    expect(await shop.rows('id')).toHaveLength(policy === 'freeze' ? 1 : 2);
  },
  60_000,
);
