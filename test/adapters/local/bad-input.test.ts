/** What is no CSV, or no row of its table, is refused or quarantined with its reason; the rest is loaded. */

import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { expectBalanced } from '../../support/balanced.ts';
import { column, contractOf, SALES, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

let lake: TestLake;
beforeEach(async () => {
  lake = await TestLake.open(SALES);
  lake.drop('sales/sound.csv', `${HEADER}100,2020-01-01,1,sound\n`);
});
afterEach(() => lake.close());

const HEADER = 'id,day,amount,note\n';
const GOOD = '1,2020-01-01,1,a\n2,2020-01-01,2,b\n';

describe('a file that is refused whole', () => {
  it.each<[string, string, string | Buffer, RegExp]>([
    ['an empty file', 'x.csv', '', /empty file, expected a header/],
    [
      'a binary file',
      'x.csv',
      Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)),
      /not a text file/,
    ],
    ['UTF-16', 'x.csv', Buffer.from(HEADER + GOOD, 'utf16le'), /not a text file in UTF-8/],
    ['a wrong header', 'x.csv', `id,day,amont,note\n${GOOD}`, /amont/],
    ['no header', 'x.csv', GOOD, /header|column/],
    ['a truncated .gz', 'x.csv.gz', gzipSync(HEADER + GOOD.repeat(2000)).subarray(0, 120), /cut off or damaged gzip/],
    ['a .gz that is none', 'x.csv.gz', Buffer.from(HEADER + GOOD), /cut off or damaged gzip/],
  ])('%s', async (_name, name, content, message) => {
    lake.drop(`sales/${name}`, content);
    const { refusals, filesLoaded } = await lake.load();
    expect(refusals.map(({ problem }) => problem.message)).toEqual([expect.stringMatching(message)]);
    expect(refusals[0]?.problem.file).toBe(`shop/sales/${name}`);
    expect(filesLoaded).toBe(1);
    expect(await lake.rows('SELECT id FROM shop.sales')).toEqual([{ id: 100 }]);
    expect(
      await lake.rows(
        `SELECT rows_read, rows_loaded, rows_quarantined, error IS NOT NULL AS told FROM ops.loads WHERE status = 'refused'`,
      ),
    ).toEqual([{ rows_read: '0', rows_loaded: '0', rows_quarantined: '0', told: true }]);
    expect((await lake.load()).refusals).toEqual([]);
  });

  it('a file with more bad rows than maxBadShare allows, and the older version stays', async () => {
    const strict = contractOf({ ...(SALES.tables[0] as (typeof SALES.tables)[0]), maxBadShare: 0.5 });
    lake.drop('sales/x.csv', `${HEADER}${GOOD}bad,2020-01-01,1,\n`);
    await lake.load(strict);
    lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,7,\nbad,x,y,\nbad,x,y,\n`);
    const { refusals } = await lake.load(strict);
    expect(refusals[0]?.problem.message).toMatch(/2 of 3 rows fail/);
    expect(await lake.rows('SELECT id, amount FROM shop.sales ORDER BY id')).toEqual([
      { id: 1, amount: 1 },
      { id: 2, amount: 2 },
      { id: 100, amount: 1 },
    ]);
    await expectBalanced(lake);
  });

  it('a file whose name gives no value', async () => {
    const named = contractOf(
      table(
        'sales',
        [
          column('shop', 'integer', { required: true, source: { kind: 'file', pattern: '(\\d+)' } }),
          column('amount', 'double'),
        ],
        { primaryKey: ['shop'] },
      ),
    );
    lake.remove('sales/sound.csv');
    lake.drop('sales/abc.csv', 'amount\n1\n');
    lake.drop('sales/99999999999.csv', 'amount\n1\n');
    lake.drop('sales/12.csv', 'amount\n1\n');
    const { refusals } = await lake.load(named);
    expect(refusals.map(({ file }) => file.key)).toEqual(['shop/sales/abc.csv', 'shop/sales/99999999999.csv']);
    expect(refusals[0]?.problem.message).toMatch(/"shop" comes from the file's name, which does not match/);
    expect(await lake.rows('SELECT shop FROM shop.sales')).toEqual([{ shop: 12 }]);
  });
});

it('a header alone is a file without rows', async () => {
  lake.drop('sales/x.csv', HEADER);
  expect(await lake.load()).toMatchObject({ filesLoaded: 2, refusals: [] });
});

describe('a row that is quarantined, with its reason and as it came', () => {
  const NUL = '\u0000';
  it.each<[string, string | Buffer, [string | null, string, string][]]>([
    ['a value above the maximum', '3,2020-01-01,140,\n', [['amount', 'above the maximum of 100', '3,2020-01-01,140,']]],
    ['a value below the minimum', '3,2020-01-01,-1,\n', [['amount', 'below the minimum of 0', '3,2020-01-01,-1,']]],
    ['a missing key', ',2020-01-01,1,\n', [['id', 'missing, but required', ',2020-01-01,1,']]],
    ['not a whole number', '1.5,2020-01-01,1,\n', [['id', 'not a whole number of 32 bits', '1.5,2020-01-01,1,']]],
    [
      'a number too large',
      '3000000000,2020-01-01,1,\n',
      [['id', 'not a whole number of 32 bits', '3000000000,2020-01-01,1,']],
    ],
    [
      'another notation',
      '1e3,2020-01-01,1_0,\n',
      [
        ['amount', 'not a number', '1e3,2020-01-01,1_0,'],
        ['id', 'not a whole number of 32 bits', '1e3,2020-01-01,1_0,'],
      ],
    ],
    ['not a finite number', '3,2020-01-01,nan,\n', [['amount', 'not a number', '3,2020-01-01,nan,']]],
    ['another date format', '3,2020-1-1,1,\n', [['day', 'not a date such as 2020-01-31', '3,2020-1-1,1,']]],
    [
      'a day that is none',
      '3,2020-02-30,1,"x, y"\n',
      [['day', 'not a date such as 2020-01-31', '3,2020-02-30,1,"x, y"']],
    ],
    ['too few fields', '3,2020-01-01\n', [[null, '2 fields, expected 4', '3,2020-01-01']]],
    ['too many fields', '3,2020-01-01,1,a,b,c\n', [[null, '6 fields, expected 4', '3,2020-01-01,1,a,b,c']]],
    [
      'a quote left open',
      '3,2020-01-01,1,"open\n',
      [[null, 'a quote is left open or stands in the wrong place', '3,2020-01-01,1,"open']],
    ],
    [
      'a quote in the wrong place',
      '3,2020-01-01,1,"a"b\n',
      [[null, 'a quote is left open or stands in the wrong place', '3,2020-01-01,1,"a"b']],
    ],
    [
      'Latin-1 bytes',
      Buffer.from('3,2020-01-01,1,caf\xe9\n', 'latin1'),
      [[null, 'not UTF-8 text', '3,2020-01-01,1,caf\\xE9']],
    ],
    ['a NUL byte', `${NUL}3,2020-01-01,1,\n`, [['id', 'not a whole number of 32 bits', `${NUL}3,2020-01-01,1,`]]],
    [
      'a field of 1 MB',
      `${'x'.repeat(1e6)},2020-01-01,1,\n`,
      [['id', 'not a whole number of 32 bits', `${'x'.repeat(1e6)},2020-01-01,1,`]],
    ],
    [
      'a field of 5 MB',
      `${'x'.repeat(5e6)},2020-01-01,1,\n`,
      [['id', 'not a whole number of 32 bits', `${'x'.repeat(5e6)},2020-01-01,1,`]],
    ],
  ])('%s', async (_name, row, expected) => {
    const bytes = typeof row === 'string' ? Buffer.from(row) : row;
    lake.drop(
      'sales/x.csv',
      Buffer.concat([Buffer.from(`${HEADER}1,2020-01-01,1,a\n`), bytes, Buffer.from('2,2020-01-01,2,"b"\n')]),
    );
    const { tables } = await lake.load();
    expect(tables[0]).toMatchObject({ rows_read: 4, rows_loaded: 3, rows_duplicate: 0, rows_quarantined: 1 });
    const found = await lake.rows<Record<string, string>>(
      'SELECT column_name, reason, raw_row, row_number, source_file, status FROM ops.quarantine ORDER BY column_name',
    );
    expect(found.map(({ column_name, reason, raw_row }) => [column_name, reason, raw_row])).toEqual(expected);
    expect(
      new Set(found.map(({ row_number, source_file, status }) => `${source_file} ${row_number} ${status}`)),
    ).toEqual(new Set(['shop/sales/x.csv 2 open']));
    expect(await lake.rows('SELECT id, note, _row_number FROM shop.sales WHERE id < 100 ORDER BY id')).toEqual([
      { id: 1, note: 'a', _row_number: 1 },
      { id: 2, note: 'b', _row_number: 3 },
    ]);
    await expectBalanced(lake);
  });

  it('many open quotes in many files at once, and mixed line ends: nothing is lost', async () => {
    const rows = (from: number) => Array.from({ length: 50 }, (_, i) => `${from + i},2020-01-02,1,n\n`).join('');
    lake.drop('sales/open.csv', `${HEADER}${rows(1000)}1,2020-01-03,1,"open\n${rows(2000)}`);
    lake.drop(
      'sales/two.csv',
      `${HEADER}${rows(3000)}2,2020-01-03,1,"open\n${rows(4000)}3,2020-01-03,1,"open\n${rows(5000)}`,
    );
    lake.drop('sales/mixed.csv', `${HEADER}${rows(6000)}${rows(7000).replaceAll('\n', '\r\n')}`);
    lake.drop('sales/ragged.csv', `${HEADER}${rows(8000)}1,2\n`);
    const { tables } = await lake.load();
    expect(tables[0]).toMatchObject({ rows_read: 405, rows_loaded: 401, rows_duplicate: 0, rows_quarantined: 4 });
    await expectBalanced(lake);
  });
});
