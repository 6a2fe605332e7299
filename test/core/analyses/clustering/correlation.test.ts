import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { correlate, pearson } from '../../../../core/analyses/clustering/correlation.ts';
import { fixtures } from './clustering-fixtures.ts';

const { columns, pairs } = fixtures.correlations;

describe('pearson', () => {
  it.each(pairs)('gives numpy’s r of $a and $b over the rows where both are known', ({ a, b, r, n }) => {
    const own = pearson(columns[a] ?? [], columns[b] ?? []);
    expect(own.n).toBe(n);
    expect(Math.abs((own.r ?? Number.NaN) - r)).toBeLessThan(1e-12);
  });

  it('is null where it is undefined', () => {
    expect(pearson([], [])).toEqual({ r: null, n: 0 });
    expect(pearson([1, 2], [3, null])).toEqual({ r: null, n: 1 });
    expect(pearson([1, 2, 3], [4, 4, 4])).toEqual({ r: null, n: 3 });
  });

  it('never leaves −1 … 1, and takes huge and tiny values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
        fc.double({ min: -9, max: 9, noNaN: true }),
        (a, factor) => {
          const b = a.map((value) => value * factor).map((value) => (Number.isFinite(value) ? value : null));
          const { r } = pearson(a, b);
          expect(r === null || Math.abs(r) <= 1).toBe(true);
        },
      ),
    );
    expect(pearson([1e300, 2e300, 3e300], [-1e-300, -2e-300, -3e-300]).r).toBeCloseTo(-1, 12);
  });
});

describe('correlate', () => {
  it('lists every pair once, in the order of the columns', () => {
    const named = Object.entries(columns).map(([name, values]) => ({ name, values }));
    const found = correlate(named, 0.9);
    expect(found.map(({ featureA, featureB }) => ({ a: featureA, b: featureB }))).toEqual(
      pairs.map(({ a, b }) => ({ a, b })),
    );
  });

  it('drops the later of two, by its absolute correlation, and a dropped one drops nothing', () => {
    const named = ['base', 'close', 'opposite'].map((name) => ({ name, values: columns[name] ?? [] }));
    expect(correlate(named, 0.9).map(({ dropped }) => dropped)).toEqual(['close', 'opposite', null]);
  });

  it('goes by the kept ones: what only a dropped one is close to stays', () => {
    // r(a, b) = r(b, c) = 0.87, r(a, c) = 0.5
    const a = { name: 'a', values: [2, -1, -1, 0, 0, 0] };
    const c = { name: 'c', values: [1, 1, -2, 0, 0, 0] };
    const b = { name: 'b', values: [3, 0, -3, 0, 0, 0] };
    expect(correlate([a, b, c], 0.8).map(({ dropped }) => dropped)).toEqual(['b', null, null]);
  });

  it('keeps two whose correlation is the limit itself', () => {
    const same = [1, 2, 3];
    const named = [
      { name: 'a', values: same },
      { name: 'b', values: same },
    ];
    expect(correlate(named, 1)).toEqual([{ featureA: 'a', featureB: 'b', r: 1, n: 3, dropped: null }]);
  });
});
