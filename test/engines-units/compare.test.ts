import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  Comparator,
  type CompareOptions,
  differences,
  isSame,
  postgresSource,
  trinoSource,
} from '../engines/support/compare.ts';

let comparator: Comparator;
let folder: string;

beforeAll(async () => {
  comparator = await Comparator.open();
  folder = mkdtempSync(join(tmpdir(), 'landfall-compare-'));
});
afterAll(() => {
  comparator.close();
  rmSync(folder, { recursive: true, force: true });
});

const COLUMNS = '(id, day, word, amount, flag)';
const ROWS = [
  "(1, DATE '2020-02-29', 'one', 1.5e0, true)",
  "(2, DATE '2020-03-01', '', 0e0, false)",
  "(3, DATE '2020-03-01', NULL, NULL, NULL)",
  "(4, NULL, 'four', 'NaN'::DOUBLE, true)",
  "(5, NULL, 'five', 'Infinity'::DOUBLE, true)",
];

const table = (rows: readonly string[], columns = COLUMNS) => `(FROM (VALUES ${rows.join(', ')}) AS t ${columns})`;

async function compare(left: readonly string[], right: readonly string[], options: CompareOptions = {}) {
  const [one, other] = [await comparator.duckdbSource(table(left)), await comparator.duckdbSource(table(right))];
  return comparator.compare(one, other, options);
}

const changed = (index: number, row: string) => ROWS.with(index, row);

describe.each<[string, CompareOptions]>([
  ['by key', { key: ['id'] }],
  ['as bags', {}],
])('%s', (_how, options) => {
  test('the same rows in another order are the same', async () => {
    const found = await compare(ROWS, ROWS.toReversed(), options);
    expect(found).toEqual({
      rows: { left: 5, right: 5 },
      columns: ['id', 'day', 'word', 'amount', 'flag'],
      shape: [],
      onlyLeft: 0,
      onlyRight: 0,
      different: 0,
      examples: [],
    });
    expect(isSame(found)).toBe(true);
  });

  test('so are no rows', async () => {
    const none = await comparator.duckdbSource(`(FROM ${table(ROWS)} WHERE false)`);
    expect(await comparator.compare(none, none, options)).toMatchObject({ rows: { left: 0, right: 0 }, shape: [] });
  });

  test('a row more on the left', async () => {
    const found = await compare(ROWS, ROWS.slice(1), options);
    expect(found).toMatchObject({ rows: { left: 5, right: 4 }, onlyLeft: 1, onlyRight: 0, different: 0 });
    expect(found.examples[0]).toMatch(/^only left: id = '1'/);
    expect(isSame(found)).toBe(false);
  });

  test('a row more on the right', async () => {
    const found = await compare(ROWS.slice(0, -1), ROWS, options);
    expect(found).toMatchObject({ rows: { left: 4, right: 5 }, onlyLeft: 0, onlyRight: 1, different: 0 });
    expect(found.examples[0]).toMatch(/^only right: id = '5'/);
  });

  test('a row that is there twice', async () => {
    expect(await compare([...ROWS, ROWS[0] ?? ''], ROWS, options)).toMatchObject({ onlyLeft: 1, onlyRight: 0 });
    expect(await compare(ROWS, [...ROWS, ROWS[2] ?? ''], options)).toMatchObject({ onlyLeft: 0, onlyRight: 1 });
    const twice = [...ROWS, ...ROWS];
    expect(differences(await compare(twice, twice, options))).toBe(0);
  });

  test.each([
    ['off by 1e-8', '1.500000015e0', 1],
    ['off by 1.1e-9', '1.50000000165e0', 1],
    ['off by 1e-10', '1.50000000015e0', 0],
    ['of the other sign', '-1.5e0', 1],
    ['null', 'NULL', 1],
    ['not a number', "'NaN'::DOUBLE", 1],
    ['infinite', "'-Infinity'::DOUBLE", 1],
  ])('a double %s', async (_what, value, different) => {
    const other = changed(0, `(1, DATE '2020-02-29', 'one', ${value}, true)`);
    expect(await compare(ROWS, other, options)).toMatchObject({ different, onlyLeft: 0, onlyRight: 0 });
    expect(await compare(other, ROWS, options)).toMatchObject({ different, onlyLeft: 0, onlyRight: 0 });
  });

  test.each([
    ['tiny where there was 0', 1, "(2, DATE '2020-03-01', '', 1e-300, false)", 1],
    ['-0 where there was 0', 1, "(2, DATE '2020-03-01', '', '-0'::DOUBLE, false)", 0],
    ['0 where there was null', 2, "(3, DATE '2020-03-01', NULL, 0, NULL)", 1],
    ['finite where there was none', 3, "(4, NULL, 'four', 1, true)", 1],
    ['the other infinity', 4, "(5, NULL, 'five', '-Infinity'::DOUBLE, true)", 1],
    ['finite where there was an infinity', 4, "(5, NULL, 'five', 1e308, true)", 1],
  ])('a double that is %s', async (_what, index, row, different) => {
    expect(await compare(ROWS, changed(index, row), options)).toMatchObject({ different, onlyLeft: 0, onlyRight: 0 });
  });
});

describe('values that are no doubles are compared exactly', () => {
  test.each([
    ['an empty text is no null', 1, "(2, DATE '2020-03-01', NULL, 0e0, false)"],
    ['nor a null an empty text', 2, "(3, DATE '2020-03-01', '', NULL, NULL)"],
    ['a text with a blank', 0, "(1, DATE '2020-02-29', 'one ', 1.5e0, true)"],
    ['a text in capitals', 0, "(1, DATE '2020-02-29', 'One', 1.5e0, true)"],
    ['another date', 0, "(1, DATE '2020-02-28', 'one', 1.5e0, true)"],
    ['no date', 0, "(1, NULL, 'one', 1.5e0, true)"],
    ['another boolean', 0, "(1, DATE '2020-02-29', 'one', 1.5e0, false)"],
  ])('%s', async (_what, index, row) => {
    expect(await compare(ROWS, changed(index, row), { key: ['id'] })).toMatchObject({
      different: 1,
      onlyLeft: 0,
      onlyRight: 0,
    });
    expect(await compare(ROWS, changed(index, row))).toMatchObject({ different: 0, onlyLeft: 1, onlyRight: 1 });
  });

  test('large integers, decimals and microseconds', async () => {
    const big = (value: string) => comparator.duckdbSource(`(SELECT 1 AS id, ${value} AS x)`);
    for (const [one, other] of [
      ['9007199254740993::BIGINT', '9007199254740992::BIGINT'],
      ['1234567890123456.78::DECIMAL(18, 2)', '1234567890123456.79::DECIMAL(18, 2)'],
      ["TIMESTAMP '2020-01-01 00:00:00.000001'", "TIMESTAMP '2020-01-01 00:00:00'"],
    ] as const) {
      expect(await comparator.compare(await big(one), await big(other), { key: ['id'] })).toMatchObject({
        different: 1,
      });
    }
  });

  test('an example says where and what', async () => {
    const { examples } = await compare(ROWS, changed(0, "(1, NULL, 'one', 2.5e0, true)"), { key: ['id'] });
    expect(examples).toEqual([
      "different: id = '1', day '2020-02-29' on the left, null on the right, amount '1.5' on the left, '2.5' on the right",
    ]);
  });
});

describe('keys', () => {
  test('of several columns, nulls among them, find their row', async () => {
    const key = ['day', 'word'];
    expect(differences(await compare(ROWS, ROWS.toReversed(), { key }))).toBe(0);
    expect(await compare(ROWS, changed(2, "(4, DATE '2020-03-01', NULL, NULL, NULL)"), { key })).toMatchObject({
      different: 1,
    });
  });
});

describe('columns', () => {
  const from = (sql: string) => comparator.duckdbSource(`(${sql})`);

  test.each([
    ['SELECT 1 AS id, 2 AS x', 'SELECT 1 AS id', 'x is missing on the right'],
    ['SELECT 1 AS id', 'SELECT 1 AS id, 2 AS x', 'x is missing on the left'],
    ['SELECT 1 AS id, 2 AS x', 'SELECT 1 AS id, 2::BIGINT AS x', 'x is integer on the left, bigint on the right'],
    ['SELECT 1 AS id, 2 AS x', "SELECT 1 AS id, '2' AS x", 'x is integer on the left, string on the right'],
    [
      'SELECT 1 AS id, 2.5 AS x',
      'SELECT 1 AS id, 2.50 AS x',
      'x is decimal(2,1) on the left, decimal(3,2) on the right',
    ],
  ])('%s / %s', async (left, right, difference) => {
    const found = await comparator.compare(await from(left), await from(right), { key: ['id'] });
    expect(found).toMatchObject({ shape: [difference], columns: ['id'], onlyLeft: 0, onlyRight: 0, different: 0 });
    expect(isSame(found)).toBe(false);
  });

  test('of a key that is not on both sides leave the rest to be compared', async () => {
    const found = await comparator.compare(await from('SELECT 1 AS id, 2 AS x'), await from('SELECT 2 AS x'), {
      key: ['id'],
    });
    expect(found).toMatchObject({ shape: ['id is missing on the right'], columns: ['x'], onlyLeft: 0, onlyRight: 0 });
  });

  test('of types that engines read differently are refused', async () => {
    await expect(from('SELECT [1] AS x')).rejects.toThrow('INTEGER[] is a type that a model should not have');
    expect(() => trinoSource('', [{ name: 'x', type: 'timestamp(3) with time zone' }])).toThrow('should not have');
  });
});

test('what Trino, PostgreSQL and Spark write is read as it was meant', async () => {
  const wanted = await comparator.duckdbSource(`(FROM (VALUES
    (1, 9007199254740993, 1.50, 'a "b", c', 1e-7, DATE '2020-02-29', TIMESTAMP '2020-01-31 10:00:00.123', true),
    (2, NULL, NULL, '', 'NaN', NULL, NULL, false), (3, 1::BIGINT, 0.01, NULL, 'Infinity', NULL, NULL, NULL))
    AS t (id, b, d, word, x, day, moment, flag))`);
  const trino = join(folder, 'trino.csv');
  writeFileSync(
    trino,
    `"id","b","d","word","x","day","moment","flag"
1,"9007199254740993","1.50","a ""b"", c",1e-7,"2020-02-29","2020-01-31 10:00:00.123000",true
2,\\N,\\N,"","NaN",\\N,\\N,false
3,1,"0.01",\\N,"Infinity",\\N,\\N,\\N
`,
  );
  const types = ['integer', 'bigint', 'decimal(3, 2)', 'varchar(8)', 'double', 'date', 'timestamp(6)', 'boolean'];
  const columns = wanted.columns.map(({ name }, index) => ({ name, type: types[index] ?? '' }));
  expect(differences(await comparator.compare(wanted, trinoSource(trino, columns), { key: ['id'] }))).toBe(0);

  const postgres = join(folder, 'postgres.csv');
  writeFileSync(
    postgres,
    `1,9007199254740993,1.50,"a ""b"", c",1e-07,2020-02-29,2020-01-31 10:00:00.123,t
2,,,"",NaN,,,f
3,1,0.01,,Infinity,,,
`,
  );
  const written = postgresSource(postgres, wanted.columns);
  expect(differences(await comparator.compare(wanted, written, { key: ['id'] }))).toBe(0);

  const parquet = join(folder, 'spark');
  await comparator.writeParquet(wanted.from, parquet);
  expect(differences(await comparator.compare(wanted, await comparator.parquetSource(`${parquet}/*.parquet`)))).toBe(0);
});
