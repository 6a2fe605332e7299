import { describe, expect, it } from '@jest/globals';
import { runClustering } from '../../../../core/analyses/clustering/run.ts';
import { randomFor } from '../../../../core/analyses/random.ts';
import { analysisOf, recordsOf, thingsOf } from './analysis.ts';
import { fixtures } from './clustering-fixtures.ts';

const fixture = fixtures.clusterings['overlapping blobs'] ?? { values: [], scores: [], by_k: [], elbow: null };
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const TWO = { features: ['x', 'y'] };

describe('runClustering', () => {
  it('selects as scikit-learn and kneed would', () => {
    const { tables, summary } = runClustering(analysisOf({ features: NAMES }), thingsOf(NAMES, fixture.values));
    const selection = recordsOf(tables.selection);
    expect(selection.map(({ k }) => k)).toEqual(fixture.by_k.map(({ k }) => k));
    for (const [i, { inertia }] of fixture.by_k.entries()) {
      expect(Number(selection[i]?.['inertia']) / inertia).toBeLessThanOrEqual(1.03);
    }
    const best = Math.max(...selection.map(({ silhouette }) => Number(silhouette)));
    expect(selection.filter(({ best_silhouette }) => best_silhouette)).toEqual(
      selection.filter(({ silhouette }) => silhouette === best),
    );
    expect(selection.filter(({ elbow }) => elbow).map(({ k }) => k)).toEqual([fixture.elbow]);
    const chosen = selection.filter((row) => row['chosen']);
    expect(chosen).toHaveLength(1);
    expect(chosen[0]).toMatchObject({ best_silhouette: true, k: summary.k });
    expect(summary).toEqual({ rows: 176, rows_left_out: 0, k: summary.k, requested_k: null, note: null });
  });

  it('takes the k that is named, and says per row where it lies', () => {
    const { tables, summary } = runClustering(analysisOf(TWO, { k: 2, max_k: 3 }), twoGroups());
    expect(tables.clusters.columns).toEqual([
      { name: 'id', type: 'integer' },
      { name: 'cluster', type: 'integer' },
      { name: 'distance', type: 'double' },
      { name: 'silhouette', type: 'double' },
    ]);
    const clusters = recordsOf(tables.clusters);
    expect(clusters.map(({ id, cluster }) => [id, cluster])).toEqual([
      [1, 1],
      [2, 0],
      [4, 0],
      [5, 1],
      [6, 0],
    ]);
    expect(recordsOf(tables.profiles)[0]).toEqual({
      cluster: 0,
      feature: 'x',
      size: 3,
      mean: 10,
      median: 10,
      min: 10,
      max: 10,
    });
    expect(summary).toMatchObject({ rows: 5, rows_left_out: 1, k: 2, requested_k: 2 });
  });

  it('measures in standard deviations, and numbers clusters of one size by their centres', () => {
    const input = thingsOf(['x'], [[12], [0], [10], [2]]);
    const { tables } = runClustering(analysisOf({ features: ['x'] }, { k: 2 }), input);
    const clusters = recordsOf(tables.clusters);
    expect(clusters.map(({ cluster }) => cluster)).toEqual([1, 0, 1, 0]);
    // The mean is 6, the population's variance (36 + 36 + 16 + 16) / 4 = 26; every row is 1 away from its centre.
    for (const { distance } of clusters) expect(Number(distance)).toBeCloseTo(1 / Math.sqrt(26), 9);
    const expected = [9 / 11, 9 / 11, 7 / 9, 7 / 9];
    for (const [i, { silhouette }] of clusters.entries()) expect(Number(silhouette)).toBeCloseTo(expected[i] ?? 0, 9);
  });

  it('adds up: inertia is the sum of the squared distances, the silhouette the mean', () => {
    const { tables } = runClustering(analysisOf({ features: NAMES }, { k: 5 }), thingsOf(NAMES, fixture.values));
    const clusters = recordsOf(tables.clusters);
    const row = recordsOf(tables.selection).find(({ k }) => k === 5);
    const inertia = clusters.reduce((total, { distance }) => total + Number(distance) ** 2, 0);
    const silhouette = clusters.reduce((total, each) => total + Number(each['silhouette']), 0) / clusters.length;
    expect(Number(row?.['inertia'])).toBeCloseTo(inertia, 9);
    expect(Number(row?.['silhouette'])).toBeCloseTo(silhouette, 12);
    expect(row?.['chosen']).toBe(true);
  });

  it('tries a named k outside the range too', () => {
    const { tables, summary } = runClustering(
      analysisOf({ features: NAMES }, { k: 4, max_k: 3, starts: 3 }),
      thingsOf(NAMES, fixture.values),
    );
    expect(recordsOf(tables.selection).map(({ k }) => k)).toEqual([2, 3, 4]);
    expect(summary.k).toBe(4);
  });

  it('has no silhouette for one cluster', () => {
    const { tables, summary } = runClustering(analysisOf(TWO, { min_k: 1, max_k: 1 }), twoGroups());
    expect(recordsOf(tables.selection)).toMatchObject([
      { k: 1, silhouette: null, best_silhouette: false, chosen: true },
    ]);
    expect(summary).toMatchObject({
      k: 1,
      note: 'No silhouette is defined, so the smallest number of clusters was taken.',
    });
  });

  it('correlates all candidates over all rows, also those left out of the clustering', () => {
    const input = thingsOf(
      ['x', 'y', 'z'],
      [
        [1, 1, 3],
        [2, null, 6],
        [3, 1, 9],
        [9, 2, 27],
      ],
    );
    const { tables } = runClustering(analysisOf({ features: ['x', 'y'], candidates: ['x', 'y', 'z'] }), input);
    expect(recordsOf(tables.correlations)).toMatchObject([
      { feature_a: 'x', feature_b: 'y', n: 3, dropped: 'y' },
      { feature_a: 'x', feature_b: 'z', pearson_r: 1, n: 4, dropped: 'z' },
      { feature_a: 'y', feature_b: 'z', n: 3, dropped: null },
    ]);
  });
});

describe('runClustering with too little to cluster', () => {
  it('uses the largest possible k and says so', () => {
    const { summary, tables } = runClustering(
      analysisOf(TWO, { k: 5 }),
      thingsOf(
        ['x', 'y'],
        [
          [1, 5],
          [2, 3],
          [7, 1],
          [9, 9],
        ],
      ),
    );
    expect(summary.k).toBe(3);
    expect(summary.note).toBe('5 clusters were asked for; 4 rows allow at most 3.');
    expect(recordsOf(tables.selection).map(({ k }) => k)).toEqual([2, 3]);
  });

  it('counts equal rows once when it looks for the largest k, also below min_k', () => {
    const input = thingsOf(['x', 'y'], [...twoGroups().rows.map((row) => row.slice(1)), [0, 10]]);
    const { summary, tables } = runClustering(analysisOf(TWO, { min_k: 4 }), input);
    expect(summary).toMatchObject({ k: 2, rows: 6, rows_left_out: 1 });
    expect(summary.note).toBe('Up to 10 clusters were to be tried; 6 rows (2 different ones) allow at most 2.');
    expect(recordsOf(tables.selection)).toMatchObject([{ k: 2, inertia: 0, elbow: false, chosen: true }]);
  });

  it.each([
    ['no row', [], 'No row to cluster.', 0],
    ['no usable row', [[null, 1]], 'No row to cluster (1 left out because a feature is unknown).', 0],
    ['one row', [[1, 2]], 'All rows are in one cluster: 1 row can be clustered, and 3 are needed.', 1],
    [
      'two rows and half a one',
      [
        [1, 2],
        [3, 4],
        [5, null],
      ],
      'All rows are in one cluster: 2 rows can be clustered (1 left out because a feature is unknown), and 3 are needed.',
      1,
    ],
    [
      'equal rows',
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      'All rows are in one cluster: the features of all 3 rows are the same.',
      1,
    ],
  ])('puts all in one cluster: %s', (_, rows, note, k) => {
    const { summary, tables } = runClustering(analysisOf(TWO, { k: 4 }), thingsOf(['x', 'y'], rows));
    expect(summary).toMatchObject({ k, requested_k: 4, note });
    expect(recordsOf(tables.selection)).toMatchObject([{ k, silhouette: null, chosen: true, note }]);
    expect(tables.clusters.rows).toHaveLength(summary.rows);
    expect(recordsOf(tables.clusters).every((row) => row['cluster'] === 0 && row['silhouette'] === null)).toBe(true);
    expect(tables.profiles.rows).toHaveLength(2 * k);
    expect(tables.correlations.rows).toHaveLength(1);
  });
});

describe('runClustering on many rows', () => {
  it('makes fewer starts, samples the silhouettes, and says both', () => {
    const random = randomFor(5);
    const rows = Array.from({ length: 3500 }, (_, i) => [(i % 3) * 10 + random(), i % 3 === 1 ? 5 : random()]);
    const input = thingsOf(['x', 'y'], rows);
    const { summary, tables } = runClustering(analysisOf(TWO, { max_k: 4, starts: 12 }), input);
    expect(summary).toMatchObject({
      k: 3,
      note: 'With 3500 rows, 10 of the 12 starts were made. Silhouettes are of a random sample of 3000 rows; the others have none.',
    });
    const clusters = recordsOf(tables.clusters);
    expect(clusters.filter(({ silhouette }) => silhouette === null)).toHaveLength(500);
    const byGroup = new Set(clusters.map(({ id, cluster }) => `${(Number(id) - 1) % 3} ${cluster}`));
    expect(byGroup.size).toBe(3);
  });
});

function twoGroups() {
  return thingsOf(
    ['x', 'y'],
    [
      [0, 10],
      [10, 0],
      [3, null],
      [10, 0],
      [0, 10],
      [10, 0],
    ],
  );
}
