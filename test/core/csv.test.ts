import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine, parseCsv } from '../../core/csv.ts';

describe('parseCsv', () => {
  it.each<[string, string, [number, ...string[]][]]>([
    [
      'lines',
      'a,b\n1,2\n',
      [
        [1, 'a', 'b'],
        [2, '1', '2'],
      ],
    ],
    [
      'CRLF, no last line end',
      'a,b\r\n1,2',
      [
        [1, 'a', 'b'],
        [2, '1', '2'],
      ],
    ],
    [
      'a byte order mark',
      '\uFEFFa\n1',
      [
        [1, 'a'],
        [2, '1'],
      ],
    ],
    [
      'blank lines',
      '\na\n\n1\n\n',
      [
        [2, 'a'],
        [4, '1'],
      ],
    ],
    [
      'empty fields',
      ',\n"",\na,',
      [
        [1, '', ''],
        [2, '', ''],
        [3, 'a', ''],
      ],
    ],
    [
      'quotes, commas and line breaks',
      '"a ""b"", c",d\n"x\r\ny",z\nlast,1',
      [
        [1, 'a "b", c', 'd'],
        [2, 'x\r\ny', 'z'],
        [4, 'last', '1'],
      ],
    ],
    ['a quote within', 'a"b,c\n', [[1, 'a"b', 'c']]],
    ['nothing', '', []],
  ])('%s', (_name, text, expected) => {
    const parsed = parseCsv(text);
    expect('records' in parsed && parsed.records.map(({ line, fields }) => [line, ...fields])).toEqual(expected);
  });

  it.each([
    ['a,b\n1,"2\n3\n', 'a quote is never closed', 2],
    ['a,b\n\n1,"2" 3\n', 'text follows a closing quote', 3],
  ])('%j: %s', (text, message, line) => {
    expect(parseCsv(text)).toEqual({ message, line });
  });

  it('reads what csvLine writes', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ',', '"', '\n', '\r'), maxLength: 5 });
    fc.assert(
      fc.property(fc.array(fc.array(text, { minLength: 2, maxLength: 3 }), { maxLength: 4 }), (rows) => {
        const parsed = parseCsv(rows.map(csvLine).join(''));
        expect('records' in parsed && parsed.records.map(({ fields }) => fields)).toEqual(rows);
      }),
    );
  });
});
