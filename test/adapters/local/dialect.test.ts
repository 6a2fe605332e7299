/** The dialect's rules, tried on every short text: what DuckDB's casts take beyond them must not get through. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../adapters/duckdb/database.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import { accepts, cast, type TextForm } from '../../../core/plans/dialect.ts';

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

describe('dates', () => {
  // There was no year 0; DuckDB's cast has one, and calls it 1 BC.
  const wrong = () =>
    database.rows(`SELECT text, value FROM (SELECT text, ${cast('date', 'duckdb', 'text')} AS value FROM texts)
      WHERE coalesce(${accepts('date', 'duckdb', { text: 'text', value: 'value' })}, false)
        <> (regexp_full_match(text, '[0-9]{4}-[0-9]{2}-[0-9]{2}') AND NOT starts_with(text, '0000') AND value IS NOT NULL)
      LIMIT 10`);

  it('every text of ten digits, dashes and line feeds', async () => {
    await everyText(['0', '1', '-', '\n'], 5);
    await database.run('ALTER TABLE texts RENAME TO halves');
    await database.run('CREATE TABLE texts AS SELECT a.text || b.text AS text FROM halves AS a, halves AS b');
    expect(await wrong()).toEqual([]);
  });

  it('every pair of characters of a date another, and other lengths', async () => {
    const others = [...'0129-:;.,*\n /+T\t', ''].map((letter) => `'${letter}'`).join(', ');
    await database.run(`CREATE OR REPLACE TABLE texts AS
      SELECT good[:i] || a || good[i + 2:j] || b || good[j + 2:] || c AS text
      FROM unnest(['2020-12-31', '0999-10-01', '9999-02-28']) AS s(good), range(10) AS t(i), range(10) AS u(j),
        unnest([${others}]) AS v(a), unnest([${others}]) AS w(b), unnest(['', '0', '1', '\n']) AS x(c)
      WHERE i < j`);
    expect(await wrong()).toEqual([]);
  });
});

/** The texts that are judged other than by the rule, and by whether `expected` has a value, or have another value. */
async function mistakes(form: TextForm, rule: string, expected: string): Promise<unknown[]> {
  const sound = accepts(form, 'duckdb', { text: 'text', value: 'value' });
  const fits = `(regexp_full_match(text, '${rule}') AND ${expected} IS NOT NULL)`;
  return database.rows(`SELECT text, value FROM (SELECT text, ${cast(form, 'duckdb', 'text')} AS value FROM texts)
    WHERE coalesce(${sound}, false) <> ${fits} OR ${fits} AND value IS DISTINCT FROM ${expected} LIMIT 10`);
}

it('percentages', async () => {
  await everyText([...' +-.6_%'], 5);
  const number = "regexp_extract(text, '[+-]?[0-9.]+')";
  const rule = `${SPACE}[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)${SPACE}%${SPACE}`;
  expect(await mistakes('percent', rule, `TRY_CAST(${number} AS DOUBLE) / 100`)).toEqual([]);
});

it('percentages to the last digit, and none beyond the largest number', async () => {
  const percent = cast('percent', 'duckdb', 'text');
  const rows = await database.rows<{ text: string; value: number }>(
    `SELECT text, ${percent} AS value FROM (SELECT range || '%' AS text FROM range(101))`,
  );
  expect(rows.map(({ value }) => value)).toEqual(rows.map((_, index) => index / 100));
  const sound = accepts('percent', 'duckdb', { text: 'text', value: percent });
  expect(await database.rows(`SELECT ${sound} AS sound FROM (SELECT repeat('9', 400) || '%' AS text)`)).toEqual([
    { sound: false },
  ]);
});

describe('timestamps with offset', () => {
  const CLOCK = '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}([.][0-9]{1,3})?';
  const RULE = `${CLOCK}(Z|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)`;
  const LOCAL = `TRY_CAST(regexp_extract(text, '^(${CLOCK})', 1) AS TIMESTAMP)`;
  const part = (index: number) =>
    `coalesce(TRY_CAST(regexp_extract(text, '([+-])([0-9]{2}):?([0-9]{2})?$', ${index}) AS INTEGER), 0)`;
  const MINUTES = `(CASE WHEN contains(text[20:], '-') THEN -1 ELSE 1 END) * (${part(2)} * 60 + ${part(3)})`;

  const forms: [TextForm, string][] = [
    ['timestamp with offset', `${LOCAL} - to_minutes(${MINUTES})`],
    ['local time of timestamp with offset', LOCAL],
    [
      'offset hours of timestamp with offset',
      `CASE WHEN ${LOCAL} IS NOT NULL THEN CAST(${MINUTES} AS DOUBLE) / 60 END`,
    ],
  ];

  it.each(forms)('%s, with every short text for the offset', async (form, expected) => {
    await everyText([...'+-:0169Z'], 5);
    await database.run(`CREATE OR REPLACE TABLE texts AS
      SELECT clock || text AS text FROM texts, (VALUES ('2017-12-06 22:06:36'), ('2020-02-29T23:59:59.5')) AS t(clock)
      UNION ALL SELECT '2017-12-06 22:06:36' || text || '30' FROM texts
      UNION ALL SELECT '2017-12-06 22:06:36.' || n || '-08' FROM range(2000) AS t(n)`);
    expect(await mistakes(form, RULE, expected)).toEqual([]);
  });

  it.each(forms)('%s, with every pair of characters of the clock another', async (form, expected) => {
    await database.run(`CREATE OR REPLACE TABLE texts AS
      SELECT good[:i] || a || good[i + 2:j] || b || good[j + 2:] AS text
      FROM (SELECT '2017-11-10 21:11:10-08' AS good), range(19) AS t(i), range(19) AS u(j),
        unnest(['0', '1', '2', ' ', 'T', ':', '-', 'a']) AS v(a), unnest(['0', '1', '2', ' ', 'T', ':', '-', 'a']) AS w(b)
      WHERE i < j`);
    expect(await mistakes(form, RULE, expected)).toEqual([]);
  });

  it.each(forms)("%s, whatever the session's own zone is", async (form, expected) => {
    await database.run(`CREATE OR REPLACE TABLE texts AS SELECT * FROM (VALUES ('2017-12-06 22:06:36-08'),
      ('2017-03-12 02:30:00-0800'), ('2017-12-06 22:06:36+0530'), ('2017-12-06T22:06:36.25+05:45'))`);
    await database.run('ALTER TABLE texts RENAME COLUMN col0 TO text');
    await database.run("SET TimeZone = 'America/New_York'");
    try {
      expect(await mistakes(form, RULE, expected)).toEqual([]);
    } finally {
      await database.run('RESET TimeZone');
    }
  });
});
