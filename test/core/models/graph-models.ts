import type { Analysis } from '../../../core/analyses/types.ts';
import type { Graph, GraphInput, GraphResult } from '../../../core/models/graph.ts';
import { buildGraph } from '../../../core/models/graph.ts';
import type { Materialize, Model } from '../../../core/models/types.ts';

export function aModel(table: string, materialize: Materialize = 'full', by: readonly string[] = []): Model {
  const [schema = '', name = ''] = table.split('.');
  return {
    dataset: schema.replaceAll('_', '-'),
    schema,
    name,
    table,
    sql: '',
    sqlFile: `queries/${schema}/${name}.sql`,
    file: `queries/${schema}/${name}.yml`,
    description: '',
    materialize,
    by,
    key: [],
    columns: {},
    audits: [],
    tests: [],
  };
}

/** Its results are `<name>s`, `<name>_selection`, `<name>_correlations` and `<name>_profiles`. */
export function anAnalysis(schema: string, name: string, input: string): Analysis {
  return {
    dataset: schema,
    schema,
    name,
    kind: 'clustering',
    file: `queries/${schema}/analyses.yml`,
    input,
    columns: { key: [], features: [], candidates: [] },
    options: { k: null, min_k: 2, max_k: 10, seed: 1, starts: 10, max_correlation: 0.9 },
    outputs: {
      clusters: `${name}s`,
      selection: `${name}_selection`,
      correlations: `${name}_correlations`,
      profiles: `${name}_profiles`,
    },
  };
}

export interface Sketch {
  readonly clean: readonly string[];
  /** What each model reads. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
  readonly models?: readonly Model[];
  readonly analyses?: readonly Analysis[];
}

export function graphInput({ clean, reads, models, analyses }: Sketch): GraphInput {
  return {
    models: models ?? Object.keys(reads).map((table) => aModel(table)),
    analyses: analyses ?? [],
    cleanTables: new Set(clean),
    references: new Map(
      Object.entries(reads).map(([table, names]) => [
        table,
        names.map((name, i) => {
          const [schema = '', read = ''] = name.split('.');
          return { schema, table: read, line: i + 1, column: 6 };
        }),
      ]),
    ),
  };
}

export function graphOf(sketch: Sketch): Graph {
  const result: GraphResult = buildGraph(graphInput(sketch));
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.graph;
}
