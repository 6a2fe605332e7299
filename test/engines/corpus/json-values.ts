/** What a JSON object has by a path: values, and what is none. */

import type { Case } from './types.ts';

const ONE = 'one value';
const NOT = {
  big: 'not a whole number of 64 bits',
  amount: 'not a number',
  boolean: 'not true or false',
  text: `a list, expected ${ONE}`,
  object: `an object, expected ${ONE}`,
  list: 'not a list',
  zero: 'has the character U+0000, which no table takes',
};

/** Lines that are objects with an id, from 1 on, and what stands in it beside that; then lines that are none. */
export function members(
  name: string,
  sound: readonly (readonly [json: string, values: Readonly<Record<string, unknown>>])[],
  unsound: readonly (readonly [json: string, column: string, reason: string])[] = [],
): Case {
  const lines = [...sound, ...unsound].map(([json], index) => `{"id":${index + 1},${json}}`);
  return {
    name,
    content: lines.map((line) => `${line}\n`).join(''),
    clean: sound.map(([, values], index) => ({ id: index + 1, ...values })),
    quarantine: unsound.map(([, column, reason], index) => {
      const row = sound.length + index + 1;
      return [row, column, reason, lines[row - 1] ?? ''];
    }),
  };
}

export const JSON_VALUES: readonly Case[] = [
  members('strings', [
    ['"note":"a"', { note: 'a' }],
    ['"note":"\\"\\\\\\/\\b\\f\\n\\r\\t"', { note: '"\\/\b\f\n\r\t' }],
    ['"note":"\\u00e9\\u4e16\\ud83d\\ude00\\u0041"', { note: 'é世😀A' }],
    ['"note":"é世😀\u007f\u2028\u0085"', { note: 'é世😀\u007f\u2028\u0085' }],
    ['"note":"\\u0001\\u001f"', { note: '\u0001\u001f' }],
    ['"note":"n/a"', {}],
    ['"note":"N/A"', { note: 'N/A' }],
    ['"note":"null"', { note: 'null' }],
    ['"note":""', {}],
    ['"note":null', {}],
    ['"note":"NaN, {\'a\': 1,}] // no"', { note: "NaN, {'a': 1,}] // no" }],
    ['"\\u006eote":"a name in other words"', { note: 'a name in other words' }],
    ['"note":"\\\\"', { note: '\\' }],
    ['"note":"\\\\u0000 \\\\ud800"', { note: '\\u0000 \\ud800' }],
  ]),
  members('numbers as text', [
    ['"note":1', { note: '1' }],
    ['"note":1.10', { note: '1.10' }],
    ['"note":-0', { note: '-0' }],
    ['"note":-0.0', { note: '-0.0' }],
    ['"note":1E+2', { note: '1E+2' }],
    ['"note":12345678901234567890123456789', { note: '12345678901234567890123456789' }],
    ['"note":1e400', { note: '1e400' }],
    ['"note":0.1000000000000000055511151231257827', { note: '0.1000000000000000055511151231257827' }],
    ['"note":true', { note: 'true' }],
    ['"note":false', { note: 'false' }],
    ['"note":9007199254740993,"in":{"x":"1","y":[2.50,"\\"3"]}', { note: '9007199254740993' }],
  ]),
  members(
    'numbers',
    [
      ['"big":9223372036854775807', { big: '9223372036854775807' }],
      ['"big":-9223372036854775808', { big: '-9223372036854775808' }],
      ['"big":"9007199254740993"', { big: '9007199254740993' }],
      ['"big":-0', { big: '0' }],
      ['"big":null', {}],
      ['"amount":1.5e2', { amount: 150 }],
      ['"amount":0.1', { amount: 0.1 }],
      ['"amount":"-2"', { amount: -2 }],
      ['"is_on":true', { is_on: true }],
      ['"is_on":"FALSE"', { is_on: false }],
    ],
    [
      ['"big":9223372036854775808', 'big', NOT.big],
      ['"big":1.0', 'big', NOT.big],
      ['"big":1e3', 'big', NOT.big],
      ['"big":true', 'big', NOT.big],
      ['"amount":1e400', 'amount', NOT.amount],
      ['"amount":"NaN"', 'amount', NOT.amount],
      ['"amount":-1000.5', 'amount', 'below the minimum of -1000'],
      ['"is_on":1', 'is_on', NOT.boolean],
    ],
  ),
  members(
    'days and patterns',
    [
      ['"day":"2020-02-29","code":"abc"', { day: '2020-02-29', code: 'abc' }],
      ['"in":{"seen":"2017-12-06 22:06:36-08"}', { seen: '2017-12-07 06:06:36', ahead: -8 }],
    ],
    [
      ['"day":20200229', 'day', 'not a date such as 2020-01-31'],
      ['"code":"ab1"', 'code', 'does not match [a-z]+'],
    ],
  ),
  members(
    'lists and objects',
    [
      ['"things":[]', { things: 0 }],
      ['"things":[1,[2,3],{"a":[4]},null,"]"]', { things: 5 }],
      ['"things":null', {}],
      ['"things":""', {}],
      ['"in":{"parts":[{}]}', { parts: '1' }],
      ['"other":[1],"another":{"note":2}', {}],
    ],
    [
      ['"things":3', 'things', NOT.list],
      ['"things":"[1]"', 'things', NOT.list],
      ['"things":{"a":1}', 'things', NOT.list],
      ['"things":false', 'things', NOT.list],
      ['"things":"\\u0000[5"', 'things', NOT.list],
      ['"note":[]', 'note', NOT.text],
      ['"note":{}', 'note', NOT.object],
      ['"big":[1]', 'big', NOT.text],
      ['"code":{"a":1}', 'code', NOT.object],
    ],
  ),
  members(
    'paths',
    [
      ['"in":{"a":{"b":"x"}}', { inner: 'x' }],
      ['"in":{"a":{"b":null}}', {}],
      ['"in":{"a":{}}', {}],
      ['"in":{"a":null}', {}],
      ['"in":null', {}],
      ['"in.a.b":"not this"', {}],
      ['"in":{"a.b":"nor this"}', {}],
      ['"in":{"0 ~1/\'\\"*$[é]":"y","0":"z"}', { odd: 'y' }],
      ['"In":{"a":1},"NOTE":"other names"', {}],
    ],
    [
      ['"in":{"a":{"b":{}}}', 'inner', NOT.object],
      ['"in":{"a":[{"b":1}]}', 'inner', 'in or in.a is not an object'],
      ['"in":{"a":"b"}', 'inner', 'in or in.a is not an object'],
    ],
  ),
  {
    name: 'what is within is no object',
    content: '{"id":1,"in":"a"}\n',
    clean: [],
    quarantine: [
      [1, 'inner', 'in or in.a is not an object', '{"id":1,"in":"a"}'],
      ...['odd', 'seen', 'ahead', 'parts'].map(
        (column) => [1, column, 'in is not an object', '{"id":1,"in":"a"}'] as const,
      ),
    ],
  },
  members(
    'names given twice',
    [
      ['"other":1,"other":2', {}],
      ['"in":{"x":1,"x":2,"a":{"b":"c"}}', { inner: 'c' }],
    ],
    [
      ['"note":"a","note":"a"', 'note', 'given twice'],
      ['"note":"a","\\u006eote":null', 'note', 'given twice'],
      ['"things":[],"things":[1]', 'things', 'given twice'],
      ['"in":{"a":{"b":1,"b":2}}', 'inner', 'given twice'],
    ],
  ),
  members('the character U+0000', [['"other":"\\u0000"', {}]], [['"note":"a\\u0000b"', 'note', NOT.zero]]),
  {
    name: 'the key is missing',
    content: '{}\n{"id":null}\n{"id":""}\n{"id":[1]}\n{"id":1}\n',
    clean: [{ id: 1 }],
    quarantine: [
      [1, 'id', 'missing, but required', '{}'],
      [2, 'id', 'missing, but required', '{"id":null}'],
      [3, 'id', 'missing, but required', '{"id":""}'],
      [4, 'id', NOT.text, '{"id":[1]}'],
    ],
  },
  {
    name: 'the same key twice',
    content: '{"id":1,"note":"a"}\n{"id":2}\n{"id":"1","note":"c"}\n{"id":2,"other":1}\n',
    clean: [{ id: 2 }, { id: 1, note: 'c' }],
    duplicate: 2,
  },
  {
    name: 'several columns fail',
    content: '{"id":"x","big":1.5,"amount":{},"things":1,"in":{"a":[]}}\n',
    clean: [],
    quarantine: (
      [
        ['id', 'not a whole number of 32 bits'],
        ['big', NOT.big],
        ['amount', NOT.object],
        ['inner', 'in or in.a is not an object'],
        ['things', NOT.list],
      ] as const
    ).map(([column, reason]) => [1, column, reason, '{"id":"x","big":1.5,"amount":{},"things":1,"in":{"a":[]}}']),
  },
];
