import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomFor, sampleIndices } from '../../../core/analyses/random.ts';

describe('randomFor', () => {
  it('gives evenly spread numbers in [0, 1)', () => {
    const random = randomFor(1, 2, 3);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 10_000; i++) {
      const tenth = Math.floor(random() * 10);
      tenths[tenth] = (tenths[tenth] ?? Number.NaN) + 1;
    }
    expect(tenths).toHaveLength(10);
    // Six standard deviations (30 each) either way.
    expect(Math.min(...tenths)).toBeGreaterThan(820);
    expect(Math.max(...tenths)).toBeLessThan(1180);
  });

  it('gives each seed, k and start a stream of its own', () => {
    const firsts = new Set<number>();
    for (let seed = 0; seed < 10; seed++) {
      for (let k = 0; k < 10; k++) for (let start = 0; start < 50; start++) firsts.add(randomFor(seed, k, start)());
    }
    expect(firsts.size).toBe(5000);
    expect(randomFor(1, 2)()).not.toBe(randomFor(2, 1)());
    expect(randomFor(1, 2)()).toBe(randomFor(1, 2)());
  });
});

describe('sampleIndices', () => {
  it('gives so many different indices, ascending', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.integer(), (n, size, seed) => {
        const sample = sampleIndices(n, size, randomFor(seed));
        expect(sample).toHaveLength(Math.min(n, size));
        expect(sample).toEqual([...new Set(sample)].sort((a, b) => a - b));
        expect(sample.every((index) => index >= 0 && index < n)).toBe(true);
      }),
    );
  });
});
