/** What a rule expects of its number, in words and in fact. */

import type { Expectation, Operator } from './types.ts';

interface Comparison {
  readonly words: (...bounds: string[]) => string;
  readonly holds: (observed: number, low: number, high: number) => boolean;
}

/** The ends of a range belong to it, as in SQL's BETWEEN. */
const COMPARISONS: Readonly<Record<Operator, Comparison>> = {
  mustBe: { words: (low) => `${low}`, holds: (observed, low) => observed === low },
  mustNotBe: { words: (low) => `not ${low}`, holds: (observed, low) => observed !== low },
  mustBeGreaterThan: { words: (low) => `more than ${low}`, holds: (observed, low) => observed > low },
  mustBeGreaterOrEqualTo: { words: (low) => `at least ${low}`, holds: (observed, low) => observed >= low },
  mustBeLessThan: { words: (low) => `less than ${low}`, holds: (observed, low) => observed < low },
  mustBeLessOrEqualTo: { words: (low) => `at most ${low}`, holds: (observed, low) => observed <= low },
  mustBeBetween: {
    words: (low, high) => `from ${low} to ${high}`,
    holds: (observed, low, high) => low <= observed && observed <= high,
  },
  mustNotBeBetween: {
    words: (low, high) => `not from ${low} to ${high}`,
    holds: (observed, low, high) => observed < low || observed > high,
  },
};

/** Whether the number is as expected; none never is. */
export function isMet({ operator, bounds: [low = 0, high = low] }: Expectation, observed: number | null): boolean {
  return observed !== null && COMPARISONS[operator].holds(observed, low, high);
}

/** `at most 5 percent`, `from 1 to 9`. */
export function expectedWords({ operator, bounds, unit }: Expectation): string {
  return COMPARISONS[operator].words(...bounds.map(String)) + (unit === 'percent' ? ' percent' : '');
}
