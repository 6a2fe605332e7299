import { describe, expect, it } from '@jest/globals';
import { kmeans } from 'ml-kmeans';
import { readSample, type Sample, sum } from './sample.ts';

/** Recency, rows a day, pages per student, share of black or Hispanic students, of those districts that have all. */
function districtFeatures({ districts, products, engagement }: Sample): number[][] {
  const listed = new Set(products.map(([id]) => Number(id)));
  const usage = new Map(districts.map(([id]) => [Number(id), { first: 366, last: 0, rows: 0, pages: 0 }]));
  for (let row = 0; row < engagement.day.length; row++) {
    const on = engagement.day[row] ?? 0;
    const district = usage.get(engagement.district[row] ?? 0);
    if (district !== undefined && listed.has(engagement.product[row] ?? NaN)) {
      district.first = Math.min(district.first, on);
      district.last = Math.max(district.last, on);
      district.rows++;
      district.pages += (engagement.engagementIndex[row] || 0) / 1000;
    }
  }
  return districts.flatMap(([id, state, , blackHispanic]) => {
    const district = usage.get(Number(id));
    if (state === 'NaN' || district === undefined) {
      return [];
    }
    const { first, last, rows, pages } = district;
    return [[365 - last, rows / (last - first), pages, Number(/[\d.]+/.exec(blackHispanic ?? '')?.[0])]];
  });
}

function standardised(points: readonly (readonly number[])[]): number[][] {
  const columns = points[0]?.map((_, column) => points.map((point) => point[column] ?? NaN)) ?? [];
  const moments = columns.map((values) => {
    const mean = sum(values) / values.length;
    return { mean, deviation: Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1)) };
  });
  return points.map((point) =>
    point.map((value, column) => (value - (moments[column]?.mean ?? 0)) / (moments[column]?.deviation ?? 1)),
  );
}

/** The share of the variance that the best of some k-means clusterings explains. */
function explained(points: number[][], k: number): { share: number; sizes: number[] } {
  const total = (points.length - 1) * (points[0]?.length ?? 0);
  const tries = Array.from({ length: 20 }, (_, seed) => {
    const { centroids, clusters } = kmeans(points, k, { seed, initialization: 'kmeans++' });
    const errors = points.map((point, index) => {
      const centre = centroids[clusters[index] ?? 0] ?? [];
      return sum(point.map((value, column) => (value - (centre[column] ?? NaN)) ** 2));
    });
    const sizes = centroids.map((_, cluster) => clusters.filter((label) => label === cluster).length);
    return { share: 1 - sum(errors) / total, sizes };
  });
  return tries.reduce((best, one) => (one.share > best.share ? one : best));
}

describe('clusters of districts', () => {
  for (const seed of [1, 2]) {
    const features = districtFeatures(readSample(0.05, seed));
    const column = (index: number) => features.map((point) => point[index] ?? NaN);

    it(`have five groups that explain most of the differences (seed ${seed})`, () => {
      const { share, sizes } = explained(standardised(features), 5);

      expect(features.length).toBeGreaterThanOrEqual(24);
      // The real ones' five clusters explain 0.61 of five features.
      expect(share).toBeGreaterThan(0.7);
      expect(sizes.filter((size) => size >= 2).length).toBeGreaterThanOrEqual(4);
    });

    it(`differ in how long ago they were last seen, how widely they use products, and how much (seed ${seed})`, () => {
      const spread = (index: number) => Math.max(...column(index)) / Math.min(...column(index));

      expect(column(0).filter((recency) => recency > 60).length).toBeGreaterThanOrEqual(2);
      expect(column(0).filter((recency) => recency === 0).length).toBeGreaterThan(15);
      expect(spread(1)).toBeGreaterThan(4);
      expect(spread(2)).toBeGreaterThan(5);
    });
  }
});
