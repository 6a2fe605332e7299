import { describe, expect, it } from '@jest/globals';
import { profileClusters } from '../../../../core/analyses/clustering/profiles.ts';

describe('profileClusters', () => {
  it('describes each cluster’s features, in their order and units', () => {
    const features = [
      { name: 'pages', values: [1, 10, 2, 4, 9] },
      { name: 'days', values: [-5, 0, -7, 3, 300] },
    ];
    expect(profileClusters(features, [0, 1, 0, 0, 1], 2)).toEqual([
      { cluster: 0, feature: 'pages', size: 3, mean: 7 / 3, median: 2, min: 1, max: 4 },
      { cluster: 0, feature: 'days', size: 3, mean: -3, median: -5, min: -7, max: 3 },
      { cluster: 1, feature: 'pages', size: 2, mean: 9.5, median: 9.5, min: 9, max: 10 },
      { cluster: 1, feature: 'days', size: 2, mean: 150, median: 150, min: 0, max: 300 },
    ]);
  });

  it('gives finite figures for values near the largest double', () => {
    const [profile] = profileClusters([{ name: 'a', values: [1.6e308, 1.6e308] }], [0, 0], 1);
    expect(profile).toMatchObject({ mean: 1.6e308, median: 1.6e308 });
  });
});
