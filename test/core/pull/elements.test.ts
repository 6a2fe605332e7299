import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { elementsAt, valueAt } from '../../../core/pull/elements.ts';

describe('elementsAt', () => {
  it.each<[string, string, string[], string[] | undefined]>([
    ['no elements', '{"data": [ ]}', ['data'], []],
    [
      'digits that a double has not',
      '{"data":[12345678901234567890, 1.10 ,-0]}',
      ['data'],
      ['12345678901234567890', '1.10', '-0'],
    ],
    ['marks within texts', '{"x":"]}\\"","data":[{"a":"[\\\\"},"}"]}', ['data'], ['{"a":"[\\\\"}', '"}"']],
    ['lines within an element', '{"data":[{\n  "a b": [1,\r\n 2]\n}]}', ['data'], ['{"a b":[1,2]}']],
    ['a longer path', ' {"a":{"b":[true]}} ', ['a', 'b'], ['true']],
    ['a name with escapes', '{"\\u0064ata":[null]}', ['data'], ['null']],
    ['a name given twice, of which the last counts', '{"data":[1],"data":[2]}', ['data'], ['2']],
    ['no such name', '{"dat":[1]}', ['data'], undefined],
    ['no list', '{"data":{"a":1}}', ['data'], undefined],
    ['no object', '[1]', ['data'], undefined],
  ])('%s', (_, text, path, elements) => {
    expect(elementsAt(text, path)).toEqual(elements);
  });

  it('says what a parser says, one element a line, however the text is laid out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.jsonValue(),
        fc.constantFrom(undefined, 2, '\t'),
        (list, other, space) => {
          const text = JSON.stringify({ other, data: list, more: other }, null, space);
          const elements = elementsAt(text, ['data']) ?? [];
          expect(elements.map((one) => JSON.parse(one))).toEqual(JSON.parse(JSON.stringify(list)));
          expect(elements.filter((one) => /[\r\n]/.test(one))).toEqual([]);
        },
      ),
    );
  });
});

it('valueAt gives a value as it stands', () => {
  expect(valueAt('{"a": {"b" : 1.0 }}', ['a', 'b'])).toBe('1.0');
  expect(valueAt('{"a": "x"}', ['a', 'b'])).toBeUndefined();
  expect(valueAt('"x"', [])).toBe('"x"');
});
