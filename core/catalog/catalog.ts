/** The catalog, from what people wrote and what the lake says of it. Nothing is asked here. */

import type { Contract, TableContract } from '../contracts/types.ts';
import type { Graph } from '../models/graph.ts';
import type { Model } from '../models/types.ts';
import type { MadeTable, TableState } from '../ports.ts';
import type { Project } from '../project.ts';
import type { DescribedTable } from '../tables.ts';
import type { ResultTable, Value } from '../tabular.ts';
import { lineageOf } from './lineage.ts';
import { qualityByTable } from './quality.ts';
import type { Catalog, CatalogColumn, CatalogDataset, CatalogTable } from './types.ts';

export interface CatalogInput {
  readonly project: Project;
  readonly graph: Graph;
  /** What `describedTables` gives of the project. */
  readonly described: ReadonlyMap<string, DescribedTable>;
  /** By `schema.table`: a hash of all that decides what it holds. */
  readonly definitions: ReadonlyMap<string, string>;
  /** Every table of the lake, by `schema.table`. */
  readonly states: ReadonlyMap<string, Pick<TableState, 'columns'>>;
  /** Models and results that the lake has, by `schema.table`. */
  readonly made: ReadonlyMap<string, MadeTable>;
  /** table_name (`schema.table`), rows: tables that were counted. */
  readonly rows: ResultTable;
  /** A row a clean table: dataset, table_name, files, arrived_at, loaded_at. */
  readonly loads: ResultTable;
  /** The last result of each rule, in the columns of `ops.quality`; empty where there is no such table. */
  readonly quality: ResultTable;
}

/** The order of all that it lists depends on the project alone. */
export function catalogOf(input: CatalogInput): Catalog {
  const known: Known = {
    ...input,
    counts: new Map(input.rows.rows.map(([table, rows]) => [String(table), Number(rows)])),
    books: new Map(input.loads.rows.map(([dataset, table, ...rest]) => [`${dataset}/${table}`, rest])),
    results: qualityByTable(input.quality),
  };
  return {
    datasets: input.project.contracts.map((contract) => datasetOf(contract, known)),
    lineage: lineageOf(input.project, input.graph, input.described),
  };
}

interface Known extends CatalogInput {
  readonly counts: ReadonlyMap<string, number>;
  /** By `dataset/table`: files, arrived_at, loaded_at. */
  readonly books: ReadonlyMap<string, readonly Value[]>;
  readonly results: ReturnType<typeof qualityByTable>;
}

function datasetOf(contract: Contract, known: Known): CatalogDataset {
  const { dataset, schema, description, version, tables } = contract;
  const dashboard = known.project.dashboards.find((one) => one.dataset === dataset);
  const made = known.graph.nodes.flatMap((node): CatalogTable[] => {
    if (node.kind === 'model') return node.model.dataset === dataset ? modelTable(node.model, known) : [];
    const { analysis } = node;
    if (analysis.dataset !== dataset) return [];
    return Object.values(analysis.outputs).flatMap((name) =>
      tableOf(`${analysis.schema}.${name}`, known).map((base) => ({
        kind: 'result' as const,
        ...base,
        changedAt: madeAt(base.table, known),
        analysis: analysis.name,
        analysisKind: analysis.kind,
      })),
    );
  });
  return {
    dataset,
    schema,
    title: dashboard?.title ?? dataset,
    description,
    version,
    tables: [...tables.flatMap((table) => cleanTable(contract, table, known)), ...made],
    panels: (dashboard?.panels ?? []).map(({ title, model }, index) => ({ number: index + 1, title, table: model })),
  };
}

function cleanTable({ dataset, schema }: Contract, table: TableContract, known: Known): CatalogTable[] {
  const { landing, format, load, identity, partitionBy } = table;
  const [files, arrivedAt, loadedAt] = known.books.get(`${dataset}/${table.name}`) ?? [];
  const contracted = new Map(table.columns.map((column) => [column.name, column]));
  return tableOf(`${schema}.${table.name}`, known).map((base) => ({
    kind: 'clean',
    ...base,
    columns: base.columns.map((column): CatalogColumn => {
      const { type, required = false, classification = null, protect = null } = contracted.get(column.name) ?? column;
      return { ...column, type, required, classification, protect };
    }),
    changedAt: textOf(loadedAt),
    landing: `${dataset}/${landing}`,
    format,
    load,
    identity,
    partitionBy,
    filesLoaded: Number(files ?? 0),
    arrivedAt: textOf(arrivedAt),
  }));
}

function modelTable({ table, materialize, by, audits }: Model, known: Known): CatalogTable[] {
  const made = known.made.get(table);
  // What another definition came to says nothing of this one's audits.
  const warned = made?.definition === known.definitions.get(table) ? made?.warned : undefined;
  const passed = (name: string) => (warned === undefined || warned === null ? null : !warned.includes(name));
  return tableOf(table, known).map((base) => ({
    kind: 'model',
    ...base,
    changedAt: madeAt(table, known),
    materialize,
    by,
    audits: audits.map(({ name, severity }) => ({ name, severity, passed: passed(name) })),
  }));
}

function madeAt(table: string, { made }: Known): string | null {
  const at = made.get(table)?.at ?? null;
  return at === null ? null : new Date(at).toISOString().replace('T', ' ').replace('Z', '');
}

function textOf(value: Value | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}

type Base = Omit<Extract<CatalogTable, { kind: 'result' }>, 'kind' | 'analysis' | 'analysisKind'>;

/** What every table has; a list, so that one which nobody describes is left out. */
function tableOf(table: string, { described, states, counts, results }: Known): Base[] {
  const found = described.get(table);
  if (found === undefined) return [];
  const { dataset, name, description, key, isPublished } = found;
  const rows = counts.get(table) ?? null;
  const quality = results.get(`${dataset}/${name}`) ?? [];
  return [
    { table, name, description, key, columns: columnsOf(found, states), isPublished, rows, changedAt: null, quality },
  ];
}

/** As they lie in the lake, and where it has none yet, as they are described. */
function columnsOf({ table, columns }: DescribedTable, states: CatalogInput['states']): CatalogColumn[] {
  const types = new Map((states.get(table)?.columns ?? []).map(({ name, type }) => [name, type]));
  const names = types.size > 0 ? [...types.keys()] : Object.keys(columns);
  return names.map((name) => ({
    name,
    type: types.get(name) ?? null,
    description: columns[name]?.description ?? '',
    unit: columns[name]?.unit ?? null,
    required: false,
    classification: null,
    protect: null,
  }));
}
