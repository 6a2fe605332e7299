/** Lines, and which of them are JSON objects. */

import { members } from './json-values.ts';
import type { Case } from './types.ts';

const NO = 'not a JSON object';
const TOO_DEEP = 'not a JSON object, or one nested more than 64 levels deep';
function none(name: string, lines: readonly string[], reason = NO): Case {
  const sound = '{"id":1}';
  return {
    name,
    content: `${[...lines, sound].join('\n')}\n`,
    clean: [{ id: 1 }],
    quarantine: lines.map((line, index) => [index + 1, null, reason, line]),
  };
}

const nested = (levels: number) => `${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`;
const latin1 = (text: string) => Buffer.from(text, 'latin1');

export const JSON_RECORDS: readonly Case[] = [
  { name: 'nothing but blank lines', content: '\n \n\t\n', clean: [] },
  { name: 'no line end at the end', content: '{"id":1}\n{"id":2}', clean: [{ id: 1 }, { id: 2 }] },
  { name: 'byte order mark', content: '\ufeff{"id":1}\n{"id":2}\n', clean: [{ id: 1 }, { id: 2 }] },
  {
    name: 'byte order mark and a blank line',
    content: '\ufeff{"id":1,"note":"a\ufeff"}\n\n{"id":2}\n',
    clean: [{ id: 1, note: 'a\ufeff' }, { id: 2 }],
  },
  { name: 'CRLF', content: '{"id":1}\r\n{"id":2}\r\n', clean: [{ id: 1 }, { id: 2 }] },
  { name: 'CR alone', content: '{"id":1}\r{"id":2}\r', clean: [{ id: 1 }, { id: 2 }] },
  {
    name: 'mixed line ends',
    content: '{"id":1}\n\r\n{"id":2}\r\n\r{"id":3}',
    clean: [{ id: 1 }, { id: 2 }, { id: 3 }],
  },
  { name: 'packed', content: '{"id":1,"note":"a"}\n', packed: true, clean: [{ id: 1, note: 'a' }] },
  { name: 'a b+c%20é#[1]', content: '{"id":1}\n', clean: [{ id: 1 }] },
  { name: 'white space', content: ' \t{ "id" :\t1 , "note":" a " } \n', clean: [{ id: 1, note: ' a ' }] },
  none('no JSON', [
    'id,note',
    '1,a',
    'null',
    '1',
    '"a"',
    '[]',
    '[{"id":1}]',
    'true',
    '{',
    '}',
    '{"id":1',
    '{]',
    '{"id":1}}',
  ]),
  none('a document over lines', ['[', '{', '"id": 1,', '"note": "a', 'b"', '}', ']']),
  none('two in a line', ['{"id":1}{"id":2}', '{"id":1} {"id":2}', '{"id":1},', '{"id":1} x']),
  none('laxer dialects', [
    "{'id':1}",
    '{id:1}',
    '{"id":1,}',
    '{"id":1,"things":[1,]}',
    '{"id":1,"things":[1 , ]}',
    '{"id":1,,"a":2}',
    '{,"id":1}',
    '{"id":1} // a',
    '{"id":1 /* a */}',
    '# {"id":1}',
    '{"id":1,"a":NaN}',
    '{"id":1,"a":nan}',
    '{"id":1,"a":Infinity}',
    '{"id":1,"a":-Infinity}',
    '{"id":1,"a":-inf}',
    '{"id":1,"a":+1}',
    '{"id":01}',
    '{"id":-01}',
    '{"id":1.}',
    '{"id":.5}',
    '{"id":1e}',
    '{"id":0x1}',
    '{"id":1_000}',
    '{"id":١}',
    '{"id":-}',
    '{"id":True}',
    '{"id":None}',
    '{"id":undefined}',
    '{"id":nul}',
    '{"id" 1}',
    '{"id":1 "a":2}',
    '{"id":"a}',
    '{"id":\'a\'}',
    '{1:2}',
    '{"id":"\\x41"}',
    '{"id":"\\u12"}',
    '{"id":"\\u12g4"}',
    '{"id":"\\a"}',
    '{"id":"\\\'"}',
    '{"id":"a\tb"}',
    '{"id":"a\u0001b"}',
    '{"id":"a\u0000b"}',
    '{"id":1}\u0000',
    '{"id":\u00a01}',
    '{"id":\u20281}',
    '\v{"id":1}',
    '{"id":1}\f',
    '{"id":1}\ufeff',
  ]),
  none('halves of a pair', [
    '{"id":1,"note":"\\ud800"}',
    '{"id":1,"note":"\\udc00"}',
    '{"id":1,"other":["\\ud83d\\u0041"]}',
    '{"id":1,"other":"\\ude00\\ud83d"}',
    '{"id":1,"other":"\\ud83d\\\\\\ude00"}',
    '{"id":1,"\\ud83d":2}',
  ]),
  members('64 levels', [
    [`"things":${nested(64)}`, { things: 1 }],
    [`"other":${nested(64)},"note":"${'['.repeat(100)}\\"{"`, { note: `${'['.repeat(100)}"{` }],
    [`"things":[${Array(1000).fill('{"a":[]}').join()}]`, { things: 1000 }],
  ]),
  none(
    'more than 64 levels',
    [65, 200, 5_000, 100_000].flatMap((levels) => [
      `{"id":1,"things":${nested(levels)}}`,
      `{"id":1,"things":${'['.repeat(levels)}`,
    ]),
    TOO_DEEP,
  ),
  {
    name: 'Latin-1 in one line',
    content: latin1('{"id":1,"note":"caf\xe9"}\n{"id":2,"note":"b"}\n'),
    clean: [{ id: 2, note: 'b' }],
    quarantine: [[1, null, 'not UTF-8 text', '{\\x22id\\x22:1,\\x22note\\x22:\\x22caf\\xE9\\x22}']],
  },
  {
    name: 'long texts and lists',
    content: `{"id":1,"note":"${'long, \\" \\u00e9 '.repeat(20_000)}","things":[${Array(100_000).fill('"a"').join()}]}\n`,
    clean: [{ id: 1, note: 'long, " é '.repeat(20_000), things: 100_000 }],
  },
  { name: 'an empty file', content: '', clean: [], refused: 'an empty file, expected a JSON object a line' },
  {
    name: 'UTF-16',
    content: Buffer.from('\ufeff{"id":1}\n', 'utf16le'),
    clean: [],
    refused: 'not a text file in UTF-8, expected JSON lines',
  },
];
