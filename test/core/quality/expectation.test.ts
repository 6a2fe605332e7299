import { describe, expect, it } from '@jest/globals';
import { expectedWords, isMet } from '../../../core/quality/expectation.ts';
import type { Operator } from '../../../core/quality/types.ts';

/** By the standard's table of operators; the ends of a range belong to it, as datacontract-cli has it. */
const CASES: readonly [Operator, number[], number[], number[], string][] = [
  ['mustBe', [5], [5], [4, 6], '5'],
  ['mustNotBe', [5], [4, 6], [5], 'not 5'],
  ['mustBeGreaterThan', [5], [6], [5, 4], 'more than 5'],
  ['mustBeGreaterOrEqualTo', [5], [5, 6], [4], 'at least 5'],
  ['mustBeLessThan', [5], [4], [5, 6], 'less than 5'],
  ['mustBeLessOrEqualTo', [5], [4, 5], [6], 'at most 5'],
  ['mustBeBetween', [1, 5], [1, 3, 5], [0, 6], 'from 1 to 5'],
  ['mustNotBeBetween', [1, 5], [0, 6], [1, 3, 5], 'not from 1 to 5'],
];

describe.each(CASES)('%s %j', (operator, bounds, met, unmet, words) => {
  const expectation = { operator, bounds, unit: 'rows' } as const;
  it('holds and does not', () => {
    for (const number of met) expect([number, isMet(expectation, number)]).toEqual([number, true]);
    for (const number of unmet) expect([number, isMet(expectation, number)]).toEqual([number, false]);
    expect(isMet(expectation, null)).toBe(false);
  });
  it('is told in words', () => {
    expect(expectedWords(expectation)).toBe(words);
    expect(expectedWords({ ...expectation, unit: 'percent' })).toBe(`${words} percent`);
  });
});
