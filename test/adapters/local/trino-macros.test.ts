/** What the macros give is what Trino 476 gave for the same expressions. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../../adapters/local/lake/database.ts';

let database: Database;

beforeAll(async () => {
  database = await Database.open({ file: null, readOnly: false, spill: null });
  await database.createMacros();
});
afterAll(() => database.close());

async function evaluate(expression: string): Promise<unknown> {
  const [row] = await database.rows<{ value: unknown }>(`SELECT ${expression} AS value`);
  return row?.value;
}

type Case = readonly [expression: string, value: unknown];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  date_add: [
    ["date_add('day', 3, DATE '2020-01-30')", '2020-02-02'],
    ["date_add('month', 1, TIMESTAMP '2020-01-31 10:00:00')", '2020-02-29 10:00:00'],
    ["date_add('month', -1, DATE '2020-03-31')", '2020-02-29'],
    ["date_add('year', 1, DATE '2020-02-29')", '2021-02-28'],
    ["date_add('hour', 30, TIMESTAMP '2020-01-31 10:00:00')", '2020-02-01 16:00:00'],
  ],
  'date_diff counts complete units': [
    ["date_diff('day', DATE '2020-01-01', DATE '2020-12-31')", '365'],
    ["date_diff('month', DATE '2020-01-15', DATE '2020-03-14')", '1'],
    ["date_diff('month', DATE '2020-01-31', DATE '2020-02-29')", '1'],
    ["date_diff('year', DATE '2020-12-31', DATE '2021-01-01')", '0'],
    ["date_diff('week', DATE '2020-01-05', DATE '2020-01-06')", '0'],
    ["date_diff('hour', TIMESTAMP '2020-01-01 10:59:00', TIMESTAMP '2020-01-01 11:00:00')", '0'],
  ],
  'date_trunc keeps the type': [
    ["date_trunc('month', DATE '2020-02-03')", '2020-02-01'],
    ["date_trunc('week', DATE '2020-01-05')", '2019-12-30'],
    ["date_trunc('hour', TIMESTAMP '2020-02-03 10:11:12')", '2020-02-03 10:00:00'],
  ],
  date_format: [
    [
      "date_format(TIMESTAMP '2020-01-05 09:08:07.123', '%a %b %c %d %e %f %H %h %I %i %j %k %l %M %m %p %r %S %s %T %v %W %x %Y %y %%')",
      'Sun Jan 1 05 5 123000 09 09 09 08 005 9 9 January 01 AM 09:08:07 AM 07 07 09:08:07 01 Sunday 2020 2020 20 %',
    ],
    ["date_format(TIMESTAMP '2020-12-31 21:08:07', '%%M %M%%i %i')", '%M December%i 08'],
    ["date_format(TIMESTAMP '2020-12-31 21:08:07', 'at %q x')", 'at q x'],
    ["date_format(DATE '2021-01-01', '%x-%v')", '2020-53'],
  ],
  'parts of a date': [
    ["day_of_week(DATE '2020-01-05')", '7'],
    ["dow(DATE '2020-01-06')", '1'],
    ["day_of_month(DATE '2020-01-05')", '5'],
    ["day_of_year(DATE '2020-02-05')", '36'],
    ["year_of_week(DATE '2021-01-01')", '2020'],
    ["week_of_year(DATE '2021-01-01')", '53'],
    ["last_day_of_month(DATE '2020-02-05')", '2020-02-29'],
  ],
  'Unix time and zones': [
    ["to_unixtime(TIMESTAMP '2020-01-01 00:00:00.5')", 1577836800.5],
    ['CAST(from_unixtime(1577836800.4567) AS TIMESTAMP)', '2020-01-01 00:00:00.457'],
    ["CAST(at_timezone(TIMESTAMP '2020-01-01 10:00:00', 'America/Denver') AS TIMESTAMP)", '2020-01-01 03:00:00'],
    ["from_iso8601_date('2020-01-05')", '2020-01-05'],
  ],
  text: [
    ["concat('a', NULL)", null],
    ["concat('a', 'b', 'c')", 'abc'],
    ["split_part('a-b', '-', 2)", 'b'],
    ["split_part('a-b', '-', 3)", null],
    ["levenshtein_distance('ab', 'ac')", '1'],
    ["hamming_distance('ab', 'cd')", '2'],
  ],
  'regular expressions': [
    ["regexp_like('abc', 'b')", true],
    ["regexp_like('abc', '^b')", false],
    ["regexp_extract('abc', 'z')", null],
    ["regexp_extract('abc1', '([a-z]+)(\\d)', 2)", '1'],
    ["regexp_replace('aXbX', 'X', '-')", 'a-b-'],
    ["regexp_replace('aXbX', 'X')", 'ab'],
    ["regexp_replace('2020-01-05', '(\\d+)-(\\d+)-(\\d+)', '$3/$2/$1')", '05/01/2020'],
  ],
  json_extract_scalar: [
    [`json_extract_scalar('{"a":{"b":[true]}}', '$.a.b[0]')`, 'true'],
    [`json_extract_scalar('{"a b":1}', '$["a b"]')`, '1'],
    [`json_extract_scalar('{"a":{"b":1}}', '$.a')`, null],
    [`json_extract_scalar('{"a":null}', '$.a')`, null],
    [`json_extract_scalar('{"a":1}', '$.b')`, null],
    [`json_extract_scalar('{', '$.a')`, null],
  ],
  numbers: [
    ['truncate(-12.5e0)', -12],
    ['is_nan(nan())', true],
    ['is_finite(1e0)', true],
    ['is_infinite(infinity())', true],
    ['greatest(1, NULL)', null],
    ['greatest(1, 3, 2)', 3],
    ['least(2, 1)', 1],
    ['least(1, NULL, 2)', null],
  ],
  'arrays and maps': [
    ['element_at(ARRAY[1, 2, 3], 1)', 1],
    ['element_at(ARRAY[1, 2, 3], -1)', 3],
    ['element_at(ARRAY[1, 2, 3], 5)', null],
    ["element_at(map(ARRAY['a'], ARRAY[1]), 'a')", 1],
    ["element_at(map(ARRAY['a'], ARRAY[1]), 'b')", null],
    ['cardinality(ARRAY[1, 2])', '2'],
    ["cardinality(map(ARRAY['a'], ARRAY[1]))", '1'],
    ["array_join(ARRAY[1, NULL, 2], ',')", '1,2'],
    ["array_join(ARRAY[1, NULL, 2], ',', 'x')", '1,x,2'],
    ['array_max(ARRAY[1, NULL])', null],
    ['array_min(ARRAY[2, 1])', 1],
    ['slice(ARRAY[1, 2, 3], 2, 2)', [2, 3]],
  ],
  sequence: [
    ['sequence(5, 1)', [5, 4, 3, 2, 1]],
    ['sequence(1, 10, 3)', [1, 4, 7, 10]],
    ["sequence(DATE '2020-02-28', DATE '2020-03-01')", ['2020-02-28', '2020-02-29', '2020-03-01']],
    [
      "sequence(DATE '2020-01-31', DATE '2020-05-02', INTERVAL '1' MONTH)",
      ['2020-01-31', '2020-02-29', '2020-03-31', '2020-04-30'],
    ],
  ],
};

describe.each(Object.entries(CASES))('%s', (_what, cases) => {
  it.each(cases.map(([expression, value]): [string, unknown] => [expression, value]))(
    '%s',
    async (expression, value) => {
      const found = await evaluate(expression);
      expect(typeof value === 'string' ? String(found) : found).toEqual(value);
    },
  );
});

describe('what Trino refuses', () => {
  it.each([
    ["date_add('hour', 1, DATE '2020-01-31')"],
    ["date_add('fortnight', 1, DATE '2020-01-31')"],
    ["date_format(DATE '2020-01-31', '%D')"],
  ])('%s', async (expression) => {
    await expect(evaluate(expression)).rejects.toThrow(/valid|format/);
  });
});
