/** Every type, where nothing is required: what texts are values of it, and which column is told where one is none. */

import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectBalanced } from '../../support/balanced.ts';
import { column, contractOf, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

const TYPES = ['string', 'integer', 'bigint', 'double', 'boolean', 'date', 'timestamp'] as const;
const EVERYTHING = contractOf(
  table(
    'all',
    [
      column('key', 'integer', { required: true }),
      ...TYPES.map((type) => column(`a_${type}`, type)),
      column('a_middle', 'double', { parse: { kind: 'interval midpoint' } }),
      column('a_part', 'string', { parse: { kind: 'split', separator: ' - ', part: 2 } }),
      column('a_named', 'double', { nulls: ['NaN'] }),
    ],
    { primaryKey: ['key'] },
  ),
);
const HEADER = ['key', ...TYPES.map((type) => `a_${type}`), 'a_middle', 'a_part', 'a_named'].join(',');
const SOUND = [
  '1,,,,,,,,,,',
  '2,x,-7,9007199254740993,1.5e3,TRUE,2020-02-29,2020-01-31 23:59:59.123,"[0.2, 0.4[",a - b - c,NaN',
  '3,x,+7,1,.5,false,2020-01-01,2020-01-31T00:00:00,"[1, 2]",a,2',
];
const BAD: [string, string][] = [
  ['a_integer', '7.5'],
  ['a_bigint', '99999999999999999999'],
  ['a_double', '1e999'],
  ['a_boolean', 'maybe'],
  ['a_date', '2020/01/01'],
  ['a_timestamp', '2020-01-31 25:00:00'],
  ['a_middle', '0.2 to 0.4'],
  ['a_named', 'nan'],
];

it('nulls and values are taken, and the one column that fails is named', async () => {
  const lake = await TestLake.open(EVERYTHING);
  try {
    const names = HEADER.split(',');
    const rows = BAD.map(([name, value], index) =>
      names.map((column) => (column === 'key' ? String(10 + index) : column === name ? value : '')).join(','),
    );
    lake.drop('all/x.csv', `${[HEADER, ...SOUND, ...rows].join('\n')}\n`);
    const { tables } = await lake.load();
    expect(tables[0]).toMatchObject({ rows_read: 3 + BAD.length, rows_loaded: 3, rows_quarantined: BAD.length });
    expect(
      await lake.rows('SELECT * EXCLUDE (_load_id, _source_file, _row_number) FROM shop.all ORDER BY key'),
    ).toEqual([
      {
        key: 1,
        a_string: null,
        a_integer: null,
        a_bigint: null,
        a_double: null,
        a_boolean: null,
        a_date: null,
        a_timestamp: null,
        a_middle: null,
        a_part: null,
        a_named: null,
      },
      {
        key: 2,
        a_string: 'x',
        a_integer: -7,
        a_bigint: '9007199254740993',
        a_double: 1500,
        a_boolean: true,
        a_date: '2020-02-29',
        a_timestamp: '2020-01-31 23:59:59.123',
        a_middle: 0.30000000000000004,
        a_part: 'b',
        a_named: null,
      },
      {
        key: 3,
        a_string: 'x',
        a_integer: 7,
        a_bigint: '1',
        a_double: 0.5,
        a_boolean: false,
        a_date: '2020-01-01',
        a_timestamp: '2020-01-31 00:00:00',
        a_middle: 1.5,
        a_part: null,
        a_named: 2,
      },
    ]);
    expect(
      (await lake.rows<{ column_name: string }>('SELECT column_name FROM ops.quarantine ORDER BY row_number')).map(
        ({ column_name }) => column_name,
      ),
    ).toEqual(BAD.map(([name]) => name));
    await expectBalanced(lake);
  } finally {
    lake.close();
  }
});

it('a file without letters is judged as one with them', async () => {
  const value = fc.string({ unit: fc.constantFrom('1', '0', '.', '-', ' ', '/', ':'), maxLength: 10 });
  const numbers = contractOf(
    table(
      'all',
      [
        column('key', 'integer', { required: true }),
        column('whole', 'integer'),
        column('real', 'double', { minimum: -50 }),
        column('day', 'date'),
      ],
      { primaryKey: ['key'] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(value, value, fc.oneof(value, fc.constantFrom('2020-01-01', '2020-1-01', '02020-1-1'))), {
        minLength: 20,
        maxLength: 40,
      }),
      async (rows) => {
        const body = rows.map((row, index) => [index, ...row].join(',')).join('\n');
        const [plain, lettered] = [await TestLake.open(numbers), await TestLake.open(numbers)];
        try {
          plain.drop('all/x.csv', `key,whole,real,day\n${body}\n`);
          lettered.drop('all/x.csv', `key,whole,real,day\n${body}\nletters,,,\n`);
          await plain.load();
          await lettered.load();
          const clean = 'SELECT * EXCLUDE (_load_id) FROM shop.all ORDER BY key';
          expect(await plain.rows(clean)).toEqual(await lettered.rows(clean));
        } finally {
          plain.close();
          lettered.close();
        }
      },
    ),
    { numRuns: 20 },
  );
}, 60_000);
