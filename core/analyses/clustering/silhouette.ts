import { squaredDistance, type Vector } from './vectors.ts';

/** Euclidean distances between all pairs of `size` points: `values[i * size + j]`. */
export interface DistanceMatrix {
  readonly size: number;
  readonly values: Float64Array;
}

/** Takes 8 · n² bytes. */
export function distanceMatrix(points: readonly Vector[]): DistanceMatrix {
  const size = points.length;
  const values = new Float64Array(size * size);
  for (const [i, a] of points.entries()) {
    for (let j = i + 1; j < size; j++) {
      const distance = Math.sqrt(squaredDistance(a, points[j] ?? a));
      values[i * size + j] = distance;
      values[j * size + i] = distance;
    }
  }
  return { size, values };
}

/**
 * Silhouettes (Rousseeuw 1987) as scikit-learn computes them: (b − a) / max(a, b), where a is a point's mean distance
 * from the others of its cluster and b the least mean distance from another cluster's points; 0 in a cluster of one, and
 * where a and b are both 0.
 *
 * @param labels by point, the index of its cluster
 * @returns by point, between −1 and 1; null where all points are in one cluster, so that there is no b
 */
export function silhouettes(distances: DistanceMatrix, labels: readonly number[]): number[] | null {
  const sizes = new Float64Array(labels.reduce((max, label) => Math.max(max, label), -1) + 1);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  if (sizes.filter((size) => size > 0).length < 2) return null;

  const sums = new Float64Array(sizes.length);
  return labels.map((own, point) => {
    sumByCluster(distances, labels, point, sums);
    return silhouetteOf(own, sums, sizes);
  });
}

function sumByCluster(distances: DistanceMatrix, labels: readonly number[], point: number, sums: Float64Array): void {
  sums.fill(0);
  const offset = point * distances.size;
  for (let other = 0; other < distances.size; other++) {
    const label = labels[other] ?? 0;
    sums[label] = (sums[label] ?? 0) + (distances.values[offset + other] ?? 0);
  }
}

function silhouetteOf(own: number, sums: Float64Array, sizes: Float64Array): number {
  const ownSize = sizes[own] ?? 0;
  if (ownSize < 2) return 0;
  const within = (sums[own] ?? 0) / (ownSize - 1);
  let between = Number.POSITIVE_INFINITY;
  for (let label = 0; label < sizes.length; label++) {
    const size = sizes[label] ?? 0;
    if (label !== own && size > 0) between = Math.min(between, (sums[label] ?? 0) / size);
  }
  const larger = Math.max(within, between);
  return larger === 0 ? 0 : (between - within) / larger;
}
