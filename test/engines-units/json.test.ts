import { expect, test } from '@jest/globals';
import { parseLosslessly } from '../engines/support/json.ts';

test('integers that a number cannot hold are text, at any depth', () => {
  expect(parseLosslessly('[9007199254740991, 9007199254740992, {"a": [-9223372036854775808]}]')).toEqual([
    Number.MAX_SAFE_INTEGER,
    '9007199254740992',
    { a: ['-9223372036854775808'] },
  ]);
});

test('all other numbers stay numbers', () => {
  const text = '[0.30000000000000004,1.2345678901234567E16,1e300,-0.0,12,-1234567890123456.5]';
  expect(parseLosslessly(text)).toEqual(JSON.parse(text));
});

test('digits inside a text stay as they are', () => {
  const values = [
    '12345678901234567890',
    'a "12345678901234567890", b',
    '\\',
    '\\"',
    '[12345678901234567890]',
    'ü\n世',
  ];
  const text = JSON.stringify({ '12345678901234567890': values });
  expect(parseLosslessly(text)).toEqual(JSON.parse(text));
});

test('so does a long text', () => {
  const long = '\\"1234567890123456789 '.repeat(500_000);
  expect(parseLosslessly(JSON.stringify([long]))).toEqual([long]);
});
