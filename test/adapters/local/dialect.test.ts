/** The dialect's rules, tried on every short text: what DuckDB's casts take beyond them must not get through. */

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Database } from '../../../adapters/local/lake/database.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import { accepts, cast } from '../../../core/plans/dialect.ts';

let database: Database;
beforeAll(async () => {
  database = await Database.open({ file: null, readOnly: false, spill: null });
});
afterAll(() => database.close());

const SPACE = '[\\t-\\r ]*';
const WHOLE = `${SPACE}[+-]?[0-9]+${SPACE}`;
const REAL = `${SPACE}[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?${SPACE}`;
const PLAIN = [...' -./:0189,'];
const LETTERED = [...' +-.019eE_xbnaif'];

/** Every text of up to `longest` characters of an alphabet, in a table `texts`. */
async function everyText(alphabet: readonly string[], longest: number): Promise<void> {
  const letters = alphabet.map((letter) => `'${letter}'`).join(', ');
  const tables = Array.from({ length: longest }, (_, index) => {
    const parts = Array.from({ length: index + 1 }, (_letter, i) => `c${i}`);
    return `SELECT ${parts.join(' || ')} AS text FROM ${parts.map((name) => `unnest([${letters}]) AS t_${name}(${name})`).join(', ')}`;
  });
  await database.run(`CREATE OR REPLACE TABLE texts AS ${tables.join(' UNION ALL ')}`);
}

it.each<[string, ColumnType, 'lettered' | 'plain', readonly string[], string]>([
  ['whole numbers', 'integer', 'lettered', LETTERED, WHOLE],
  ['whole numbers of 64 bits', 'bigint', 'lettered', LETTERED, WHOLE],
  ['numbers', 'double', 'lettered', LETTERED, REAL],
  ['whole numbers without letters', 'integer', 'plain', PLAIN, WHOLE],
  ['whole numbers of 64 bits without letters', 'bigint', 'plain', PLAIN, WHOLE],
  ['numbers without letters', 'double', 'plain', PLAIN, REAL],
])('%s', async (_name, type, judge, alphabet, rule) => {
  await everyText(alphabet, 4);
  const sound = accepts(type, 'duckdb', { text: 'text', value: 'value', plain: judge === 'plain' });
  const wrong =
    await database.rows(`SELECT text, value FROM (SELECT text, ${cast(type, 'duckdb', 'text')} AS value FROM texts)
    WHERE coalesce(${sound}, false) <> regexp_full_match(text, '${rule}') LIMIT 10`);
  expect(wrong).toEqual([]);
});
