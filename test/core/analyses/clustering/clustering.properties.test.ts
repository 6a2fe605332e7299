import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runClustering } from '../../../../core/analyses/clustering/run.ts';
import { analysisOf, recordsOf, thingsOf } from './analysis.ts';

const NAMES = ['x', 'y'];

/** Few values, so that rows repeat and tie; any double, so that squares over- and underflow; and gaps. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 4, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.double({ noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const rows = fc.array(fc.tuple(value, value), { maxLength: 25 });
const options = fc.record({
  k: fc.option(fc.integer({ min: 1, max: 12 })),
  max_k: fc.integer({ min: 2, max: 8 }),
  seed: fc.integer(),
  starts: fc.constant(3),
});

describe('runClustering, whatever the rows', () => {
  it('partitions them into exactly k clusters of falling size, and every figure is finite', () => {
    fc.assert(
      fc.property(rows, options, (things, chosen) => {
        const { tables, summary } = runClustering(analysisOf({ features: NAMES }, chosen), thingsOf(NAMES, things));
        const clusters = recordsOf(tables.clusters);
        const usable = things.flatMap(([x, y], i) => (isKnown(x) && isKnown(y) ? [i + 1] : []));
        expect(clusters.map(({ id }) => id)).toEqual(usable);
        expect(summary.rows + summary.rows_left_out).toBe(things.length);
        const sizes = sizesOf(clusters.map(({ cluster }) => Number(cluster)));
        expect(sizes).toHaveLength(summary.k);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
        expect(sizes).not.toContain(0);
        const figures = Object.values(tables).flatMap((table) => table.rows.flat());
        expect(figures.filter((figure) => typeof figure === 'number' && !Number.isFinite(figure))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('chooses one k, never raises the inertia with k, and keeps silhouettes within −1 … 1', () => {
    fc.assert(
      fc.property(rows, options, (things, chosen) => {
        const { tables, summary } = runClustering(analysisOf({ features: NAMES }, chosen), thingsOf(NAMES, things));
        const selection = recordsOf(tables.selection);
        expect(selection.filter((row) => row['chosen']).map(({ k }) => k)).toEqual([summary.k]);
        const inertias = selection.map(({ inertia }) => Number(inertia));
        for (const [i, inertia] of inertias.entries()) {
          expect(inertia).toBeLessThanOrEqual((inertias[i - 1] ?? inertia) * (1 + 1e-12) + 1e-12);
        }
        for (const { silhouette } of recordsOf(tables.clusters)) {
          expect(Math.abs(Number(silhouette))).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same tables when the rows come in another order', () => {
    const shuffled = rows.chain((things) => {
      const numbered = thingsOf(NAMES, things);
      return fc.tuple(
        fc.constant(numbered),
        fc.shuffledSubarray([...numbered.rows], { minLength: things.length, maxLength: things.length }),
      );
    });
    fc.assert(
      fc.property(shuffled, options, ([input, other], chosen) => {
        const analysis = analysisOf({ features: NAMES }, chosen);
        const expected = runClustering(analysis, input);
        expect(runClustering(analysis, input)).toEqual(expected);
        expect(runClustering(analysis, { ...input, rows: other })).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('ignores the units of the features', () => {
    const whole = fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), {
      minLength: 3,
      maxLength: 25,
    });
    fc.assert(
      fc.property(whole, (things) => {
        const analysis = analysisOf({ features: NAMES }, { starts: 3, max_k: 4 });
        const scaled = things.map(([x, y]) => [x * 1024 + 4096, y / 64]);
        expect(runClustering(analysis, thingsOf(NAMES, scaled)).tables.clusters).toEqual(
          runClustering(analysis, thingsOf(NAMES, things)).tables.clusters,
        );
      }),
      { numRuns: 100 },
    );
  });
});

function isKnown(number: number | null): boolean {
  return number !== null && Number.isFinite(number);
}

function sizesOf(clusters: readonly number[]): number[] {
  const k = Math.max(-1, ...clusters) + 1;
  return Array.from({ length: k }, (_, cluster) => clusters.filter((each) => each === cluster).length);
}
