import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apportion } from '../../generators/apportion.ts';
import { sum } from './sample.ts';

describe('apportion', () => {
  it('gives parts in proportion', () => {
    expect([...apportion(10, [1, 0, 3, 1])]).toEqual([2, 0, 6, 2]);
  });

  it('sums to the total, gives nothing to weight 0, and is never off by more than 1', () => {
    const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1e3, noNaN: true }));
    const weights = fc.array(weight, { minLength: 1, maxLength: 50 }).filter((list) => sum(list) > 0);
    const property = fc.property(fc.nat(1_000_000), weights, (total, list) => {
      const parts = [...apportion(total, list)];
      expect(sum(parts)).toBe(total);
      for (const [index, part] of parts.entries()) {
        const exact = (total * (list[index] ?? 0)) / sum(list);
        expect(Math.abs(part - exact)).toBeLessThan(1 + 1e-6);
        expect(part === 0 || list[index] !== 0).toBe(true);
      }
    });

    fc.assert(property, { numRuns: 300 });
  });
});
