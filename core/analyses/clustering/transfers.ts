import { squaredDistance, type Vector } from './vectors.ts';

/** A gain below this share of a point's own cost, or this much in all, is rounding. */
const RELATIVE_GAIN = 1e-9;
const ABSOLUTE_GAIN = 1e-23;
const MAX_PASSES = 100;

/**
 * Moves single points between clusters while that lowers the inertia (Hartigan, "Clustering Algorithms", 1975; Telgarsky
 * and Vattani, "Hartigan's method", 2010). Moving a point x from cluster a to b changes the inertia by
 * n_b / (n_b + 1) · |x − c_b|² − n_a / (n_a − 1) · |x − c_a|²: unlike Lloyd's step this counts how the centres follow, so
 * it leaves optima in which Lloyd's is stuck, and it fills an empty cluster, which ml-kmeans leaves empty.
 *
 * @param labels by point, the index of its cluster
 * @param centres the means of the clusters
 * @returns the new centres, or null where no move lowers the inertia
 */
export function transferPoints(
  points: readonly Vector[],
  labels: readonly number[],
  centres: readonly Vector[],
): Vector[] | null {
  const clusters = centres.map((centre) => ({ size: 0, centre: [...centre] }));
  const assigned = labels.map((label) => clusters[label]);
  for (const cluster of assigned) if (cluster !== undefined) cluster.size++;

  let moved = false;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    let movedNow = false;
    for (let i = 0; i < points.length; i++) {
      const point = points[i];
      const from = assigned[i];
      if (point === undefined || from === undefined || from.size < 2) continue;
      const to = betterCluster(point, from, clusters);
      if (to === undefined) continue;
      leave(from, point);
      join(to, point);
      assigned[i] = to;
      movedNow = true;
    }
    if (!movedNow) break;
    moved = true;
  }
  return moved ? clusters.map(({ centre }) => centre) : null;
}

interface Cluster {
  size: number;
  readonly centre: Vector;
}

function betterCluster(point: Vector, from: Cluster, clusters: readonly Cluster[]): Cluster | undefined {
  const saved = (from.size / (from.size - 1)) * squaredDistance(point, from.centre);
  let limit = saved * (1 - RELATIVE_GAIN) - ABSOLUTE_GAIN;
  let better: Cluster | undefined;
  for (const cluster of clusters) {
    if (cluster === from) continue;
    const cost = (cluster.size / (cluster.size + 1)) * squaredDistance(point, cluster.centre);
    if (cost < limit) {
      limit = cost;
      better = cluster;
    }
  }
  return better;
}

function leave(cluster: Cluster, point: Vector): void {
  const { centre, size } = cluster;
  for (const [i, value] of point.entries()) centre[i] = ((centre[i] ?? 0) * size - value) / (size - 1);
  cluster.size--;
}

function join(cluster: Cluster, point: Vector): void {
  const { centre, size } = cluster;
  for (const [i, value] of point.entries()) centre[i] = ((centre[i] ?? 0) * size + value) / (size + 1);
  cluster.size++;
}
