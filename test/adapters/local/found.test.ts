/** What went wrong once, each by its name. */

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { column, contractOf, SALES, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

let lake: TestLake;
beforeEach(async () => {
  lake = await TestLake.open(SALES);
});
afterEach(() => lake.close());

const HEADER = 'id,day,amount,note\n';
const quarantine = () =>
  lake.rows<{ row_number: string; reason: string; raw: string }>(
    'SELECT row_number, reason, left(raw_row, 60) AS raw FROM ops.quarantine ORDER BY row_number',
  );

it('a file with a line beyond what a reader takes is refused, not read in part', async () => {
  lake.drop(
    'sales/x.csv',
    Buffer.concat([Buffer.from(`${HEADER}1,2020-01-01,1,`), Buffer.alloc(33 * 1024 * 1024, 'x'), Buffer.from('\n')]),
  );
  const { refusals, tables } = await lake.load();
  expect(refusals.map(({ problem }) => problem.message)).toEqual(['a line is longer than 32 MB']);
  expect(tables[0]).toMatchObject({ rows_read: 0 });
}, 30_000);

it('a control character does not cut a record short', async () => {
  lake.drop('sales/x.csv', `${HEADER}x,2020-01-01,1,a\u0001b\n2,2020-01-01,1,\u0001c\nragged\n`);
  await lake.load();
  expect(await quarantine()).toMatchObject([{ raw: 'x,2020-01-01,1,a\u0001b' }, { raw: 'ragged' }]);
  expect(await lake.rows('SELECT note FROM shop.sales')).toEqual([{ note: '\u0001c' }]);
});

it('many lines that are not UTF-8 do not need a copy of the file each', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => `${i},2020-01-01,1,caf${i % 2 === 0 ? '\xe9' : 'e'}\n`);
  lake.drop('sales/x.csv', Buffer.from(HEADER + rows.join(''), 'latin1'));
  const { tables } = await lake.load();
  expect(tables[0]).toMatchObject({ rows_read: 20_000, rows_loaded: 10_000, rows_quarantined: 10_000 });
  expect((await quarantine())[0]).toMatchObject({ row_number: '1', raw: '0,2020-01-01,1,caf\\xE9' });
}, 30_000);

it('keys that lie far apart are compared all the same', async () => {
  lake.drop('sales/x.csv', `${HEADER}2000000000,2020-01-01,1,\n-2000000000,2020-01-01,1,\n-2000000000,2020-01-01,2,\n`);
  const { tables } = await lake.load();
  expect(tables[0]).toMatchObject({ rows_read: 3, rows_loaded: 2, rows_duplicate: 1 });
});

it('a header with a byte order mark and next to nothing after it', async () => {
  for (const [index, rest] of ['', '\n', '\n\n', '\n1', '\n\n\n'].entries())
    lake.drop(`sales/${index}.csv`, `\ufeff${HEADER.trimEnd()}${rest}`);
  expect((await lake.load()).refusals).toEqual([]);
});

it('a contract that is changed and changed back reads its files again', async () => {
  lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,1,a\n`);
  await lake.load();
  const without = contractOf(
    table('sales', [column('id', 'integer', { required: true }), column('day', 'date', { required: true })], {
      primaryKey: ['id', 'day'],
    }),
  );
  // The header now has columns that this contract refuses, so nothing loads; but the table has its new shape.
  await lake.load(without);
  await lake.load(SALES);
  expect(await lake.rows('SELECT id, amount, note FROM shop.sales')).toEqual([{ id: 1, amount: 1, note: 'a' }]);
});

it('a version that was seen keeps its arrival when it loads again', async () => {
  const early = lake.drop('sales/a.csv', `${HEADER}1,2020-01-01,1,a\n`);
  lake.drop('sales/b.csv', `${HEADER}1,2020-01-01,2,b\n`);
  await lake.load();
  lake.drop('sales/a.csv', `${HEADER}1,2020-01-01,1,a\n`, early + 10 * 60_000);
  await lake.load(contractOf({ ...(SALES.tables[0] as (typeof SALES.tables)[0]), maxBadShare: 0.9 }));
  expect(await lake.rows('SELECT note FROM shop.sales')).toEqual([{ note: 'b' }]);
});

it.each([
  ['\n', 'a line break within quotes stays what it is, in a file of LF'],
  ['\r\n', 'a line break within quotes stays what it is, in a file of CRLF'],
])('%j: %s', async (newline) => {
  const lines = [
    HEADER.trimEnd(),
    '1,2020-01-01,1,"a\r\nb\nc\rd"',
    '2,2020-01-01,1,caf\xe9',
    'ragged',
    '3,2020-01-01,1,x',
    '',
  ];
  lake.drop('sales/x.csv', Buffer.from(lines.join(newline), 'latin1'));
  await lake.load();
  expect(await lake.rows('SELECT id, note, _row_number FROM shop.sales ORDER BY id')).toEqual([
    { id: 1, note: 'a\r\nb\nc\rd', _row_number: 1 },
    { id: 3, note: 'x', _row_number: 4 },
  ]);
  expect(await quarantine()).toEqual([
    { row_number: '2', reason: 'not UTF-8 text', raw: '2,2020-01-01,1,caf\\xE9' },
    { row_number: '3', reason: '1 fields, expected 4', raw: 'ragged' },
  ]);
});
