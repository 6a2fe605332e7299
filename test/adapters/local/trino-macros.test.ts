/** The macros give what Trino gives: `test/engines/macros.test.ts` asks Trino for the same. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../adapters/duckdb/database.ts';
import { trinoMacros } from '../../../adapters/local/lake/macros.ts';
import { MACRO_CASES, OUT_OF_REACH, REFUSED, rendered, typeName } from '../../support/trino-macro-cases.ts';

let database: Database;

beforeAll(async () => {
  database = await Database.open({ file: null, readOnly: false, spill: null });
  await database.run(trinoMacros());
});
afterAll(() => database.close());

async function evaluate(expression: string): Promise<[value: string, type: string]> {
  const reader = await database.connection.runAndReadAll(`SELECT ${expression} AS value`);
  return [rendered(reader.getRowsJson()[0]?.[0]), typeName(String(reader.columnTypes()[0]))];
}

describe.each(Object.entries(MACRO_CASES))('%s', (_what, cases) => {
  it.each(cases.map(([expression, value, type]): [string, string, string] => [expression, rendered(value), type]))(
    '%s',
    async (expression, value, type) => {
      const [found, foundType] = await evaluate(expression);
      expect(found).toBe(value);
      // A null alone has no type in DuckDB.
      if (value !== 'null') expect(foundType).toBe(type);
    },
  );
});

describe('what Trino refuses', () => {
  it.each(REFUSED.map((expression): [string] => [expression]))('%s', async (expression) => {
    await expect(evaluate(expression)).rejects.toThrow(/valid|format/);
  });
});

describe('what is out of reach, and differs as the file says', () => {
  it.each(
    OUT_OF_REACH.map(([expression, , [value, type]]): [string, string, string] => [expression, rendered(value), type]),
  )('%s', async (expression, value, type) => {
    const [found, foundType] = await evaluate(expression);
    expect(found).toBe(value);
    if (value !== 'null') expect(foundType).toBe(type);
  });
});

it('every macro has a case', async () => {
  const macros = await database.rows<{ name: string }>(
    "SELECT DISTINCT function_name AS name FROM duckdb_functions() WHERE NOT internal AND function_type = 'macro'",
  );
  const names = macros.map(({ name }) => name).filter((name) => !name.startsWith('landfall_'));
  const expressions = Object.values(MACRO_CASES).flatMap((cases) => cases.map(([expression]) => expression));
  const hasCase = (name: string) => expressions.some((expression) => new RegExp(`\\b${name}\\(`).test(expression));
  expect(names.length).toBeGreaterThanOrEqual(40);
  expect(names.filter((name) => !hasCase(name))).toEqual([]);
});
