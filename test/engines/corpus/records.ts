/** Quotes, line ends, widths and bytes: what is a record. */

import { type Case, MALFORMED } from './types.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

export const RECORDS: readonly Case[] = [
  { name: 'header alone', content: 'id,note\n', clean: [] },
  { name: 'header without line end', content: 'id,note', clean: [] },
  {
    name: 'no line end at the end',
    content: 'id,note\n1,a\n2,b',
    clean: [
      { id: 1, note: 'a' },
      { id: 2, note: 'b' },
    ],
  },
  { name: 'byte order mark', content: '\ufeffid,note\n1,a\n', clean: [{ id: 1, note: 'a' }] },
  {
    name: 'CRLF',
    content: 'id,note\r\n1,a\r\n2,b\r\n',
    clean: [
      { id: 1, note: 'a' },
      { id: 2, note: 'b' },
    ],
  },
  {
    name: 'CRLF but for the last',
    content: 'id,note\r\n1,a\r\n2,b',
    clean: [
      { id: 1, note: 'a' },
      { id: 2, note: 'b' },
    ],
  },
  {
    name: 'CR alone',
    content: 'id,note\r1,a\r2,b\r',
    clean: [],
    refused: 'its lines end in CR alone: save the file with LF or CRLF',
  },
  {
    name: 'mixed line ends',
    content: 'id,note\n1,a\r\n2,b\n3,c\r4,d\n',
    clean: [
      { id: 1, note: 'a' },
      { id: 2, note: 'b' },
      { id: 3, note: 'c' },
      { id: 4, note: 'd' },
    ],
  },
  {
    name: 'blank lines',
    content: 'id,note\n\n1,a\n\n\n2,b\n\n',
    clean: [
      { id: 1, note: 'a' },
      { id: 2, note: 'b' },
    ],
  },
  {
    name: 'blank lines of CRLF',
    content: 'id,note\r\n\r\n1,a\r\n\r\n2,b\r\n',
    clean: [
      { id: 1, note: 'a' },
      { id: 2, note: 'b' },
    ],
  },
  { name: 'packed', content: 'id,note\n1,a\n', packed: true, clean: [{ id: 1, note: 'a' }] },
  { name: 'a b+c%20é#[1]', content: 'id,note\n1,a\n', clean: [{ id: 1, note: 'a' }] },
  { name: 'columns in another order', content: 'note,code,id\nx,a1,1\n', clean: [{ id: 1, note: 'x', code: 'a1' }] },
  { name: 'header in quotes', content: '"id","note"\n1,a\n', clean: [{ id: 1, note: 'a' }] },
  { name: 'header with spaces', content: ' id , note \n1,a\n', clean: [{ id: 1, note: 'a' }] },
  { name: 'comma in quotes', content: 'id,note\n1,"a,b"\n', clean: [{ id: 1, note: 'a,b' }] },
  {
    name: 'doubled quotes',
    content: 'id,note\n1,"say ""a"" b"\n2,""""\n',
    clean: [
      { id: 1, note: 'say "a" b' },
      { id: 2, note: '"' },
    ],
  },
  { name: 'empty in quotes is null', content: 'id,note\n1,""\n2,\n', clean: [{ id: 1 }, { id: 2 }] },
  {
    name: 'spaces around quotes',
    content: 'id,note\n1, " a " \n2,"b"  \n',
    clean: [
      { id: 1, note: ' a ' },
      { id: 2, note: 'b' },
    ],
  },
  {
    name: 'spaces without quotes',
    content: 'id,note\n1, a \n2,  \n',
    clean: [
      { id: 1, note: ' a ' },
      { id: 2, note: '  ' },
    ],
  },
  {
    name: 'quotes within',
    content: 'id,note\n1,a "b" c\n2,5" pipe\n',
    clean: [
      { id: 1, note: 'a "b" c' },
      { id: 2, note: '5" pipe' },
    ],
  },
  {
    name: 'backslash before a quote',
    content: 'id,note\n1,"a\\"\n2,a\\b\n',
    clean: [
      { id: 1, note: 'a\\' },
      { id: 2, note: 'a\\b' },
    ],
  },
  {
    name: 'line feed in quotes',
    content: 'id,note\n1,"a\nb"\n2,"\n"\n',
    clean: [
      { id: 1, note: 'a\nb' },
      { id: 2, note: '\n' },
    ],
  },
  {
    name: 'CRLF in quotes',
    content: 'id,note\r\n1,"a\r\nb"\r\n2,c\r\n',
    clean: [
      { id: 1, note: 'a\r\nb' },
      { id: 2, note: 'c' },
    ],
  },
  { name: 'CR in quotes', content: 'id,note\n1,"a\rb"\n', clean: [{ id: 1, note: 'a\rb' }] },
  {
    name: 'blank lines in quotes',
    content: 'id,note\n1,"a\n\n\nb"\n2,c\n',
    clean: [
      { id: 1, note: 'a\n\n\nb' },
      { id: 2, note: 'c' },
    ],
  },
  {
    name: 'text behind quotes',
    content: 'id,note\n1,"a"b\n2, "a"b\n3,c\n',
    clean: [{ id: 3, note: 'c' }],
    quarantine: [
      [1, null, MALFORMED, '1,"a"b'],
      [2, null, MALFORMED, '2, "a"b'],
    ],
  },
  {
    name: 'open quote swallows nothing',
    content: 'id,note\n1,"a\n2,b\n3,c\n',
    clean: [
      { id: 2, note: 'b' },
      { id: 3, note: 'c' },
    ],
    quarantine: [[1, null, MALFORMED, '1,"a']],
  },
  {
    name: 'two open quotes',
    content: 'id,note\n1,"a\n2,b\n3,c"d\n4,e\n',
    clean: [
      { id: 2, note: 'b' },
      { id: 3, note: 'c"d' },
      { id: 4, note: 'e' },
    ],
    quarantine: [[1, null, MALFORMED, '1,"a']],
  },
  {
    name: 'open quote in the last line',
    content: 'id,note\n1,a\n2,"b',
    clean: [{ id: 1, note: 'a' }],
    quarantine: [[2, null, MALFORMED, '2,"b']],
  },
  {
    name: 'too many and too few fields',
    content: 'id,note\n1,a,b\n2\n3,c\n4,,\n',
    clean: [{ id: 3, note: 'c' }],
    quarantine: [
      [1, null, '3 fields, expected 2', '1,a,b'],
      [2, null, '1 fields, expected 2', '2'],
      [4, null, '3 fields, expected 2', '4,,'],
    ],
  },
  {
    name: 'Latin-1 in one line',
    content: latin1('id,note\n1,caf\xe9 "x" it\'s\\\n2,b\n'),
    clean: [{ id: 2, note: 'b' }],
    quarantine: [[1, null, 'not UTF-8 text', '1,caf\\xE9 \\x22x\\x22 it\\x27s\\x5C']],
  },
  {
    name: 'bytes that end within a character',
    content: Buffer.concat([
      Buffer.from('id,note\n1,ok é 世 😀\n2,x'),
      Buffer.from([0xe4, 0xb8]),
      Buffer.from('\n3,c\n'),
    ]),
    clean: [
      { id: 1, note: 'ok é 世 😀' },
      { id: 3, note: 'c' },
    ],
    quarantine: [[2, null, 'not UTF-8 text', '2,x\\xE4\\xB8']],
  },
  {
    name: 'combining and astral letters',
    content: 'id,note\n1,e\u0301\u200d😀\n',
    clean: [{ id: 1, note: 'e\u0301\u200d😀' }],
  },
  {
    name: 'line separators of Unicode',
    content: 'id,note\n1,a\u2028b\u0085c\n',
    clean: [{ id: 1, note: 'a\u2028b\u0085c' }],
  },
  {
    name: 'tabs and control characters',
    content: 'id,note\n1,\ta tab and a bell\x07 and\x1f others\n',
    clean: [{ id: 1, note: '\ta tab and a bell\x07 and\x1f others' }],
  },
  {
    name: 'a long field',
    content: `id,note\n1,"${'long, "" '.repeat(20_000)}"\n`,
    clean: [{ id: 1, note: 'long, " '.repeat(20_000) }],
  },
  {
    name: 'the same key twice',
    content: 'id,note\n1,a\n2,b\n1,c\n2,b\n',
    clean: [
      { id: 2, note: 'b' },
      { id: 1, note: 'c' },
    ],
    duplicate: 2,
  },
  {
    name: 'blank lines in one column',
    content: 'id\n1\n\n2\n\n',
    clean: [{ id: 1 }, { id: 2 }],
  },
  {
    name: 'a long text for a pattern of alternatives',
    content: `id,letters\n1,${'a'.repeat(100_000)}\n2,${'a'.repeat(100_000)}1\n`,
    clean: [{ id: 1, letters: 'a'.repeat(100_000) }],
    quarantine: [[2, 'letters', 'does not match ([a-z]|_)+', `2,${'a'.repeat(100_000)}1`]],
  },
];
