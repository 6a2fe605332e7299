import { describe, expect, it } from '@jest/globals';
import { bestPartition, inertiaOf, numberBySize, type Partition } from '../../../../core/analyses/clustering/kmeans.ts';
import { seedCentres } from '../../../../core/analyses/clustering/seeding.ts';
import { transferPoints } from '../../../../core/analyses/clustering/transfers.ts';
import { countDistinct, squaredDistance } from '../../../../core/analyses/clustering/vectors.ts';
import { randomFor } from '../../../../core/analyses/random.ts';
import { columnsOf, fixtures, scoresOf } from './clustering-fixtures.ts';

function meansOf(points: readonly number[][], labels: readonly number[], k: number): number[][] {
  return Array.from({ length: k }, (_, label) => {
    const members = points.filter((_point, i) => labels[i] === label);
    return columnsOf(members).map((column) => column.reduce((total, value) => total + value, 0) / members.length);
  });
}

describe('bestPartition', () => {
  it.each(Object.entries(fixtures.clusterings))('is at most 3 %% above scikit-learn’s best of 50: %s', (_, fixture) => {
    const points = scoresOf(fixture);
    let previous: Partition | null = null;
    for (const { k, inertia } of fixture.by_k) {
      const partition = bestPartition(points, k, { seed: 1, starts: 50 }, previous);
      expect(partition.inertia).toBeLessThanOrEqual(1.03 * inertia + 1e-12);
      expect(new Set(partition.labels).size).toBe(k);
      if (previous !== null) expect(partition.inertia).toBeLessThanOrEqual(previous.inertia);
      previous = partition;
    }
  });

  it('ends where every point is nearest to its own cluster’s mean', () => {
    const points = scoresOf(fixtures.clusterings['long tails'] ?? { values: [], scores: [], by_k: [], elbow: null });
    const { labels, centres } = bestPartition(points, 6, { seed: 3, starts: 2 }, null);
    const means = meansOf(points, labels, 6);
    for (const [i, point] of points.entries()) {
      const distances = means.map((mean) => squaredDistance(point, mean));
      expect(distances[labels[i] ?? -1]).toBeCloseTo(Math.min(...distances), 12);
    }
    expect(centres.flat().map((value, i) => Math.abs(value - (means.flat()[i] ?? 0)) < 1e-12)).not.toContain(false);
  });

  it('depends on the seed alone', () => {
    const points = scoresOf(
      Object.values(fixtures.clusterings)[0] ?? { values: [], scores: [], by_k: [], elbow: null },
    );
    const once = bestPartition(points, 9, { seed: 4, starts: 1 }, null);
    expect(bestPartition(points, 9, { seed: 4, starts: 1 }, null)).toEqual(once);
    const others = [5, 6, 7].map((seed) => bestPartition(points, 9, { seed, starts: 1 }, null).inertia);
    expect(others.some((inertia) => inertia !== once.inertia)).toBe(true);
  });
});

describe('inertiaOf', () => {
  it.each(Object.entries(fixtures.clusterings))('is scikit-learn’s for the same labels: %s', (_, fixture) => {
    const points = scoresOf(fixture);
    for (const { k, labels, inertia } of fixture.by_k) {
      const own = inertiaOf(points, labels, meansOf(points, labels, k));
      expect(Math.abs(own - inertia)).toBeLessThan(1e-9 * Math.max(1, inertia));
    }
  });
});

describe('seedCentres', () => {
  it('draws different points of the data, also among many equal ones', () => {
    const points = [[0], [0], [0], [0], [0], [0], [0], [1], [2]];
    for (let seed = 0; seed < 200; seed++) {
      const centres = seedCentres(points, 3, [], randomFor(seed));
      expect(centres.flat().sort()).toEqual([0, 1, 2]);
    }
  });

  it('keeps the centres that it is given', () => {
    const centres = seedCentres([[0], [1], [9]], 2, [[0.5]], randomFor(1));
    expect(centres[0]).toEqual([0.5]);
    expect(centres[1]).toEqual([9]);
  });

  it('refuses more centres than there are different points', () => {
    expect(() => seedCentres([[0], [0], [1]], 3, [], randomFor(1))).toThrow('3 different points');
    expect(() => seedCentres([], 1, [], randomFor(1))).toThrow('needs a point');
  });
});

describe('transferPoints', () => {
  it('leaves an optimum of Lloyd’s algorithm that a single move betters', () => {
    // 3.9 is nearer to the mean 2 of {0.1, 3.9} than to 6, yet {3.9, 6} costs less: its centre follows.
    const points = [[0.1], [3.9], [6]];
    const centres = transferPoints(points, [0, 0, 1], [[2], [6]]);
    expect(centres?.map(([value]) => Number(value?.toFixed(9)))).toEqual([0.1, 4.95]);
  });

  it('fills an empty cluster', () => {
    const centres = transferPoints([[0], [1], [9]], [0, 0, 0], [[10 / 3], [100]]);
    expect(
      centres
        ?.flat()
        .map((value) => Number(value.toFixed(9)))
        .sort(),
    ).toEqual([0.5, 9]);
  });

  it('is null where no move helps', () => {
    expect(transferPoints([[0], [1], [8], [9]], [0, 0, 1, 1], [[0.5], [8.5]])).toBeNull();
  });
});

describe('numberBySize', () => {
  it('numbers by falling size, ties by the smallest centre', () => {
    const numbered = numberBySize({
      labels: [0, 1, 2, 2, 2, 3, 3],
      centres: [
        [5, 1],
        [5, 0],
        [9, 9],
        [0, 0],
      ],
      inertia: 1,
    });
    expect(numbered).toEqual({
      labels: [3, 2, 0, 0, 0, 1, 1],
      centres: [
        [9, 9],
        [0, 0],
        [5, 0],
        [5, 1],
      ],
      inertia: 1,
    });
  });
});

describe('countDistinct', () => {
  it('counts different vectors', () => {
    expect(countDistinct([[1, 2], [1, 2], [12], [2, 1]])).toBe(3);
  });
});
