import { sum } from '../moments.ts';
import { randomFor, sampleIndices } from '../random.ts';
import type { ClusteringOptions } from '../types.ts';
import { findElbow } from './elbow.ts';
import { bestPartition, numberBySize, type Partition } from './kmeans.ts';
import { type DistanceMatrix, distanceMatrix, silhouettes } from './silhouette.ts';
import type { Vector } from './vectors.ts';

/** Above, each start costs so much that fewer are made. */
const MAX_ROWS_FOR_ALL_STARTS = 2000;
const FEWEST_STARTS = 10;
/** Above, silhouettes are of a sample: their matrix of distances takes 8 · n² bytes, here 72 MB. */
export const MAX_ROWS_FOR_SILHOUETTES = 3000;

export interface Solution {
  readonly k: number;
  readonly partition: Partition;
  /** By point; null for one outside the sample, and for all where there is one cluster. */
  readonly silhouettes: readonly (number | null)[];
  readonly meanSilhouette: number | null;
}

export interface Selection {
  /** By ascending k; one for each k that was tried. */
  readonly solutions: readonly Solution[];
  readonly chosen: Solution;
  /** The k with the largest mean silhouette, the smallest such; null where none is defined. */
  readonly bestSilhouetteK: number | null;
  readonly elbowK: number | null;
}

/** The starts that are made for so many rows: all that were asked for up to 2000 rows, fewer above, at least 10. */
export function startsFor(rows: number, starts: number): number {
  const affordable = Math.ceil((starts * MAX_ROWS_FOR_ALL_STARTS) / rows);
  return Math.min(starts, Math.max(FEWEST_STARTS, affordable));
}

/**
 * Clusters the points into every number of clusters from min_k to max_k, and into k where that lies outside, but never
 * more than `largestK`; the k that was asked for, or the best silhouette, is chosen.
 *
 * @param largestK at most the number of different points, at least 1
 */
export function selectClustering(points: Vector[], largestK: number, options: ClusteringOptions): Selection {
  const distances = sampledDistances(points, options.seed);
  const solutions: Solution[] = [];
  for (const k of numbersOfClusters(largestK, options)) {
    const previous = solutions.at(-1)?.partition ?? null;
    const starts = startsFor(points.length, options.starts);
    const partition = numberBySize(bestPartition(points, k, { seed: options.seed, starts }, previous));
    solutions.push({ k, partition, ...silhouettesOf(partition.labels, distances) });
  }
  const bestSilhouetteK = bestBySilhouette(solutions)?.k ?? null;
  const wanted = options.k === null ? bestSilhouetteK : Math.min(options.k, largestK);
  const chosen = solutions.find(({ k }) => k === wanted) ?? solutions[0];
  if (chosen === undefined) throw new RangeError('a clustering needs at least one number of clusters');
  return { solutions, chosen, bestSilhouetteK, elbowK: elbowOf(solutions) };
}

function numbersOfClusters(largestK: number, { k, min_k, max_k }: ClusteringOptions): number[] {
  const from = Math.min(min_k, k ?? min_k, largestK);
  const to = Math.min(Math.max(max_k, k ?? max_k), largestK);
  return Array.from({ length: Math.max(1, to - from + 1) }, (_, i) => from + i);
}

interface SampledDistances {
  readonly matrix: DistanceMatrix;
  /** The points that the matrix is of, ascending. */
  readonly indices: readonly number[];
}

function sampledDistances(points: readonly Vector[], seed: number): SampledDistances {
  const indices = sampleIndices(points.length, MAX_ROWS_FOR_SILHOUETTES, randomFor(seed));
  return { matrix: distanceMatrix(indices.flatMap((index) => [points[index] ?? []])), indices };
}

function silhouettesOf(
  labels: readonly number[],
  { matrix, indices }: SampledDistances,
): Pick<Solution, 'silhouettes' | 'meanSilhouette'> {
  const byPoint = labels.map((): number | null => null);
  const sampled = silhouettes(
    matrix,
    indices.map((index) => labels[index] ?? 0),
  );
  if (sampled === null) return { silhouettes: byPoint, meanSilhouette: null };
  for (const [i, index] of indices.entries()) byPoint[index] = sampled[i] ?? null;
  return { silhouettes: byPoint, meanSilhouette: sum(sampled) / sampled.length };
}

function bestBySilhouette(solutions: readonly Solution[]): Solution | undefined {
  const defined = solutions.filter(({ meanSilhouette }) => meanSilhouette !== null);
  return defined.reduce<Solution | undefined>((best, solution) => {
    const better = best === undefined || (solution.meanSilhouette ?? 0) > (best.meanSilhouette ?? 0);
    return better ? solution : best;
  }, undefined);
}

function elbowOf(solutions: readonly Solution[]): number | null {
  const ks = solutions.map(({ k }) => k);
  const inertias = solutions.map(({ partition }) => partition.inertia);
  return findElbow(ks, inertias);
}
