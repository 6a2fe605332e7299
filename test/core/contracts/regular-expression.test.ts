import { describe, expect, it } from '@jest/globals';
import { captureGroups, regexMistake } from '../../../core/contracts/regular-expression.ts';

describe('regexMistake', () => {
  it.each(['\\d+', '[a-z]{2,3}', '(?:a|b)c?', '\\\\1', '^x$', '[\\d.-]+', '\\S'])('takes %s', (pattern) => {
    expect(regexMistake(pattern)).toBeUndefined();
  });

  it.each([
    '(',
    '[z-a]',
    'a{2,1}',
    '*a',
    'a++',
    '(a)\\1',
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(?<!a)b',
    '[]',
    '[[:alpha:]]',
    '\\u0041',
    '\\Z',
    '(?<id>\\d+)',
    '\\p{Letter}',
    '[^a\\S]',
  ])('refuses %s', (pattern) => {
    expect(regexMistake(pattern)).toBeDefined();
  });
});

describe('captureGroups', () => {
  it.each([
    ['\\d+', 0],
    ['(\\d+)', 1],
    ['(?:a)(b)', 1],
    ['(?<id>a)', 1],
    ['\\((a)(b)\\)', 2],
    ['(a)|(b)', 2],
  ])('%s has %s', (pattern, groups) => {
    expect(captureGroups(pattern)).toBe(groups);
  });
});
