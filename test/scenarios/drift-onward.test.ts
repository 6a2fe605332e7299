/** What drift leads to beyond the load: what is told of it and kept from being told, replays, and the warehouse. */

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';
import { DriftShop, FIRST } from '../support/drift-shop.ts';
import { stopLeftover } from '../support/warehouse.ts';

let work: Workspace;
let shop: DriftShop;
beforeEach(() => {
  work = new Workspace();
  shop = new DriftShop(work);
});
afterEach(() => work.close());

it('status and the report tell of it, a dry run before it happens', async () => {
  shop.say('evolve');
  work.drop('shop/sold/1.csv', FIRST);
  await shop.run();
  const { stdout: none } = await shop.cli('status');
  expect(none).toContain('drift: files whose columns differ from the contract\nnone\n');
  work.drop('shop/sold/2.csv', 'id,price,item,colour\n2,20,mug,red\n');
  const dry = await shop.run('--dry-run');
  expect(dry.stdout + dry.stderr).toContain('the contract has no column "colour" of the header: added');
  expect(await shop.records()).toEqual([]);
  await shop.run();
  const { stdout: text } = await shop.cli('status');
  expect(text).toMatch(
    /drift: files whose columns differ from the contract\n.*\n.*\n.*shop\/sold\/2\.csv .* new_column .* colour .* added /,
  );
  const { drift } = JSON.parse((await shop.cli('status', '--json')).stdout);
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
    shop.say(policy, ', customProperties: [{property: protect, value: mask}]');
    work.drop('shop/sold/1.csv', 'id,price,item,Jane Roe\n1,10,tea,secret-value\nx,10,tea,secret-value\n');
    const { stdout, stderr } = await shop.run();
    expect(stdout + stderr).toContain('the contract has no column no. 4 of the header: left out');
    expect(await shop.rows()).toEqual([
      { id: 1, price: 10, item: '***', _source_file: 'shop/sold/1.csv', _row_number: 1 },
    ]);
    expect(await shop.records()).toMatchObject([{ kind: 'new_column', column_name: null, action: 'left out' }]);
    expect(await work.query('SELECT raw_row FROM ops.quarantine')).toEqual([{ raw_row: 'x,10,***,***' }]);
    expect(await work.query('SELECT * FROM ops.drift_values')).toEqual([]);
    for (const file of [join(work.state, 'lake.duckdb'), join(work.state, 'report/index.html')]) {
      expect(readFileSync(file).includes('secret-value')).toBe(false);
      expect(readFileSync(file).includes('Jane Roe')).toBe(false);
    }
    expect(stdout + stderr + (await shop.cli('status')).stdout).not.toContain('Jane Roe');
  },
  60_000,
);

it('a row that fails comes back with its new column', async () => {
  shop.say('evolve');
  work.drop('shop/sold/1.csv', 'id,price,item,colour\n1,10,tea,green\n2,much,mug,red\n');
  await shop.run();
  const edited = join(work.root, 'edit.csv');
  const { stdout } = await shop.cli('quarantine', 'export');
  expect(stdout.split('\r\n')[0]).toBe('_source_file,_row_number,_load_id,_reasons,id,price,item,colour,_raw_row');
  writeFileSync(edited, stdout.replace(',much,', ',20,'));
  await shop.cli('quarantine', 'replay', edited, '--landing', work.landing);
  await shop.run();
  const all = [
    { id: 1, price: 10, colour: 'green' },
    { id: 2, price: 20, colour: 'red' },
  ];
  expect(await shop.rows('id, price, colour')).toEqual(all);
  expect(await shop.records()).toHaveLength(1);
  rmSync(work.state, { recursive: true });
  await shop.run();
  expect(await shop.rows('id, price, colour')).toEqual(all);
}, 60_000);

it('the warehouse gets the new column', async () => {
  const published = '\n      - {property: warehouse, value: {publish: true}}';
  shop.say('evolve', '', published);
  const withWarehouse = () => shop.cli('run', '--landing', work.landing);
  work.drop('shop/sold/1.csv', FIRST);
  expect((await withWarehouse()).code).toBe(0);
  work.drop('shop/sold/2.csv', 'id,price,item,colour\n2,20,mug,red\n');
  expect((await withWarehouse()).code).toBe(0);
  const ask = async (sql: string) =>
    JSON.parse((await shop.cli('query', '--warehouse', sql, '--format', 'json')).stdout) as unknown;
  expect(await ask('SELECT id, colour FROM shop.purchases ORDER BY id')).toEqual([
    { id: 1, colour: null },
    { id: 2, colour: 'red' },
  ]);
  await stopLeftover(work.state);
}, 120_000);
