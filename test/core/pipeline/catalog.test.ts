import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CatalogTable } from '../../../core/catalog/types.ts';
import type { Model } from '../../../core/models/types.ts';
import { column, contractOf, SALES, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';
import { aModel } from '../models/graph-models.ts';

const HEADER = 'id,day,amount,note\n';
const KEY = { LANDFALL_PROTECT_KEY: 'ab'.repeat(32) };

let lake: TestLake;
afterEach(() => lake.close());

async function tablesOf(): Promise<Record<string, CatalogTable>> {
  const { datasets } = await lake.catalog();
  return Object.fromEntries(datasets.flatMap(({ tables }) => tables.map((one) => [one.name, one])));
}

function model(name: string, sql: string, more: Partial<Model> = {}): Model {
  return { ...aModel(`shop.${name}`), sql, ...more };
}

describe('the catalog of a lake', () => {
  beforeEach(async () => {
    lake = await TestLake.open(SALES);
  });

  it('tells of a clean table how it is loaded, and when it was', async () => {
    lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,1,a\n2,2020-01-01,1,a\n`);
    await lake.load();
    const { sales } = await tablesOf();
    expect(sales).toMatchObject({
      kind: 'clean',
      table: 'shop.sales',
      key: ['id', 'day'],
      landing: 'shop/sales/*.csv',
      format: 'csv',
      load: 'merge',
      rows: 2,
      filesLoaded: 1,
      arrivedAt: '2021-01-01 00:01:00.000',
      isPublished: false,
      quality: [],
    });
    expect(sales?.changedAt).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.]\d{3}$/);
    expect(sales?.columns.map(({ name, type, required }) => [name, type, required])).toEqual([
      ['id', 'integer', true],
      ['day', 'date', true],
      ['amount', 'double', false],
      ['note', 'string', false],
      ['_load_id', 'bigint', false],
      ['_source_file', 'string', false],
      ['_row_number', 'integer', false],
    ]);
  });

  it("has a model's columns as the lake has them, with what is written of them", async () => {
    const columns = { paid: { description: 'Sum', unit: 'dollars' } };
    lake.models = [
      model('totals', 'SELECT day, sum(amount) AS paid, count(*) AS n FROM shop.sales GROUP BY day', { columns }),
      model('seen', 'SELECT note FROM shop.sales', { materialize: 'view' }),
    ];
    lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,1,a\n2,2020-01-01,1,a\n`);
    await lake.load();
    const { totals, seen } = await tablesOf();
    expect(totals?.columns.map(({ name, type, description, unit }) => [name, type, description, unit])).toEqual([
      ['day', 'date', '', null],
      ['paid', 'double', 'Sum', 'dollars'],
      ['n', 'bigint', '', null],
    ]);
    expect(totals).toMatchObject({ kind: 'model', rows: 1, changedAt: '2021-01-01 00:01:00.000' });
    expect(seen).toMatchObject({ materialize: 'view', rows: null });
  });

  it('tells which audits passed in the last refresh, and of none that it did not have', async () => {
    const audits = [
      { name: 'no big ones', sql: 'SELECT 1 FROM shop.big WHERE amount > 50', severity: 'warn' as const },
      { name: 'has an amount', sql: 'SELECT 1 FROM shop.big WHERE amount IS NULL', severity: 'error' as const },
    ];
    lake.models = [model('big', 'SELECT amount FROM shop.sales', { audits })];
    expect((await tablesOf())['big']).toMatchObject({ audits: [{ passed: null }, { passed: null }] });

    lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,90,a\n`);
    await lake.load();
    expect((await tablesOf())['big']).toMatchObject({
      audits: [
        { name: 'no big ones', severity: 'warn', passed: false },
        { name: 'has an amount', severity: 'error', passed: true },
      ],
    });

    lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,9,a\n`);
    await lake.load();
    expect((await tablesOf())['big']).toMatchObject({ audits: [{ passed: true }, { passed: true }] });

    lake.models = [model('big', 'SELECT amount FROM shop.sales', { audits: audits.slice(1) })];
    expect((await tablesOf())['big']).toMatchObject({ audits: [{ passed: null }] });
  });

  it('has the last results of the rules of quality, those that failed first', async () => {
    await lake.load();
    await lake.rows(`INSERT INTO ops.quality BY NAME SELECT * FROM (VALUES
      ('r1', 'shop', 'sales', 'id', 'unique', 'uniqueness', 'error', '0', '2', 'failed', TIMESTAMP '2021-01-01 00:00:00'),
      ('r2', 'shop', 'sales', 'id', 'unique', 'uniqueness', 'error', '0', '0', 'passed', TIMESTAMP '2021-01-02 00:00:00'),
      ('r2', 'shop', 'sales', NULL, 'rowCount', 'completeness', 'warning', '1', '0', 'failed', TIMESTAMP '2021-01-02 00:00:00'))
      AS results(run_id, dataset, table_name, column_name, rule, dimension, severity, expected, observed, status, checked_at)`);
    const { quality } = (await tablesOf())['sales'] ?? {};
    expect(quality?.map(({ column: name, rule, status, observed }) => [name, rule, status, observed])).toEqual([
      [null, 'rowCount', 'failed', '0'],
      ['id', 'unique', 'passed', '0'],
    ]);
    expect(quality?.[0]?.checkedAt).toBe('2021-01-02 00:00:00.000');
  });
});

it('tells what a column is classified as and how it is protected', async () => {
  const card = column('card', 'string', { classification: 'restricted', protect: 'hmac' });
  lake = await TestLake.open(contractOf(table('sales', [card])), { environment: KEY });
  await lake.prepare();
  expect((await tablesOf())['sales']?.columns[0]).toMatchObject({ classification: 'restricted', protect: 'hmac' });
});
