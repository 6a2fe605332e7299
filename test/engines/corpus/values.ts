/** Texts that casts read each in its own way: what is a value. */

import type { Case } from './types.ts';

const NOT = {
  integer: 'not a whole number of 32 bits',
  bigint: 'not a whole number of 64 bits',
  number: 'not a number',
  date: 'not a date such as 2020-01-31',
  time: 'not a time such as 2020-01-31 23:59:59',
  boolean: 'not true or false',
  percent: 'not a percentage such as 62%',
  offset: 'not a time with its offset from UTC such as 2020-01-31 23:59:59-08',
  interval: 'not an interval such as [0.2, 0.4[',
};

/** A file of one column beside the id: texts that give values, then texts that give none. */
function texts(
  name: string,
  column: string,
  sound: readonly (readonly [text: string, values: unknown])[],
  unsound: readonly (readonly [text: string, reason: string])[] = [],
): Case {
  const all = [...sound, ...unsound].map(([text], index) => `${index + 1},${field(text)}`);
  return {
    name,
    content: `id,${column}\n${all.map((line) => `${line}\n`).join('')}`,
    clean: sound.map(([, value], index) => ({ id: index + 1, ...valuesOf(column, value) })),
    quarantine: unsound.map(([text, reason], index) => {
      const row = sound.length + index + 1;
      return [row, column, reason, `${row},${field(text)}`];
    }),
  };
}

const field = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function valuesOf(column: string, value: unknown): Record<string, unknown> {
  if (value === null) return {};
  return typeof value === 'object' ? (value as Record<string, unknown>) : { [column]: value };
}

const refused = (reason: string, ...list: string[]) => list.map((text) => [text, reason] as const);

const NO_TIMES = [
  '2017-12-06 22:06:36',
  '2017-12-06 22:06:36z',
  '2017-12-06 22:06:36 Z',
  '2017-12-06 22:06:36Z00',
  '2017-12-06 22:06:36 UTC',
  '2017-12-06 22:06:36 -08',
  '2017-12-06 22:06:36-8',
  '2017-12-06 22:06:36+16',
  '2017-12-06 24:06:36-08',
  '2017-02-29 22:06:36-08',
  '2017-12-06 22:06:36-08:60',
];

export const VALUES: readonly Case[] = [
  texts(
    'whole numbers',
    'big',
    [
      ['0', '0'],
      ['-0', '0'],
      ['+7', '7'],
      ['007', '7'],
      [' 8 ', '8'],
      ['\t9', '9'],
      ['9223372036854775807', '9223372036854775807'],
      ['-9223372036854775808', '-9223372036854775808'],
    ],
    refused(NOT.bigint, '9223372036854775808', '1.0', '1.5', '1e3', '0x1F', '1_000', '- 1', '--1', 'NaN', '١', 'one'),
  ),
  {
    name: 'a key that is none',
    content: 'id,note\n2147483648,a\n,b\n1.0,c\n2147483647,d\n',
    clean: [{ id: 2147483647, note: 'd' }],
    quarantine: [
      [1, 'id', NOT.integer, '2147483648,a'],
      [2, 'id', 'missing, but required', ',b'],
      [3, 'id', NOT.integer, '1.0,c'],
    ],
  },
  texts(
    'numbers',
    'amount',
    [
      ['1.5', 1.5],
      ['.5', 0.5],
      ['5.', 5],
      ['-0.0', -0],
      ['1e-7', 1e-7],
      ['+2E2', 200],
      [' 3.25 ', 3.25],
      ['0.1', 0.1],
      ['123.456789012345678', 123.45678901234568],
      ['4.9e-324', 5e-324],
      ['1e-400', 0],
      ['2.2250738585072011e-308', 2.225073858507201e-308],
    ],
    refused(
      NOT.number,
      'NaN',
      'inf',
      '-Infinity',
      '1e400',
      '1_000',
      '1d',
      '1f',
      '0x1p3',
      '+-1',
      '1e',
      'e5',
      '.',
      '1,5',
      '1 000',
      '$5',
    ),
  ),
  texts(
    'numbers beyond their limits',
    'amount',
    [
      ['-1000', -1000],
      ['1e300', 1e300],
    ],
    [
      ['-1000.0001', 'below the minimum of -1000'],
      ['1.0000001e300', 'above the maximum of 1e+300'],
    ],
  ),
  texts(
    'dates',
    'day',
    [
      ['2020-02-29', '2020-02-29'],
      ['0001-01-01', '0001-01-01'],
      ['9999-12-31', '9999-12-31'],
      ['1582-10-10', '1582-10-10'],
      ['1900-01-01', '1900-01-01'],
    ],
    refused(
      NOT.date,
      '2021-02-29',
      '2020-13-01',
      '2020-00-10',
      '2020-1-1',
      '2020/01/01',
      '01/31/2020',
      '2020-01-31T00:00:00',
      ' 2020-01-31',
      '20200131',
      '0000-01-01',
      '10000-01-01',
      '-2020-01-01',
      '2020-01',
      'today',
      'epoch',
      'infinity',
    ),
  ),
  texts(
    'times',
    'at',
    [
      ['2020-01-31 23:59:59', '2020-01-31 23:59:59'],
      ['2020-01-31T00:00:00', '2020-01-31 00:00:00'],
      ['2020-01-31 10:00:00.5', '2020-01-31 10:00:00.5'],
      ['2020-03-29 02:30:00.123', '2020-03-29 02:30:00.123'],
      ['0001-01-01 00:00:00', '0001-01-01 00:00:00'],
      ['9999-12-31 23:59:59.999', '9999-12-31 23:59:59.999'],
    ],
    refused(
      NOT.time,
      '2020-01-31',
      '2020-01-31 24:00:00',
      '2020-01-31 23:60:00',
      '2020-01-31 23:59:60',
      '2020-02-30 00:00:00',
      '2020-01-31 10:00',
      '2020-01-31 10:00:00.1234',
      '2020-01-31 10:00:00Z',
      '2020-01-31 10:00:00+01',
      '0000-01-01 00:00:00',
      ' 2020-01-31 10:00:00',
      '2020-01-31  10:00:00',
      'now',
    ),
  ),
  texts(
    'yes and no',
    'is_on',
    [
      ['true', true],
      ['FALSE', false],
      ['True', true],
    ],
    refused(NOT.boolean, 't', 'yes', '1', '0', ' true', 'truе', 'on'),
  ),
  texts(
    'percentages',
    'share',
    [
      ['62%', 0.62],
      ['0.5%', 0.005],
      [' 7 % ', 0.07],
      ['-1.%', -0.01],
      ['+.5%', 0.005],
      ['12.3%', 12.3 / 100],
    ],
    refused(NOT.percent, '62', '%', '6%2', '6%%', '1e2%', 'NaN%', '1,5%'),
  ),
  texts(
    'intervals',
    'middle',
    [
      ['[0.2, 0.4[', 0.30000000000000004],
      ['[0, 1[', 0.5],
      [' [ 0.1 , 0.3 ] ', 0.2],
      [']1,2]', 1.5],
      ['[-1, 1[', 0],
    ],
    refused(NOT.interval, '[0.2 0.4[', '0.2, 0.4', '[a, b[', '[1.2.3, 4[', '[., 1['),
  ),
  texts('times with offset', 'seen', [
    ['2017-12-06 22:06:36-08', { seen: '2017-12-07 06:06:36', seen_there: '2017-12-06 22:06:36', ahead: -8 }],
    [
      '2017-12-06T22:06:36.250+05:45',
      { seen: '2017-12-06 16:21:36.25', seen_there: '2017-12-06 22:06:36.25', ahead: 5.75 },
    ],
    ['2020-02-29 00:00:00+0530', { seen: '2020-02-28 18:30:00', seen_there: '2020-02-29 00:00:00', ahead: 5.5 }],
    ['2020-01-01T00:00:00Z', { seen: '2020-01-01 00:00:00', seen_there: '2020-01-01 00:00:00', ahead: 0 }],
    ['2020-12-31 23:59:59.999Z', { seen: '2020-12-31 23:59:59.999', seen_there: '2020-12-31 23:59:59.999', ahead: 0 }],
    ['2020-01-01 00:00:00-00', { seen: '2020-01-01 00:00:00', seen_there: '2020-01-01 00:00:00', ahead: 0 }],
    [
      '2017-03-12 02:30:00+15:59',
      { seen: '2017-03-11 10:31:00', seen_there: '2017-03-12 02:30:00', ahead: 15.983333333333333 },
    ],
  ]),
  {
    name: 'times with another offset',
    content: `id,seen\n${NO_TIMES.map((text, index) => `${index + 1},${text}\n`).join('')}`,
    clean: [],
    quarantine: NO_TIMES.flatMap((text, index) =>
      ['seen', 'seen_there', 'ahead'].map((column) => [index + 1, column, NOT.offset, `${index + 1},${text}`] as const),
    ),
  },
  texts('texts that mean null', 'note', [
    ['n/a', null],
    ['-', null],
    ['N/A', { note: 'N/A' }],
    ['null', { note: 'null' }],
    ['NULL', { note: 'NULL' }],
    [' - ', { note: ' - ' }],
  ]),
  texts('parts', 'note', [
    ['a;b', { note: 'a;b', part: 'b' }],
    ['a;;c', { note: 'a;;c' }],
    ['a', { note: 'a' }],
    [';x.y', { note: ';x.y', part: 'x.y' }],
  ]),
  texts(
    'a pattern',
    'code',
    [
      ['abc1', 'abc1'],
      ['z', 'z'],
    ],
    refused('does not match [a-z]+[0-9]*', 'Abc', 'abc1 ', '1', 'abc1\n', 'é'),
  ),
  texts(
    'a pattern with classes',
    'label',
    [
      ['a b', 'a b'],
      ['x', 'x'],
    ],
    refused('does not match \\w+(\\s\\w+)?$', 'é', 'a\vb', 'a  b', 'a b\n'),
  ),
  {
    name: 'several columns fail',
    content: 'id,big,amount,day\nx,1.5,-2000,never\n2,,,\n',
    clean: [{ id: 2 }],
    quarantine: [
      [1, 'id', NOT.integer, 'x,1.5,-2000,never'],
      [1, 'big', NOT.bigint, 'x,1.5,-2000,never'],
      [1, 'amount', 'below the minimum of -1000', 'x,1.5,-2000,never'],
      [1, 'day', NOT.date, 'x,1.5,-2000,never'],
    ],
  },
];
