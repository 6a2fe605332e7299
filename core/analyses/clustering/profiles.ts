import { momentsOf } from '../moments.ts';

export interface Profile {
  readonly cluster: number;
  readonly feature: string;
  /** Rows of the cluster. */
  readonly size: number;
  readonly mean: number;
  /** Of an even number of values, the mean of the middle two. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Each cluster's features in their own units, by cluster and then in the features' order.
 *
 * @param labels by row, the index of its cluster, each below `k` used at least once
 */
export function profileClusters(
  features: readonly { readonly name: string; readonly values: readonly number[] }[],
  labels: readonly number[],
  k: number,
): Profile[] {
  return Array.from({ length: k }, (_, cluster) =>
    features.map(({ name, values }) => ({
      cluster,
      feature: name,
      ...describe(values.filter((_value, row) => labels[row] === cluster)),
    })),
  ).flat();
}

function describe(values: readonly number[]): Omit<Profile, 'cluster' | 'feature'> {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (position: number) => sorted[position] ?? Number.NaN;
  const last = sorted.length - 1;
  // Halving before adding keeps the sum of two huge values finite.
  const median = at(Math.floor(last / 2)) / 2 + at(Math.ceil(last / 2)) / 2;
  return { size: values.length, mean: momentsOf(values).mean, median, min: at(0), max: at(last) };
}
