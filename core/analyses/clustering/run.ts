import type { ResultTable } from '../../tabular.ts';
import { counted } from '../../words.ts';
import type { Method } from '../method.ts';
import { sum } from '../moments.ts';
import { columns } from '../sql.ts';
import type { Clustering, ClusteringOptions } from '../types.ts';
import { correlate } from './correlation.ts';
import { type FeatureTable, readFeatures, readsOf } from './features.ts';
import { inertiaOf } from './kmeans.ts';
import { profileClusters } from './profiles.ts';
import { MAX_ROWS_FOR_SILHOUETTES, type Selection, type Solution, selectClustering, startsFor } from './selection.ts';
import { standardise } from './standardise.ts';
import { type ClusteringTables, tabulate } from './tables.ts';
import { countDistinct, type Vector } from './vectors.ts';

export interface ClusteringSummary {
  /** Rows that were clustered. */
  readonly rows: number;
  /** Rows in which a feature is unknown. */
  readonly rows_left_out: number;
  /** Clusters in the clusters table; 0 where no row is left. */
  readonly k: number;
  /** What the options ask for; null where the silhouette chooses. */
  readonly requested_k: number | null;
  /** What a reader of the tables must know, as sentences; null where all went as asked. */
  readonly note: string | null;
}

export interface ClusteringResult {
  readonly tables: ClusteringTables;
  readonly summary: ClusteringSummary;
}

export const clustering: Method<Clustering> = {
  reads: readsOf,
  question(analysis) {
    const { numbers, others } = readsOf(analysis);
    return `SELECT ${columns([...new Set([...others, ...numbers])])} FROM ${analysis.input} ORDER BY ${columns(others)}`;
  },
  conclude(analysis, answer) {
    const { tables, summary } = runClustering(analysis, answer);
    const note = [
      `k = ${summary.k} over ${summary.rows} rows`,
      ...(summary.rows_left_out === 0 ? [] : [`${summary.rows_left_out} rows left out, for a feature is unknown`]),
      ...(summary.note === null ? [] : [summary.note]),
    ];
    return { tables: { ...tables }, note: note.join('; ') };
  },
};

/** Fewer can't form two clusters that say anything. */
const FEWEST_ROWS = 3;

/**
 * k-means on standardised features, with what it takes to judge it: inertia, silhouette and elbow by k, correlations of
 * the candidates, and what each cluster is like. The same rows give the same tables, in whichever order they come.
 *
 * @param input one row for each thing to cluster; a row in which a feature is null or not finite is left out
 * @throws LandfallError where the input lacks a column, or a feature or candidate isn't numeric
 */
export function runClustering(analysis: Clustering, input: ResultTable): ClusteringResult {
  const { options } = analysis;
  const table = readFeatures(analysis, input);
  const points = standardise(table.features.map(({ values }) => values));
  const distinct = countDistinct(points);
  const separable = points.length >= FEWEST_ROWS && distinct >= 2;
  // A silhouette needs a cluster of two, and k-means a different point for each centre.
  const largestK = Math.min(points.length - 1, distinct);
  const selection = separable ? selectClustering(points, largestK, options) : null;
  const solution = selection?.chosen ?? oneCluster(points);

  const note =
    selection === null
      ? noteOnOneCluster(table)
      : noteOn({ rows: points.length, distinct, largestK }, selection, options);
  return {
    tables: tabulate(table, points, {
      solution,
      selection,
      correlations: correlate(table.candidates, options.max_correlation),
      profiles: profileClusters(table.features, solution.partition.labels, solution.k),
      assumptions: assumptionsOf(options),
      note,
    }),
    summary: {
      rows: points.length,
      rows_left_out: table.rowsLeftOut,
      k: solution.k,
      requested_k: options.k,
      note,
    },
  };
}

function assumptionsOf({ seed, starts, k }: ClusteringOptions): string {
  const chosen = k === null ? 'the silhouette chooses k' : `k = ${k} was asked for`;
  return `Clusters are round and of one size in standardised features; ${chosen}; the best of ${starts} k-means++ starts with seed ${seed}.`;
}

function oneCluster(points: readonly Vector[]): Solution {
  const labels = points.map(() => 0);
  const width = points[0]?.length ?? 0;
  const centre = Array.from({ length: width }, (_, i) => sum(points.map((point) => point[i] ?? 0)) / points.length);
  const centres = points.length > 0 ? [centre] : [];
  return {
    k: centres.length,
    partition: { labels, centres, inertia: inertiaOf(points, labels, centres) },
    silhouettes: points.map(() => null),
    meanSilhouette: null,
  };
}

function noteOnOneCluster({ keys, rowsLeftOut }: FeatureTable): string {
  const rows = keys.length;
  const left = rowsLeftOut > 0 ? ` (${rowsLeftOut} left out because a feature is unknown)` : '';
  if (rows === 0) return `No row to cluster${left}.`;
  const reason =
    rows < FEWEST_ROWS
      ? `${counted(rows, 'row')} can be clustered${left}, and ${FEWEST_ROWS} are needed`
      : `the features of all ${counted(rows, 'row')} are the same${left}`;
  return `All rows are in one cluster: ${reason}.`;
}

function noteOn(
  { rows, distinct, largestK }: { readonly rows: number; readonly distinct: number; readonly largestK: number },
  selection: Selection,
  options: ClusteringOptions,
): string | null {
  const notes: string[] = [];
  const ofThem = distinct < rows ? ` (${distinct} different ones)` : '';
  const limit = `${counted(rows, 'row')}${ofThem} allow at most ${largestK}`;
  if (options.k !== null && options.k > largestK) {
    notes.push(`${options.k} clusters were asked for; ${limit}.`);
  } else if (options.max_k > largestK) {
    notes.push(`Up to ${options.max_k} clusters were to be tried; ${limit}.`);
  }
  if (options.k === null && selection.bestSilhouetteK === null) {
    notes.push('No silhouette is defined, so the smallest number of clusters was taken.');
  }
  const starts = startsFor(rows, options.starts);
  if (starts < options.starts) notes.push(`With ${rows} rows, ${starts} of the ${options.starts} starts were made.`);
  if (rows > MAX_ROWS_FOR_SILHOUETTES) {
    notes.push(`Silhouettes are of a random sample of ${MAX_ROWS_FOR_SILHOUETTES} rows; the others have none.`);
  }
  return notes.length > 0 ? notes.join(' ') : null;
}
