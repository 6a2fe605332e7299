import type { Clustering, ClusteringOptions } from '../../../../core/analyses/types.ts';
import type { ResultTable, Value } from '../../../../core/tabular.ts';

export const OPTIONS: ClusteringOptions = {
  k: null,
  min_k: 2,
  max_k: 10,
  seed: 7,
  starts: 50,
  max_correlation: 0.9,
};

export function analysisOf(
  columns: { readonly key?: readonly string[]; readonly features: readonly string[]; readonly candidates?: string[] },
  options: Partial<ClusteringOptions> = {},
): Clustering {
  const { key = ['id'], features, candidates = [...features] } = columns;
  return {
    dataset: 'made-up',
    schema: 'made_up',
    name: 'things',
    kind: 'clustering',
    file: 'queries/made-up/analyses.yml',
    input: 'made_up.thing_features',
    columns: { key, features, candidates },
    options: { ...OPTIONS, ...options },
    outputs: { clusters: 'c', selection: 's', correlations: 'r', profiles: 'p' },
  };
}

/** A table with an integer `id`, counted from 1, and doubles. */
export function thingsOf(names: readonly string[], rows: readonly (readonly Value[])[]): ResultTable {
  return {
    columns: [{ name: 'id', type: 'integer' }, ...names.map((name) => ({ name, type: 'double' as const }))],
    rows: rows.map((row, i) => [i + 1, ...row]),
  };
}

/** A table's rows as objects. */
export function recordsOf(table: ResultTable): Readonly<Record<string, Value>>[] {
  return table.rows.map((row) => Object.fromEntries(table.columns.map(({ name }, i) => [name, row[i] ?? null])));
}
