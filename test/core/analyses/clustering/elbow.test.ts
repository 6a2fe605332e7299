import { describe, expect, it } from '@jest/globals';
import { findElbow } from '../../../../core/analyses/clustering/elbow.ts';
import { fixtures } from './clustering-fixtures.ts';

describe('findElbow', () => {
  it.each(Object.entries(fixtures.clusterings))('is kneed’s on scikit-learn’s inertias: %s', (_, { by_k, elbow }) => {
    const found = findElbow(
      by_k.map(({ k }) => k),
      by_k.map(({ inertia }) => inertia),
    );
    expect(found).toBe(elbow);
  });

  it('is kneed’s on convex, bumpy, rising and unevenly spaced curves', () => {
    const found = fixtures.curves.map(({ x, y }) => findElbow(x, y));
    expect(found).toEqual(fixtures.curves.map(({ elbow }) => elbow));
    expect(found).toContain(null);
  });

  it('finds none in a flat curve or in fewer than three points', () => {
    expect(findElbow([2, 3, 4], [5, 5, 5])).toBeNull();
    expect(findElbow([2, 3], [5, 1])).toBeNull();
    expect(findElbow([], [])).toBeNull();
  });
});
