import { describe, expect, it } from '@jest/globals';
import { distanceMatrix, silhouettes } from '../../../../core/analyses/clustering/silhouette.ts';
import { fixtures, scoresOf } from './clustering-fixtures.ts';

describe('silhouettes', () => {
  it.each(Object.entries(fixtures.clusterings))('are scikit-learn’s for the same labels: %s', (_, fixture) => {
    const distances = distanceMatrix(scoresOf(fixture));
    for (const expected of fixture.by_k) {
      const own = silhouettes(distances, expected.labels) ?? [];
      const mean = own.reduce((total, value) => total + value, 0) / own.length;
      expect(Math.abs(mean - expected.silhouette)).toBeLessThan(1e-9);
      for (const [i, value] of (expected.silhouettes ?? []).entries()) {
        expect(Math.abs((own[i] ?? Number.NaN) - value)).toBeLessThan(1e-9);
      }
    }
  });

  it('are 0 in a cluster of one and (b − a) / max(a, b) elsewhere', () => {
    const distances = distanceMatrix([[0], [1], [4]]);
    expect(silhouettes(distances, [0, 0, 1])).toEqual([0.75, 2 / 3, 0]);
  });

  it('are 0 where neither cluster is any distance away', () => {
    expect(silhouettes(distanceMatrix([[2], [2], [2], [2]]), [0, 0, 1, 1])).toEqual([0, 0, 0, 0]);
  });

  it('ignore a label that no point has', () => {
    expect(silhouettes(distanceMatrix([[0], [1], [4]]), [0, 0, 2])).toEqual([0.75, 2 / 3, 0]);
  });

  it('are undefined with a single cluster', () => {
    expect(silhouettes(distanceMatrix([[0], [1]]), [0, 0])).toBeNull();
    expect(silhouettes(distanceMatrix([]), [])).toBeNull();
  });
});
