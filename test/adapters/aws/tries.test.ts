import { describe, expect, it } from '@jest/globals';
import { LEASE_MS } from '../../../adapters/aws/run/home.ts';
import { GATHERED, MOST_TRIES, waitAfter } from '../../../adapters/aws/run/tries.ts';

const tries = Array.from({ length: MOST_TRIES }, (_, index) => index + 1);
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

/** Seconds. */
const FUNCTION = 15 * 60;

describe('a message', () => {
  it('that always fails is put aside within half an hour, where a try takes half a minute', () => {
    expect(sum(tries.map((n) => waitAfter(n, false) + GATHERED + 30))).toBeLessThan(30 * 60);
  });

  it('waits for longer than a lease outlives a function that was killed', () => {
    const waits = tries.slice(0, -1).map((n) => waitAfter(n, true));
    expect(waits.slice(0, 5)).toEqual([30, 60, 120, 240, 240]);
    expect(sum(waits)).toBeGreaterThan(FUNCTION + LEASE_MS / 1000);
  });
});
