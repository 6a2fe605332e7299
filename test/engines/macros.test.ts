/** Trino gives what the cases of DuckDB's macros say it gives. */

import { describe, expect, it } from '@jest/globals';
import { MACRO_CASES, OUT_OF_REACH, REFUSED, rendered, typeName } from '../support/trino-macro-cases.ts';
import { connect } from './support/engines.ts';
import { TrinoError } from './support/trino.ts';

const trino = connect();

async function evaluate(expression: string): Promise<[value: string, type: string]> {
  const { columns, rows } = await trino.rows(`SELECT ${expression} AS value`);
  return [rendered(rows[0]?.[0]), typeName(columns[0]?.type ?? '')];
}

describe.each(Object.entries(MACRO_CASES))('%s', (_what, cases) => {
  it.each(cases.map(([expression, ...expected]): [string, typeof expected] => [expression, expected]))(
    '%s',
    async (expression, [value, type]) => expect(await evaluate(expression)).toEqual([rendered(value), type]),
  );
});

describe('what Trino refuses', () => {
  it.each(REFUSED.map((expression): [string] => [expression]))('%s', async (expression) => {
    await expect(evaluate(expression)).rejects.toThrow(TrinoError);
  });
});

describe('what is out of reach', () => {
  it.each(OUT_OF_REACH.map(([expression, expected]): [string, typeof expected] => [expression, expected]))(
    '%s',
    async (expression, [value, type]) => expect(await evaluate(expression)).toEqual([rendered(value), type]),
  );
});
