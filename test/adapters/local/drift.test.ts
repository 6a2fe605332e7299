/** Evolved columns and values aside, where other parts of a load meet them. */

import { afterEach, expect, it } from '@jest/globals';
import type { Contract } from '../../../core/contracts/types.ts';
import { column, contractOf, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

const COLUMNS = [column('id', 'integer', { required: true }), column('amount', 'double')];
const sales = (more = {}) => table('sales', COLUMNS, { primaryKey: ['id'], ...more });
const EVOLVE: Contract = { ...contractOf(sales()), drift: 'evolve' };
const ASIDE: Contract = { ...EVOLVE, drift: 'quarantine' };

let lake: TestLake;
afterEach(() => lake.close());
const rows = (name = 'sales') => lake.rows(`SELECT * EXCLUDE (_load_id, _row_number) FROM shop.${name} ORDER BY id`);
const aside = () => lake.rows('SELECT row_number, column_name, value FROM ops.drift_values ORDER BY ALL');

it('forgets by an evolved column, and what is kept aside of a row', async () => {
  lake = await TestLake.open(EVOLVE);
  lake.drop('sales/a.csv', 'id,amount,mail\n1,1,ann@example.org\n2,2,bob@example.org\n');
  await lake.load();
  expect(await lake.erase({ mail: 'ann@example.org' })).toMatchObject({ rows: 1 });
  lake.drop('sales/b.csv', 'id,amount,mail\n3,3,ann@example.org\n');
  await lake.load();
  expect(await rows()).toEqual([{ id: 2, amount: 2, mail: 'bob@example.org', _source_file: 'shop/sales/a.csv' }]);
  lake.close();
  lake = await TestLake.open(ASIDE);
  lake.drop('sales/a.csv', 'id,amount,mail\n1,1,ann@example.org\n2,2,bob@example.org\n');
  await lake.load();
  expect(await aside()).toHaveLength(2);
  await lake.erase({ id: '1' });
  await lake.load();
  expect(await aside()).toMatchObject([{ value: 'bob@example.org' }]);
});

it('reads evolved columns and values aside of a damaged file, too, and keeps a failing row whole', async () => {
  const damaged = 'id,amount,note\n1,1,"a"\n2,x,"b, c"\n3,3,"d\n4,4,e\n5,5,\n';
  for (const contract of [EVOLVE, ASIDE]) {
    lake = await TestLake.open(contract);
    lake.drop('sales/a.csv', damaged);
    await lake.load();
    const notes = contract === EVOLVE ? await lake.rows('SELECT id, note FROM shop.sales ORDER BY id') : await aside();
    expect(notes).toEqual(
      contract === EVOLVE
        ? [
            { id: 1, note: 'a' },
            { id: 4, note: 'e' },
            { id: 5, note: null },
          ]
        : [
            { row_number: '1', column_name: 'note', value: 'a' },
            { row_number: '4', column_name: 'note', value: 'e' },
          ],
    );
    const [kept] = await lake.rows("SELECT raw_row FROM ops.quarantine WHERE column_name = 'amount'");
    expect(kept).toEqual({ raw_row: '2,x,"b, c"' });
    if (contract === EVOLVE) lake.close();
  }
});

it('what the contract names by now has the contract’s type, and the other columns stay', async () => {
  lake = await TestLake.open(EVOLVE);
  lake.drop('sales/a.csv', 'id,amount,size,colour\n1,1,7,red\n2,2,large,blue\n');
  await lake.load();
  await lake.load({ ...contractOf(sales({ columns: [...COLUMNS, column('size', 'integer')] })), drift: 'evolve' });
  expect(await rows()).toEqual([{ id: 1, amount: 1, size: 7, colour: 'red', _source_file: 'shop/sales/a.csv' }]);
  expect(await lake.rows("SELECT column_name FROM ops.quarantine WHERE status = 'open'")).toEqual([
    { column_name: 'size' },
  ]);
});

it('files that move to another table take their columns with them', async () => {
  lake = await TestLake.open(EVOLVE);
  lake.drop('sales/old-1.csv', 'id,amount,size\n1,1,s\n');
  lake.drop('sales/new-1.csv', 'id,amount\n2,2\n');
  await lake.load();
  const two = (own: string, other: string) =>
    ({
      ...contractOf(sales({ landing: own }), table('others', COLUMNS, { primaryKey: ['id'], landing: other })),
      drift: 'evolve',
    }) as const;
  lake.drop('sales/new-1.csv', 'id,amount,colour\n2,2,red\n');
  await lake.load(two('sales/new*.csv', 'sales/old*.csv'));
  expect(await rows()).toEqual([{ id: 2, amount: 2, colour: 'red', size: null, _source_file: 'shop/sales/new-1.csv' }]);
  expect(await rows('others')).toEqual([{ id: 1, amount: 1, size: 's', _source_file: 'shop/sales/old-1.csv' }]);
  await lake.load(two('sales/old*.csv', 'sales/new*.csv'));
  expect(await rows()).toMatchObject([{ id: 1, size: 's', colour: null }]);
  expect(await rows('others')).toMatchObject([{ id: 2, colour: 'red', size: null }]);
});

it('a file that is refused for its rows teaches nothing, and is told of as refused', async () => {
  const strict: Contract = { ...contractOf(sales({ maxBadShare: 0.1 })), drift: 'evolve' };
  lake = await TestLake.open(strict);
  lake.drop('sales/a.csv', 'id,amount,size\n1,x,s\n2,2,m\n');
  lake.drop('sales/b.csv', 'id,amount,colour\n3,3,red\n');
  const { drift } = await lake.load();
  expect(drift.map(({ finding }) => finding.column)).toEqual(['colour']);
  expect(await rows()).toEqual([{ id: 3, amount: 3, colour: 'red', _source_file: 'shop/sales/b.csv' }]);
  expect(await lake.rows('SELECT column_name, action FROM ops.drift ORDER BY ALL')).toEqual([
    { column_name: 'colour', action: 'added' },
    { column_name: 'size', action: 'refused' },
  ]);
});

it('a damaged file that is refused for its rows is refused once', async () => {
  lake = await TestLake.open(contractOf(sales({ maxBadShare: 0.1 })));
  lake.drop('sales/a.csv', 'id,amount\n1,x\n2,y\n3,z\n4,"\n');
  const { refusals } = await lake.load();
  expect(refusals.map(({ problem }) => problem.code)).toEqual(['too-many-bad-rows']);
});

it('what a contract protects by now has learnt nothing, and nothing is aside of it', async () => {
  lake = await TestLake.open(EVOLVE);
  lake.drop('sales/a.csv', 'id,amount,mail\n1,1,ann@example.org\n');
  await lake.load();
  await lake.load(ASIDE);
  lake.drop('sales/b.csv', 'id,amount,phone\n2,2,555\n');
  await lake.load();
  expect(await aside()).toHaveLength(1);
  lake.remove('sales/b.csv');
  const [id, amount] = COLUMNS;
  if (id === undefined || amount === undefined) throw new Error('no columns');
  await lake.load({ ...ASIDE, tables: [sales({ columns: [id, { ...amount, protect: 'drop' }] })] });
  expect(Object.keys((await rows())[0] ?? {})).toEqual(['id', 'amount', '_source_file']);
  expect(await aside()).toEqual([]);
});
