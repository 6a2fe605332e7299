/** Replay files: what a person mended stands in the table, and quarantine knows, after a fresh load too. */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Contract } from '../../../core/contracts/types.ts';
import { column, contractOf, SALES, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';
import { replayOf, STATUSES, sameAsFresh } from '../../support/replay.ts';

let lake: TestLake;
const open = async (contract: Contract) => {
  lake?.close();
  lake = await TestLake.open(contract);
};
beforeEach(async () => {
  lake = await TestLake.open(SALES);
});
afterEach(() => lake.close());

const HEADER = 'id,day,amount,note\n';

const BAD = `${HEADER}1,2020-01-01,1,a\nx,2020-01-01,2,b\n3,never,3,"c, ""d"""\n`;

it('stands in the table with its own lineage, and its row in quarantine is replayed', async () => {
  lake.drop('sales/1.csv', BAD);
  await lake.load();
  lake.drop('_replay/sales/ab/1.csv', replayOf('sales/1.csv', BAD, HEADER, { 3: '3,2020-01-03,3,"c, ""d"""' }));
  const { tables, changes } = await lake.load();
  expect(tables[0]).toMatchObject({ rows_read: 1, rows_loaded: 1, rows_quarantined: 0 });
  expect(changes.get('shop.sales')).toBe('rows');
  expect(await lake.rows('SELECT id, note, _source_file, _row_number FROM shop.sales ORDER BY id')).toEqual([
    { id: 1, note: 'a', _source_file: 'shop/sales/1.csv', _row_number: 1 },
    { id: 3, note: 'c, "d"', _source_file: 'shop/_replay/sales/ab/1.csv', _row_number: 1 },
  ]);
  expect(await lake.rows(STATUSES)).toEqual([
    { source_file: 'shop/sales/1.csv', row_number: '2', status: 'open' },
    { source_file: 'shop/sales/1.csv', row_number: '3', status: 'replayed' },
  ]);
  expect(await lake.load()).toMatchObject({ filesLoaded: 0, skipped: 2 });
  await sameAsFresh(lake, SALES);
});

it('fails again: the new row is open, with the whole file never refused for its share', async () => {
  const strict = contractOf({ ...(SALES.tables[0] as (typeof SALES.tables)[0]), maxBadShare: 0.7 });
  await open(strict);
  lake.drop('sales/1.csv', BAD);
  await lake.load();
  const again = replayOf('sales/1.csv', BAD, HEADER, { 2: 'y,2020-01-01,2,b' });
  lake.drop('_replay/sales/ab/1.csv', again);
  expect(await lake.load()).toMatchObject({ refusals: [] });
  expect(await lake.rows(STATUSES)).toEqual([
    { source_file: 'shop/_replay/sales/ab/1.csv', row_number: '1', status: 'open' },
    { source_file: 'shop/sales/1.csv', row_number: '2', status: 'replayed' },
    { source_file: 'shop/sales/1.csv', row_number: '3', status: 'open' },
  ]);
  lake.drop('_replay/sales/cd/1.csv', replayOf('_replay/sales/ab/1.csv', again, HEADER, { 1: '2,2020-01-01,2,b' }));
  await lake.load();
  expect(await lake.rows("SELECT row_number FROM ops.quarantine WHERE status = 'open'")).toEqual([{ row_number: '3' }]);
  await sameAsFresh(lake, strict);
});

it('stays when its file is corrected, and says nothing of the new version', async () => {
  lake.drop('sales/1.csv', BAD);
  await lake.load();
  lake.drop('_replay/sales/ab/1.csv', replayOf('sales/1.csv', BAD, HEADER, { 2: '2,2020-01-01,2,b' }));
  await lake.load();
  lake.drop('sales/1.csv', `${HEADER}1,2020-01-01,10,a\nx,2020-01-01,5,other\n`);
  await lake.load();
  expect(await lake.rows('SELECT id, amount FROM shop.sales ORDER BY id')).toEqual([
    { id: 1, amount: 10 },
    { id: 2, amount: 2 },
  ]);
  expect(await lake.rows(STATUSES)).toEqual([{ source_file: 'shop/sales/1.csv', row_number: '2', status: 'open' }]);
  await sameAsFresh(lake, SALES);
  lake.drop('sales/1.csv', BAD);
  await lake.load();
  expect(await lake.rows(STATUSES)).toMatchObject([{ status: 'replayed' }, { status: 'open' }]);
});

it('a replay file that is changed gives back what it no longer stands for', async () => {
  lake.drop('sales/1.csv', BAD);
  lake.drop(
    '_replay/sales/ab/1.csv',
    replayOf('sales/1.csv', BAD, HEADER, { 2: '2,2020-01-01,2,b', 3: '3,2020-01-01,3,c' }),
  );
  await lake.load();
  expect(await lake.rows(STATUSES)).toMatchObject([{ status: 'replayed' }, { status: 'replayed' }]);
  lake.drop('_replay/sales/ab/1.csv', replayOf('sales/1.csv', BAD, HEADER, { 3: '3,2020-01-01,4,c' }));
  await lake.load();
  expect(await lake.rows(STATUSES)).toMatchObject([{ status: 'open' }, { status: 'replayed' }]);
  expect(await lake.rows('SELECT id, amount FROM shop.sales ORDER BY id')).toEqual([
    { id: 1, amount: 1 },
    { id: 3, amount: 4 },
  ]);
  await sameAsFresh(lake, SALES);
});

it('without its origin it is refused, and so is a file for no table', async () => {
  lake.drop('_replay/sales/ab/1.csv', `${HEADER}1,2020-01-01,1,a\n`);
  const { refusals } = await lake.load();
  expect(refusals[0]?.problem.message).toMatch(/lacks _source_file, _row_number, _content_hash/);
});

it("a column from the file's name keeps it", async () => {
  const named = contractOf(
    table(
      'sales',
      [
        column('shop', 'integer', { required: true, source: { kind: 'file', pattern: '(\\d+)' } }),
        column('id', 'integer', { required: true }),
      ],
      { primaryKey: ['shop', 'id'] },
    ),
  );
  await open(named);
  const content = 'id\n1\nx\n';
  lake.drop('sales/7.csv.gz', content);
  lake.drop('_replay/sales/ab/7.csv', replayOf('sales/7.csv.gz', content, 'id\n', { 2: '2' }));
  await lake.load();
  expect(await lake.rows('SELECT shop, id FROM shop.sales ORDER BY id')).toEqual([
    { shop: 7, id: 1 },
    { shop: 7, id: 2 },
  ]);
  await sameAsFresh(lake, named);
});

describe('of a table that each file replaces', () => {
  const kinds = contractOf(
    table('kinds', [column('kind', 'integer', { required: true }), column('label', 'string')], {
      load: 'replace',
      landing: 'kinds*.csv',
      primaryKey: ['kind'],
    }),
  );
  const labels = async () =>
    (await lake.rows<{ label: string }>('SELECT label FROM shop.kinds ORDER BY kind')).map(({ label }) => label);
  const first = 'kind,label\n1,one\nx,two\n';
  const second = 'kind,label\n1,uno\ny,due\n';

  it('it joins the version that it was mended of, and stands and falls with it', async () => {
    await open(kinds);
    lake.drop('kinds-1.csv', first);
    await lake.load();
    const again = replayOf('kinds-1.csv', first, 'kind,label\n', { 2: 'z,two' });
    lake.drop('_replay/kinds/ab/kinds-1.csv', again);
    await lake.load();
    expect(await labels()).toEqual(['one']);
    lake.drop(
      '_replay/kinds/cd/kinds-1.csv',
      replayOf('_replay/kinds/ab/kinds-1.csv', again, 'kind,label\n', { 1: '2,two' }),
    );
    await lake.load();
    expect(await labels()).toEqual(['one', 'two']);
    await sameAsFresh(lake, kinds);
    const late = lake.drop('kinds-2.csv', second);
    await lake.load();
    expect(await labels()).toEqual(['uno']);
    lake.drop('_replay/kinds/ef/kinds-2.csv', replayOf('kinds-2.csv', second, 'kind,label\n', { 2: '2,due' }));
    await lake.load();
    expect(await labels()).toEqual(['uno', 'due']);
    await sameAsFresh(lake, kinds);
    // The second goes back in time: the first is the table again, with what was mended of it.
    lake.drop('kinds-2.csv', 'kind,label\n9,nove\n', late - 3_600_000);
    await lake.load();
    expect(await labels()).toEqual(['one', 'two']);
  });
});
