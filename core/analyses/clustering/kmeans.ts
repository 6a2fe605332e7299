import { kmeans } from 'ml-kmeans';
import { randomFor } from '../random.ts';
import { seedCentres } from './seeding.ts';
import { transferPoints } from './transfers.ts';
import { compareVectors, squaredDistance, type Vector } from './vectors.ts';

export interface Partition {
  /** By point, the index of its cluster. */
  readonly labels: readonly number[];
  /** The clusters' means. */
  readonly centres: readonly Vector[];
  /** Sum of the squared distances of the points from their cluster's mean. */
  readonly inertia: number;
}

/** As scikit-learn's; a start rarely takes more than twenty. */
const MAX_ITERATIONS = 300;
const MAX_REFINEMENTS = 20;

/**
 * The partition with the least inertia among `starts` k-means++ starts, each with its own stream of random numbers, and
 * one that adds centres to `previous`: so the inertia never rises with k.
 *
 * @param points at least k different ones, without unit
 * @param previous the best partition into fewer clusters, where there is one
 */
export function bestPartition(
  points: Vector[],
  k: number,
  options: { readonly seed: number; readonly starts: number },
  previous: Partition | null,
): Partition {
  let best = solve(points, seedCentres(points, k, previous?.centres ?? [], randomFor(options.seed, k, 0)));
  for (let start = 1; start <= options.starts; start++) {
    const partition = solve(points, seedCentres(points, k, [], randomFor(options.seed, k, start)));
    if (partition.inertia < best.inertia) best = partition;
  }
  return best;
}

/** Lloyd's algorithm and transfers of single points in turns, until neither finds anything better. */
function solve(points: Vector[], initial: Vector[]): Partition {
  let { clusters, centroids } = lloyd(points, initial);
  for (let round = 0; round < MAX_REFINEMENTS; round++) {
    const moved = transferPoints(points, clusters, centroids);
    if (moved === null) break;
    ({ clusters, centroids } = lloyd(points, moved));
  }
  return { labels: clusters, centres: centroids, inertia: inertiaOf(points, clusters, centroids) };
}

function lloyd(points: Vector[], initialization: Vector[]) {
  // By default ml-kmeans stops once no centre moves by more than 0.001 standard deviations: short of the optimum.
  const options = { initialization, tolerance: 0, maxIterations: MAX_ITERATIONS };
  return kmeans(points, initialization.length, options);
}

/** Sum of the points' squared distances from the centre that their label names. */
export function inertiaOf(points: readonly Vector[], labels: readonly number[], centres: readonly Vector[]): number {
  return points.reduce((total, point, i) => total + squaredDistance(point, centres[labels[i] ?? 0] ?? point), 0);
}

/** The same partition with its clusters numbered by falling size, ties by the smallest centre. */
export function numberBySize(partition: Partition): Partition {
  const sizes = partition.centres.map(() => 0);
  for (const label of partition.labels) sizes[label] = (sizes[label] ?? 0) + 1;
  const order = partition.centres
    .map((centre, label) => ({ centre, label, size: sizes[label] ?? 0 }))
    .sort((a, b) => b.size - a.size || compareVectors(a.centre, b.centre));
  const renamed = new Map(order.map(({ label }, rank) => [label, rank]));
  return {
    labels: partition.labels.map((label) => renamed.get(label) ?? 0),
    centres: order.map(({ centre }) => centre),
    inertia: partition.inertia,
  };
}
