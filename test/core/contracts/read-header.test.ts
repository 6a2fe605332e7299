import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readHeader } from '../../../core/contracts/read-header.ts';

describe('readHeader', () => {
  it.each([
    ['plain', 'a,b,c\n1,2,3\n', ['a', 'b', 'c'], 1],
    ['Windows line ends', 'a,b\r\n1,2\r\n', ['a', 'b'], 1],
    ['byte order mark', '\uFEFFa,b\n', ['a', 'b'], 1],
    ['byte order mark before a quote', '\uFEFF"a",b\n', ['a', 'b'], 1],
    ['quotes', '"a","b ""c""","d, e"\n', ['a', 'b "c"', 'd, e'], 1],
    ['line break in a quoted field', '"a\nb",c\n1,2\n', ['a\nb', 'c'], 2],
    ['Windows line break in a quoted field', '"a\r\nb\r\n",c\r\n1,2\r\n', ['a\r\nb\r\n', 'c'], 3],
    ['spaces kept', ' a , b\n', [' a ', ' b'], 1],
    ['quote inside of a field', 'a "b",c\n', ['a "b"', 'c'], 1],
    ['empty fields', 'a,,"",\n', ['a', '', '', ''], 1],
    ['no line end', 'a,b', ['a', 'b'], 1],
    ['rubbish after the header', 'a,b\n\0\uFFFD"', ['a', 'b'], 1],
  ])('%s', (_, text, fields, lines) => {
    expect(readHeader(text)).toEqual({ fields, lines });
  });

  it.each([
    ['an empty file', '', 'no-header', 'the file is empty'],
    ['blank lines alone', '\n\n', 'no-header', 'the file is empty'],
    ['an empty first line', '\na,b\n', 'no-header', 'the first line is empty'],
    ['an open quote', '"a,b\n1,2\n', 'bad-header', 'a quote in the header is never closed'],
    ['text after a quote', '"a"x,b\n', 'bad-header', 'text follows a closing quote in the header'],
    ['a zero byte', 'PK\u0003\u0004\0\0,\n', 'not-text', 'the file is not UTF-8 text'],
    ['bytes that are not UTF-8', 'caf\uFFFD,b\n', 'not-text', 'the file is not UTF-8 text'],
  ])('refuses %s', (_, text, code, message) => {
    expect(readHeader(text)).toMatchObject({ problem: { code, message, line: 1 } });
  });

  it('takes a long quoted field, closed or not', () => {
    const long = `"${'x,""\n'.repeat(200_000)}`;
    expect(readHeader(`${long}",b\n`)).toMatchObject({ lines: 200_001 });
    expect(readHeader(long)).toMatchObject({ problem: { code: 'bad-header' } });
  });

  it('reads back whatever a CSV writer quotes', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ',', '"', '\n', '\r\n') });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1 }), fc.constantFrom('\n', '\r\n'), (fields, newline) => {
        fc.pre(fields.some((text) => text.trim() !== ''));
        const record = fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
        expect(readHeader(`${record}${newline}1,2${newline}`)).toMatchObject({ fields });
      }),
      { seed: 7 },
    );
  });
});
