import { readFileSync } from 'node:fs';

/** What make_clustering_fixtures.py writes. */
export interface ClusteringFixtures {
  readonly clusterings: Readonly<Record<string, ClusteringFixture>>;
  readonly correlations: {
    readonly columns: Readonly<Record<string, readonly (number | null)[]>>;
    readonly pairs: readonly { readonly a: string; readonly b: string; readonly r: number; readonly n: number }[];
  };
  readonly curves: readonly {
    readonly x: readonly number[];
    readonly y: readonly number[];
    readonly elbow: number | null;
  }[];
}

export interface ClusteringFixture {
  /** By row. */
  readonly values: readonly (readonly number[])[];
  readonly scores: readonly (readonly number[])[];
  readonly by_k: readonly {
    readonly k: number;
    readonly labels: readonly number[];
    readonly inertia: number;
    readonly silhouette: number;
    readonly silhouettes: readonly number[] | null;
  }[];
  readonly elbow: number | null;
}

export const fixtures: ClusteringFixtures = JSON.parse(
  readFileSync(new URL('./fixtures/clustering.json', import.meta.url), 'utf8'),
);

/** Mutable copies, as ml-kmeans takes them. */
export function scoresOf(fixture: ClusteringFixture): number[][] {
  return fixture.scores.map((row) => [...row]);
}

export function columnsOf(rows: readonly (readonly number[])[]): number[][] {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? Number.NaN));
}
