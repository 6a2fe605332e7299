import { describe, expect, it } from '@jest/globals';
import { keyOf, readPage } from '../../../core/pull/page.ts';
import { API } from './api.ts';

const URL_ = 'https://shop.example/v1/items?limit=2&secret=1';
const read = (text: string) => readPage(text, URL_, API);

describe('a page', () => {
  it('has records and a next link', () => {
    const page = read(
      '{"data":[{"uri":"/1"}],"links":[{"rel":"self","uri":"/x"},{"rel":"next","uri":"/v1/items?after=1"}]}',
    );
    expect(page).toEqual({ records: ['{"uri":"/1"}'], next: 'https://shop.example/v1/items?after=1' });
  });

  it.each([
    '{"data":[]}',
    '{"data":[],"links":null}',
    '{"data":[],"links":[]}',
    '{"data":[],"links":[{"rel":"prev","uri":"/"}]}',
    '{"data":[],"links":[{"rel":"next","uri":null}]}',
    '{"data":[],"links":[{"rel":"next","uri":""}]}',
  ])('is the last: %s', (text) => expect(read(text)).toEqual({ records: [], next: null }));

  it.each([
    ['<html>sign in</html>', 'something that is not JSON'],
    ['{"data":[1', 'something that is not JSON'],
    [' ', 'nothing'],
    ['{"error":"x"}', 'no list "data" of records, but nothing there'],
    ['{"data":{"a":1}}', 'no list "data" of records, but an object'],
    ['[]', 'no list "data" of records, but nothing there'],
    ['{"data":[],"links":{"next":"/"}}', 'no list "links" of links, but an object'],
    ['{"data":[],"links":[{"rel":"next","uri":7}]}', 'no text "uri" as its link "next", but a number'],
  ])('is wrong: %s', (text, found) => {
    expect(() => read(text)).toThrow(`https://shop.example/v1/items answered with ${found} (see what`);
  });
});

it.each([
  ['{"uri":"/a"}', '"/a"'],
  ['{"uri":"\\/a"}', '"/a"'],
  ['{"uri":12345678901234567890}', '12345678901234567890'],
  ['{"uri":null}', undefined],
  ['{}', undefined],
  ['7', undefined],
])('keyOf %s', (record, key) => expect(keyOf(record, 'uri')).toBe(key));
