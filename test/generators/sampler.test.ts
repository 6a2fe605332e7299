import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomStream } from '../../generators/random.ts';
import { Sampler } from '../../generators/sampler.ts';
import { sum } from './sample.ts';

function draw(sampler: Sampler, n: number, seed: number): number[] {
  const items = new Int32Array(n);
  sampler.draw(n, randomStream(seed, 'draw'), items);
  return [...items];
}

describe('Sampler', () => {
  it('draws exactly n different items in rising order, whatever the odds', () => {
    const odds = fc.array(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });
    const property = fc.property(odds, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), (values, share, seed) => {
      const n = Math.round(share * values.length);
      const items = draw(new Sampler(Float64Array.from(values)), n, seed);
      expect(new Set(items).size).toBe(n);
      expect(items).toEqual([...items].sort((a, b) => a - b));
      expect(items.every((item) => item >= 0 && item < values.length)).toBe(true);
    });

    fc.assert(property, { numRuns: 300 });
  });

  it('draws each item about as often as its probability says', () => {
    const odds = Float64Array.from({ length: 40 }, (_, index) => 40 / (index + 1) ** 2);
    const sampler = new Sampler(odds);
    const random = randomStream(1, 'often');
    const counts = new Float64Array(odds.length);
    const items = new Int32Array(10);
    for (let round = 0; round < 4000; round++) {
      sampler.draw(10, random, items);
      for (const item of items) {
        counts[item] = (counts[item] ?? 0) + 1;
      }
    }

    const probabilities = sampler.probabilities(10);
    expect(sum(probabilities)).toBeCloseTo(10, 6);
    for (const [item, probability] of probabilities.entries()) {
      expect(Math.abs((counts[item] ?? 0) / 4000 - probability)).toBeLessThan(0.06);
    }
  });

  it('refuses to draw more items than there are', () => {
    expect(() => draw(new Sampler(Float64Array.of(1, 1)), 3, 1)).toThrow(RangeError);
  });
});
