import { describe, expect, it } from '@jest/globals';
import { groupFiles } from '../../../core/infer/group-files.ts';
import { readFields } from '../../../core/infer/heads.ts';
import { jsonPaths } from '../../../core/infer/json-paths.ts';
import { datasetName, singular, snakeCase, tableName } from '../../../core/infer/names.ts';

function groups(...files: readonly (readonly [key: string, header: string])[]) {
  const known = files.map(([key, header]) => {
    const format = key.includes('.ndjson') ? 'ndjson' : 'csv';
    return { path: key, key, format, fields: header === '' ? [] : header.split(',') } as const;
  });
  return groupFiles(known).map(({ name, landing, files: own, isNumbered }) => [name, landing, own.length, isNumbered]);
}

describe('files are one table', () => {
  it('with one header in one folder, by what their names share', () => {
    expect(groups(['items_1.csv', 'a,b'], ['items_2.csv.gz', 'b,a'], ['shops.csv', 'a'])).toEqual([
      ['items', 'items*.csv', 2, false],
      ['shops', 'shops*.csv', 1, false],
    ]);
  });

  it('whose names are numbers, which are a column', () => {
    expect(groups(['use_data/1000.csv', 'a'], ['use_data/1001.csv', 'a'])).toEqual([
      ['use', 'use_data/*.csv', 2, true],
    ]);
  });

  it('as pages of JSON lines', () => {
    expect(groups(['rooms/page-001.ndjson', ''])).toEqual([['rooms', 'rooms/*.ndjson', 1, false]]);
  });

  it('and each its own where a glob would take the files of another', () => {
    expect(groups(['item.csv', 'a'], ['items.csv', 'b'])).toEqual([
      ['item', 'item.csv', 1, false],
      ['items', 'items*.csv', 1, false],
    ]);
    expect(groups(['north.csv', 'a'], ['old.csv', 'a'], ['items_1.csv', 'b'], ['items_2.csv', 'b'])).toEqual([
      ['north', 'north.csv', 1, false],
      ['old', 'old.csv', 1, false],
      ['items', 'items*.csv', 2, false],
    ]);
  });
});

it.each([
  [['loans-01.csv', 'loans-02.csv'], "one with source {file: 'loans-(\\d+)'} would"],
  [['a.b-2024-01.csv', 'a.b-2024-02.csv'], "one with source {file: 'a\\.b-2024-(\\d+)'} would"],
  [['loans_1_new.csv', 'loans_2.csv'], "one with source {file: 'loans_(.+)'} would"],
])('of %j a contract can say which is which', (keys, expected) => {
  const files = keys.map((key) => ({ path: key, key, format: 'csv', fields: ['a'] }) as const);
  expect(groupFiles(files).map(({ notes }) => notes)).toEqual([[expect.stringContaining(expected)]]);
});

it('globs have no sign that globs can not have', () => {
  expect(groups(['[old]/a{1}!.csv', 'a'], ['[old]/b?.csv', 'a'])).toEqual([['old', '*old*/*.csv', 2, false]]);
});

describe('names', () => {
  it.each([
    ['Provider/Company Name', 'provider_company_name'],
    ['Sector(s)', 'sectors'],
    ['LP ID', 'lp_id'],
    ['unitPrice', 'unit_price'],
    ['Größe', 'grosse'],
    ['% of total', 'pct_of_total'],
    ['2019', 'n_2019'],
    ['✓', 'column_1'],
  ])('%s becomes %s', (text, name) => {
    expect(snakeCase(text, 'column_1')).toBe(name);
  });

  it('of tables, data sets and single things', () => {
    expect([tableName('student_info'), tableName('use_data'), tableName('Orders')]).toEqual([
      'students',
      'use',
      'orders',
    ]);
    expect([datasetName('My Shop'), datasetName('ops'), datasetName('_')]).toEqual(['my-shop', 'ops-data', undefined]);
    expect(['orders', 'cities', 'classes', 'boxes', 'status'].map(singular)).toEqual([
      'order',
      'city',
      'class',
      'box',
      'status',
    ]);
  });
});

describe('headers', () => {
  const codes = (head: string) => {
    const found = readFields(head, 'x.csv');
    return 'fields' in found ? [] : found.map(({ code }) => code);
  };

  it.each([
    ['country,2019,2020\na,1,2\n', []],
    ['"a;b",c\n1,2\n', []],
    ['one\nx\ny\n', []],
    ['a;b\n1;2\n', ['wrong-separator']],
    ['a;b;c,d\n1;2;3,5\n', ['wrong-separator']],
    ['5.1,3.5,setosa\n4.9,3.0,setosa\n', ['no-header']],
    ['a,,a\n1,2,3\n', ['unnamed-column', 'duplicate-column']],
    ['a,"b\nc"\r\n1,2\r\n', ['broken-name']],
  ])('%j: %j', (head, expected) => {
    expect(codes(head)).toEqual(expected);
  });
});

it('JSON paths lead to values and lists, in order', () => {
  expect(jsonPaths({ data: { id: 'VARCHAR', tags: ['VARCHAR'] }, 'a.b': 'UBIGINT', x: 'NULL', '': 'JSON' })).toEqual({
    paths: [
      { source: 'data.id', isList: false },
      { source: 'data.tags', isList: true },
      { source: 'x', isList: false },
    ],
    unsayable: ['a.b', ''],
  });
  const odd = ['a\nb', 'a\0b', ' a', 'a.\nb', '\u2028'];
  expect(jsonPaths(Object.fromEntries(['a b', 'ä"', ...odd].map((name) => [name, 'VARCHAR'])))).toEqual({
    paths: [
      { source: 'a b', isList: false },
      { source: 'ä"', isList: false },
    ],
    unsayable: odd,
  });
});
