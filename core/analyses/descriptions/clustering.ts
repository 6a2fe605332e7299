import type { Clustering } from '../types.ts';
import { BOOKS } from './books.ts';
import type { OutputDescriptions } from './output.ts';

const CLUSTER = 'The cluster, from 0; numbers mean nothing by themselves';

export const CLUSTERING_OUTPUTS: OutputDescriptions<Clustering> = {
  clusters: {
    description: ({ input, columns }) =>
      `The k-means cluster of each row of ${input}, by ${columns.features.join(', ')}.`,
    key: ({ columns }) => columns.key,
    inherits: ({ columns }) => columns.key,
    columns: {
      cluster: CLUSTER,
      distance: { description: "How far the row is from its cluster's centre", unit: 'standard deviations' },
      silhouette: 'How much better the row fits its cluster than the next best, -1 to 1',
    },
  },
  selection: {
    description: ({ input, options }) =>
      `How well ${input} falls into k clusters, for each k from ${options.min_k} to ${options.max_k}.`,
    key: () => ['k'],
    inherits: () => [],
    columns: {
      k: 'The number of clusters',
      inertia: { description: 'The sum of squared distances to the centres', unit: 'square standard deviations' },
      silhouette: 'The mean silhouette of all rows, -1 to 1; higher is better',
      best_silhouette: 'Whether the silhouette is highest here',
      elbow: 'Whether the inertia bends here',
      chosen: 'Whether the clusters were made with this k',
      ...BOOKS,
    },
  },
  correlations: {
    description: ({ input }) => `The correlation of every two candidate features of ${input}.`,
    key: () => ['feature_a', 'feature_b'],
    inherits: () => [],
    columns: {
      feature_a: 'The one feature',
      feature_b: 'The other feature',
      pearson_r: "Pearson's r, -1 to 1",
      n: { description: 'How many rows have both', unit: 'rows' },
      dropped: 'Which of the two pruning would drop, for they say the same; null where neither',
    },
  },
  profiles: {
    description: ({ input }) => `What the clusters of ${input} look like, feature by feature.`,
    key: () => ['cluster', 'feature'],
    inherits: () => [],
    columns: {
      cluster: CLUSTER,
      feature: 'The feature',
      size: { description: 'How many rows the cluster has', unit: 'rows' },
      mean: "The feature's mean in the cluster, in the feature's own unit",
      median: "The feature's median in the cluster, in the feature's own unit",
      min: "The feature's least value in the cluster, in the feature's own unit",
      max: "The feature's greatest value in the cluster, in the feature's own unit",
    },
  },
};
