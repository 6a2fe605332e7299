/** What Trino's functions give: held against DuckDB's macros by `npm test`, and against Trino by the engine tests. */

/** The type is Trino's, without lengths and precisions. */
export type MacroCase = readonly [expression: string, value: MacroValue, type: string];

export type MacroValue = string | number | boolean | null | readonly (string | number)[];

export const MACRO_CASES: Readonly<Record<string, readonly MacroCase[]>> = {
  date_add: [
    ["date_add('day', 3, DATE '2020-01-30')", '2020-02-02', 'date'],
    ["date_add('month', 1, TIMESTAMP '2020-01-31 10:00:00')", '2020-02-29 10:00:00', 'timestamp'],
    ["date_add('month', -1, DATE '2020-03-31')", '2020-02-29', 'date'],
    ["date_add('year', 1, DATE '2020-02-29')", '2021-02-28', 'date'],
    ["date_add('hour', 30, TIMESTAMP '2020-01-31 10:00:00')", '2020-02-01 16:00:00', 'timestamp'],
    ["date_add('week', 2, DATE '2020-01-31')", '2020-02-14', 'date'],
    ["date_add('quarter', 1, DATE '2020-11-30')", '2021-02-28', 'date'],
    ["date_add('minute', -90, TIMESTAMP '2020-01-01 01:00:00')", '2019-12-31 23:30:00', 'timestamp'],
    ["date_add('second', 61, TIMESTAMP '2020-01-01 00:00:00')", '2020-01-01 00:01:01', 'timestamp'],
    ["date_add('millisecond', 1500, TIMESTAMP '2020-01-01 00:00:00.000')", '2020-01-01 00:00:01.5', 'timestamp'],
  ],
  'date_diff counts complete units': [
    ["date_diff('day', DATE '2020-01-01', DATE '2020-12-31')", 365, 'bigint'],
    ["date_diff('month', DATE '2020-01-15', DATE '2020-03-14')", 1, 'bigint'],
    ["date_diff('month', DATE '2020-01-31', DATE '2020-02-29')", 1, 'bigint'],
    ["date_diff('year', DATE '2020-12-31', DATE '2021-01-01')", 0, 'bigint'],
    ["date_diff('week', DATE '2020-01-05', DATE '2020-01-06')", 0, 'bigint'],
    ["date_diff('hour', TIMESTAMP '2020-01-01 10:59:00', TIMESTAMP '2020-01-01 11:00:00')", 0, 'bigint'],
    ["date_diff('day', DATE '2020-12-31', DATE '2020-01-01')", -365, 'bigint'],
    ["date_diff('month', DATE '2020-03-14', DATE '2020-01-15')", -1, 'bigint'],
    ["date_diff('month', DATE '2020-03-31', DATE '2020-02-29')", -1, 'bigint'],
    ["date_diff('quarter', DATE '2020-01-01', DATE '2020-12-31')", 3, 'bigint'],
    ["date_diff('millisecond', TIMESTAMP '2020-01-01 00:00:00.5', TIMESTAMP '2020-01-01 00:00:01')", 500, 'bigint'],
    ["date_diff('day', TIMESTAMP '2020-01-03 09:00:00', TIMESTAMP '2020-01-01 10:00:00')", -1, 'bigint'],
  ],
  'date_trunc keeps the type': [
    ["date_trunc('month', DATE '2020-02-03')", '2020-02-01', 'date'],
    ["date_trunc('week', DATE '2020-01-05')", '2019-12-30', 'date'],
    ["date_trunc('hour', TIMESTAMP '2020-02-03 10:11:12')", '2020-02-03 10:00:00', 'timestamp'],
    ["date_trunc('quarter', DATE '2020-05-03')", '2020-04-01', 'date'],
    ["date_trunc('year', TIMESTAMP '2020-05-03 10:00:00')", '2020-01-01 00:00:00', 'timestamp'],
  ],
  date_format: [
    [
      "date_format(TIMESTAMP '2020-01-05 09:08:07.123', '%a %b %c %d %e %f %H %h %I %i %j %k %l %M %m %p %r %S %s %T %v %W %x %Y %y %%')",
      'Sun Jan 1 05 5 123000 09 09 09 08 005 9 9 January 01 AM 09:08:07 AM 07 07 09:08:07 01 Sunday 2020 2020 20 %',
      'varchar',
    ],
    ["date_format(TIMESTAMP '2020-12-31 21:08:07', '%%M %M%%i %i')", '%M December%i 08', 'varchar'],
    ["date_format(TIMESTAMP '2020-12-31 21:08:07', 'at %q x')", 'at q x', 'varchar'],
    ["date_format(DATE '2021-01-01', '%x-%v')", '2020-53', 'varchar'],
  ],
  'parts of a date': [
    ["day_of_week(DATE '2020-01-05')", 7, 'bigint'],
    ["dow(DATE '2020-01-06')", 1, 'bigint'],
    ["day_of_month(DATE '2020-01-05')", 5, 'bigint'],
    ["day_of_year(DATE '2020-02-05')", 36, 'bigint'],
    ["year_of_week(DATE '2021-01-01')", 2020, 'bigint'],
    ["week_of_year(DATE '2021-01-01')", 53, 'bigint'],
    ["last_day_of_month(DATE '2020-02-05')", '2020-02-29', 'date'],
    ["doy(DATE '2020-12-31')", 366, 'bigint'],
    ["yow(DATE '2019-12-30')", 2020, 'bigint'],
    ["day_of_week(TIMESTAMP '2020-01-05 23:59:59')", 7, 'bigint'],
    ["last_day_of_month(TIMESTAMP '2020-02-05 10:00:00')", '2020-02-29', 'date'],
  ],
  'Unix time and zones': [
    ["to_unixtime(TIMESTAMP '2020-01-01 00:00:00.5')", 1577836800.5, 'double'],
    ['CAST(from_unixtime(1577836800.4567) AS TIMESTAMP)', '2020-01-01 00:00:00.457', 'timestamp'],
    [
      "CAST(at_timezone(TIMESTAMP '2020-01-01 10:00:00', 'America/Denver') AS TIMESTAMP)",
      '2020-01-01 03:00:00',
      'timestamp',
    ],
    ["from_iso8601_date('2020-01-05')", '2020-01-05', 'date'],
    ["to_unixtime(TIMESTAMP '1969-12-31 23:59:59')", -1, 'double'],
    [
      "CAST(at_timezone(TIMESTAMP '2020-07-01 10:00:00', 'America/Denver') AS TIMESTAMP)",
      '2020-07-01 04:00:00',
      'timestamp',
    ],
  ],
  text: [
    ["concat('a', CAST(NULL AS VARCHAR))", null, 'varchar'],
    ["concat('a', 'b', 'c')", 'abc', 'varchar'],
    ["split_part('a-b', '-', 2)", 'b', 'varchar'],
    ["split_part('a-b', '-', 3)", null, 'varchar'],
    ["levenshtein_distance('ab', 'ac')", 1, 'bigint'],
    ["hamming_distance('ab', 'cd')", 2, 'bigint'],
    ["concat('b', 'a')", 'ba', 'varchar'],
    ["concat('a', 'b', 'c', 'd')", 'abcd', 'varchar'],
    ["concat('a', 'b', 'c', 'd', 'e')", 'abcde', 'varchar'],
    ["concat('a', 'b', 'c', 'd', 'e', 'f')", 'abcdef', 'varchar'],
    ["split_part('a-b-c', '-', 1)", 'a', 'varchar'],
    ["levenshtein_distance('kitten', 'sitting')", 3, 'bigint'],
    ["hamming_distance('abc', 'abd')", 1, 'bigint'],
  ],
  'regular expressions': [
    ["regexp_like('abc', 'b')", true, 'boolean'],
    ["regexp_like('abc', '^b')", false, 'boolean'],
    ["regexp_extract('abc', 'z')", null, 'varchar'],
    [`regexp_extract('abc1', '([a-z]+)(\\d)', 2)`, '1', 'varchar'],
    ["regexp_replace('aXbX', 'X', '-')", 'a-b-', 'varchar'],
    ["regexp_replace('aXbX', 'X')", 'ab', 'varchar'],
    [`regexp_replace('2020-01-05', '(\\d+)-(\\d+)-(\\d+)', '$3/$2/$1')`, '05/01/2020', 'varchar'],
    ["regexp_like('b', 'abc')", false, 'boolean'],
    ["regexp_like('AbC', '(?i)abc')", true, 'boolean'],
    ["regexp_extract('abc', 'b.')", 'bc', 'varchar'],
    [`regexp_extract('abc1', '([a-z]+)(\\d)', 1)`, 'abc', 'varchar'],
    ["regexp_replace('abc', '(b)', '[$1$1]')", 'a[bb]c', 'varchar'],
  ],
  json_extract_scalar: [
    [`json_extract_scalar('{"a":{"b":[true]}}', '$.a.b[0]')`, 'true', 'varchar'],
    [`json_extract_scalar('{"a b":1}', '$["a b"]')`, '1', 'varchar'],
    [`json_extract_scalar('{"a":{"b":1}}', '$.a')`, null, 'varchar'],
    [`json_extract_scalar('{"a":null}', '$.a')`, null, 'varchar'],
    [`json_extract_scalar('{"a":1}', '$.b')`, null, 'varchar'],
    ["json_extract_scalar('{', '$.a')", null, 'varchar'],
    ["json_extract_scalar('[1,2]', '$[1]')", '2', 'varchar'],
  ],
  numbers: [
    ['truncate(-12.5e0)', -12, 'double'],
    ['is_nan(nan())', true, 'boolean'],
    ['is_finite(1e0)', true, 'boolean'],
    ['is_infinite(infinity())', true, 'boolean'],
    ['greatest(1, NULL)', null, 'integer'],
    ['greatest(1, 3, 2)', 3, 'integer'],
    ['least(2, 1)', 1, 'integer'],
    ['least(1, NULL, 2)', null, 'integer'],
    ["truncate(DECIMAL '12.567', 1)", '12.500', 'decimal(…)'],
    ["truncate(DECIMAL '-12.567', -1)", '-10.000', 'decimal(…)'],
    ['is_nan(1e0)', false, 'boolean'],
    ['is_finite(infinity())', false, 'boolean'],
    ['is_infinite(nan())', false, 'boolean'],
    ['greatest(1, 2, NULL)', null, 'integer'],
    ["greatest('a', 'b')", 'b', 'varchar'],
    ['least(1.5e0, 2)', 1.5, 'double'],
    ['least(3, 1, 2)', 1, 'integer'],
  ],
  'arrays and maps': [
    ['element_at(ARRAY[1, 2, 3], 1)', 1, 'integer'],
    ['element_at(ARRAY[1, 2, 3], -1)', 3, 'integer'],
    ['element_at(ARRAY[1, 2, 3], 5)', null, 'integer'],
    ["element_at(map(ARRAY['a'], ARRAY[1]), 'a')", 1, 'integer'],
    ["element_at(map(ARRAY['a'], ARRAY[1]), 'b')", null, 'integer'],
    ['cardinality(ARRAY[1, 2])', 2, 'bigint'],
    ["cardinality(map(ARRAY['a'], ARRAY[1]))", 1, 'bigint'],
    ["array_join(ARRAY[1, NULL, 2], ',')", '1,2', 'varchar'],
    ["array_join(ARRAY[1, NULL, 2], ',', 'x')", '1,x,2', 'varchar'],
    ['array_max(ARRAY[1, NULL])', null, 'integer'],
    ['array_min(ARRAY[2, 1])', 1, 'integer'],
    ['slice(ARRAY[1, 2, 3], 2, 2)', [2, 3], 'array(integer)'],
    ["element_at(ARRAY['a', 'b'], 2)", 'b', 'varchar'],
    ['cardinality(ARRAY[1, NULL])', 2, 'bigint'],
    ["array_join(ARRAY['b', 'a'], '-')", 'b-a', 'varchar'],
    ['array_max(ARRAY[1, 3, 2])', 3, 'integer'],
    ['array_min(ARRAY[1, NULL])', null, 'integer'],
    ['slice(ARRAY[1, 2, 3, 4], -2, 2)', [3, 4], 'array(integer)'],
    ['slice(ARRAY[1, 2, 3, 4], 3, 1)', [3], 'array(integer)'],
    ['slice(ARRAY[1, 2, 3, 4], 3, 9)', [3, 4], 'array(integer)'],
  ],
  sequence: [
    ["sequence(BIGINT '5', BIGINT '1')", [5, 4, 3, 2, 1], 'array(bigint)'],
    ["sequence(BIGINT '1', BIGINT '10', BIGINT '3')", [1, 4, 7, 10], 'array(bigint)'],
    ["sequence(DATE '2020-02-28', DATE '2020-03-01')", ['2020-02-28', '2020-02-29', '2020-03-01'], 'array(date)'],
    [
      "sequence(DATE '2020-01-31', DATE '2020-05-02', INTERVAL '1' MONTH)",
      ['2020-01-31', '2020-02-29', '2020-03-31', '2020-04-30'],
      'array(date)',
    ],
    ["sequence(BIGINT '1', BIGINT '3')", [1, 2, 3], 'array(bigint)'],
    ["sequence(BIGINT '10', BIGINT '1', BIGINT '-3')", [10, 7, 4, 1], 'array(bigint)'],
    ["sequence(DATE '2020-03-01', DATE '2020-02-28')", ['2020-03-01', '2020-02-29', '2020-02-28'], 'array(date)'],
    [
      "sequence(DATE '2020-03-01', DATE '2020-01-01', INTERVAL '-1' MONTH)",
      ['2020-03-01', '2020-02-01', '2020-01-01'],
      'array(date)',
    ],
    [
      "sequence(DATE '2020-01-01', DATE '2020-01-10', INTERVAL '3' DAY)",
      ['2020-01-01', '2020-01-04', '2020-01-07', '2020-01-10'],
      'array(date)',
    ],
    [
      "sequence(TIMESTAMP '2020-01-01 00:00:00', TIMESTAMP '2020-01-01 02:00:00', INTERVAL '1' HOUR)",
      ['2020-01-01 00:00:00', '2020-01-01 01:00:00', '2020-01-01 02:00:00'],
      'array(timestamp)',
    ],
  ],
};

/** What no macro reaches, as the macros' file says: the same on neither side, and known to be so. */
export const OUT_OF_REACH: readonly (readonly [
  expression: string,
  trino: readonly [MacroValue, string],
  duckdb: readonly [MacroValue, string],
])[] = [
  ['CAST(2.5e0 AS INTEGER)', [3, 'integer'], [2, 'integer']],
  ["DATE '2020-01-05' + INTERVAL '1' DAY", ['2020-01-06', 'date'], ['2020-01-06 00:00:00', 'timestamp']],
  ["extract(DOW FROM DATE '2020-01-05')", [7, 'bigint'], [0, 'bigint']],
  ['CAST(1e0 AS VARCHAR)', ['1.0E0', 'varchar'], ['1.0', 'varchar']],
  ['1e0 / 0e0', ['Infinity', 'double'], [null, 'double']],
  ['array_max(ARRAY[1e0, nan()])', [1, 'double'], ['NaN', 'double']],
  ['greatest(1e0, nan())', [1, 'double'], ['NaN', 'double']],
  ["regexp_extract('abc', '(b)(z)?', 2)", [null, 'varchar'], ['', 'varchar']],
  [`json_extract_scalar('{"a":1.50}', '$.a')`, ['1.50', 'varchar'], ['1.5', 'varchar']],
  ['sequence(1, 3)', [[1, 2, 3], 'array(bigint)'], [[1, 2, 3], 'array(integer)']],
];

export const REFUSED: readonly string[] = [
  "date_add('hour', 1, DATE '2020-01-31')",
  "date_add('fortnight', 1, DATE '2020-01-31')",
  "date_format(DATE '2020-01-31', '%D')",
  'truncate(12.567e0, 1)',
];

/** A value as both engines' clients may give it: integers as text or as numbers, times with zeros at their end. */
export function rendered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(rendered).join(', ')}]`;
  const text = String(value);
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.]/.test(text) ? text.replace(/[.]?0+$/, '') : text;
}

/** An engine's name of a type, as the cases have it. */
export function typeName(type: string): string {
  const name = type.toLowerCase();
  if (name.endsWith('[]')) return `array(${typeName(name.slice(0, -2))})`;
  return name.replace(/\b(varchar|timestamp)\(\d+\)/, '$1').replace(/\bdecimal\([^)]*\)/, 'decimal(…)');
}
