/** What each metric counts, by the engine itself. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../adapters/duckdb/database.ts';
import { readTable } from '../../../adapters/local/lake/index.ts';
import { trinoMacros } from '../../../adapters/local/lake/macros.ts';
import { judge } from '../../../core/quality/judge.ts';
import type { Measure, QualityRule } from '../../../core/quality/types.ts';
import { column, contractOf, table } from '../../support/contracts.ts';

let database: Database;
beforeAll(async () => {
  database = await Database.open({ file: null, readOnly: false, spill: null });
  await database.run(trinoMacros());
  await database.run(`CREATE SCHEMA shop;
    CREATE TABLE shop.sales ("select" VARCHAR, n INTEGER, price DOUBLE, sold BOOLEAN);
    CREATE TABLE shop.none AS FROM shop.sales;
    INSERT INTO shop.sales VALUES ('tea', 1, 1.5, true), ('tea', 1, 2.5, true), ('TEA', 2, 1.5, false),
      ('it''s n/a', NULL, NULL, NULL), (NULL, NULL, 1.5, true)`);
});
afterAll(() => database.close());

async function observed(measure: Measure, of: 'sales' | 'none', unit: 'rows' | 'percent' = 'rows') {
  const rule: QualityRule = {
    name: 'one',
    column: null,
    measure,
    expectation: { operator: 'mustBe', bounds: [0], unit },
    dimension: null,
    severity: 'error',
    line: 1,
  };
  const asked = { ...table(of, [column('n', 'integer')]), quality: [rule] };
  const [result] = await judge(contractOf(asked), asked, (sql) => readTable(database, sql));
  return result?.observed;
}

const text = { column: 'select' };

describe.each<[string, Measure, number, number]>([
  ['rowCount', { kind: 'rowCount' }, 5, 0],
  ['nullValues', { kind: 'nullValues', column: 'n' }, 2, 0],
  ['missingValues', { kind: 'missingValues', ...text, values: ["it's n/a", ''] }, 2, 0],
  ['missingValues without a list', { kind: 'missingValues', ...text, values: [] }, 1, 0],
  ['missingValues of numbers', { kind: 'missingValues', column: 'price', values: [2.5] }, 2, 0],
  ['invalidValues by list', { kind: 'invalidValues', ...text, validValues: ['tea'] }, 2, 0],
  ['invalidValues of whole numbers', { kind: 'invalidValues', column: 'n', validValues: [1] }, 1, 0],
  ['invalidValues of true and false', { kind: 'invalidValues', column: 'sold', validValues: [true] }, 1, 0],
  ['invalidValues by pattern', { kind: 'invalidValues', ...text, pattern: '^[a-z]+$' }, 2, 0],
  ['invalidValues by a pattern within', { kind: 'invalidValues', ...text, pattern: '[a-z]' }, 1, 0],
  ['invalidValues by both', { kind: 'invalidValues', ...text, validValues: ['tea', 'TEA'], pattern: 'e' }, 2, 0],
  ['invalidValues where nothing is valid', { kind: 'invalidValues', ...text, validValues: [] }, 4, 0],
  ['duplicateValues', { kind: 'duplicateValues', columns: ['price'] }, 1, 0],
  ['duplicateValues of two columns', { kind: 'duplicateValues', columns: ['select', 'n'] }, 1, 0],
  ['sql', { kind: 'sql', query: 'SELECT sum(n) FROM shop.sales -- all' }, 4, 4],
  ['sql of a truth', { kind: 'sql', query: 'SELECT count(*) = 5 FROM shop.sales' }, 1, 1],
])('%s', (_name, measure, ofSales, ofNone) => {
  it('counts', async () => {
    expect(await observed(measure, 'sales')).toBe(ofSales);
    expect(await observed(measure, 'none')).toBe(ofNone);
  });

  it('in percent of the rows', async () => {
    const isShare = measure.kind !== 'sql';
    expect(await observed(measure, 'sales', 'percent')).toBe(isShare ? (100 * ofSales) / 5 : ofSales);
    expect(await observed(measure, 'none', 'percent')).toBe(isShare ? 0 : ofNone);
  });
});

describe('SQL', () => {
  it.each([
    ['SELECT n FROM shop.sales WHERE false', null],
    ["SELECT 'three'", null],
    ["SELECT CAST('NaN' AS double)", null],
  ])('%s gives no number', async (query, number) => {
    expect(await observed({ kind: 'sql', query }, 'sales')).toBe(number);
  });

  it('that can not run is told without the value that it met', async () => {
    const asked = observed({ kind: 'sql', query: 'SELECT max(CAST("select" AS integer)) FROM shop.sales' }, 'sales');
    await expect(asked).rejects.toThrow(
      'contracts/shop.odcs.yaml:1: the rule "one" of shop.sales can\'t run: the engine met Conversion Error (mend its query)',
    );
  });
});
