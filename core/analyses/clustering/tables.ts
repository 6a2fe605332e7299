import type { ResultTable, Value } from '../../tabular.ts';
import { BOOKS, typed } from '../method.ts';
import type { Correlation } from './correlation.ts';
import type { FeatureTable } from './features.ts';
import type { Profile } from './profiles.ts';
import type { Selection, Solution } from './selection.ts';
import { squaredDistance, type Vector } from './vectors.ts';

/** By role, as in an analysis's `outputs`. */
export interface ClusteringTables {
  /** A row for each row clustered, by key: the key, cluster, distance (in standard deviations), silhouette. */
  readonly clusters: ResultTable;
  /**
   * A row for each k tried, or for the one cluster where there was nothing to choose: k, inertia, silhouette,
   * best_silhouette, elbow, chosen, rows_left_out, assumptions, note.
   */
  readonly selection: ResultTable;
  /** A row for each pair of candidates: feature_a, feature_b, pearson_r, n, dropped. */
  readonly correlations: ResultTable;
  /** A row for each cluster and feature: cluster, feature, size, mean, median, min, max. */
  readonly profiles: ResultTable;
}

export interface ClusteringFigures {
  readonly solution: Solution;
  /** Null where there was nothing to select from. */
  readonly selection: Selection | null;
  readonly correlations: readonly Correlation[];
  readonly profiles: readonly Profile[];
  readonly assumptions: string;
  readonly note: string | null;
}

/** @param points by row of the table, its standardised features */
export function tabulate(table: FeatureTable, points: readonly Vector[], figures: ClusteringFigures): ClusteringTables {
  return {
    clusters: clustersTable(table, points, figures.solution),
    selection: selectionTable(figures, table.rowsLeftOut),
    correlations: correlationsTable(figures.correlations),
    profiles: profilesTable(figures.profiles),
  };
}

function clustersTable(table: FeatureTable, points: readonly Vector[], solution: Solution): ResultTable {
  const { labels, centres } = solution.partition;
  return {
    columns: [...table.keyColumns, ...typed({ cluster: 'integer', distance: 'double', silhouette: 'double' })],
    rows: points.map((point, row): Value[] => {
      const cluster = labels[row] ?? 0;
      const distance = Math.sqrt(squaredDistance(point, centres[cluster] ?? point));
      return [...(table.keys[row] ?? []), cluster, distance, solution.silhouettes[row] ?? null];
    }),
  };
}

function selectionTable(
  { selection, solution, assumptions, note }: ClusteringFigures,
  rowsLeftOut: number,
): ResultTable {
  const tried = selection?.solutions ?? [solution];
  return {
    columns: typed({
      k: 'integer',
      inertia: 'double',
      silhouette: 'double',
      best_silhouette: 'boolean',
      elbow: 'boolean',
      chosen: 'boolean',
      ...BOOKS,
    }),
    rows: tried.map(({ k, partition, meanSilhouette }) => [
      k,
      partition.inertia,
      meanSilhouette,
      k === (selection?.bestSilhouetteK ?? null),
      k === (selection?.elbowK ?? null),
      k === solution.k,
      rowsLeftOut,
      assumptions,
      note,
    ]),
  };
}

function correlationsTable(correlations: readonly Correlation[]): ResultTable {
  return {
    columns: typed({
      feature_a: 'string',
      feature_b: 'string',
      pearson_r: 'double',
      n: 'integer',
      dropped: 'string',
    }),
    rows: correlations.map(({ featureA, featureB, r, n, dropped }) => [featureA, featureB, r, n, dropped]),
  };
}

function profilesTable(profiles: readonly Profile[]): ResultTable {
  return {
    columns: typed({
      cluster: 'integer',
      feature: 'string',
      size: 'integer',
      mean: 'double',
      median: 'double',
      min: 'double',
      max: 'double',
    }),
    rows: profiles.map((profile) => [
      profile.cluster,
      profile.feature,
      profile.size,
      profile.mean,
      profile.median,
      profile.min,
      profile.max,
    ]),
  };
}
