/** Every table of a project and what people wrote about it, whoever makes it. */

import { outputsOf } from './analyses/descriptions.ts';
import type { Analysis } from './analyses/types.ts';
import type { Contract, WarehouseSettings } from './contracts/types.ts';
import type { DescribedColumn, DescribedColumns, Model } from './models/types.ts';
import type { Project } from './project.ts';

export type TableLayout = Pick<WarehouseSettings, 'distkey' | 'sortkey'>;

export interface DescribedTable {
  /** Hyphenated. */
  readonly dataset: string;
  readonly schema: string;
  readonly name: string;
  /** `schema.name`. */
  readonly table: string;
  readonly description: string;
  /** Empty where nothing identifies a row. */
  readonly key: readonly string[];
  readonly columns: DescribedColumns;
  /** Whether it goes to the warehouse. */
  readonly isPublished: boolean;
  /** How a warehouse that can is to lay it out. */
  readonly layout?: TableLayout;
}

const LINEAGE: DescribedColumns = {
  _load_id: { description: 'The load that brought the row, as in ops.loads of the lake' },
  _source_file: { description: 'The file that the row came from' },
  _row_number: { description: "The row's number in that file, from 1" },
};

/**
 * By `schema.name`. Models marked `warehouse: {publish: true}` go to the warehouse, clean tables whose contract says the
 * same, and the results of analyses unless they say `publish: false`.
 */
export function describedTables(project: Project): ReadonlyMap<string, DescribedTable> {
  const tables = new Map<string, DescribedTable>();
  const add = (described: DescribedTable) => void tables.set(described.table, described);
  for (const contract of project.contracts) for (const table of cleanTables(contract)) add(table);
  for (const model of project.models) add(modelTable(model));
  // An analysis may read another's results, which are then described from further back.
  let waiting = project.analyses;
  while (waiting.length > 0) {
    const outputs = new Set(
      waiting.flatMap(({ schema, outputs }) => Object.values(outputs).map((name) => `${schema}.${name}`)),
    );
    const ready = waiting.filter(({ input }) => !outputs.has(input));
    for (const analysis of ready) for (const table of resultTables(analysis, tables.get(analysis.input))) add(table);
    if (ready.length === 0) break;
    waiting = waiting.filter((analysis) => !ready.includes(analysis));
  }
  return tables;
}

function cleanTables({ dataset, schema, tables }: Contract): DescribedTable[] {
  return tables.map(({ name, description, primaryKey, columns, warehouse }) => ({
    dataset,
    schema,
    name,
    table: `${schema}.${name}`,
    description,
    key: primaryKey,
    columns: { ...Object.fromEntries(columns.map((column) => [column.name, described(column)])), ...LINEAGE },
    ...published(warehouse),
  }));
}

function modelTable({ dataset, schema, name, table, description, key, columns, warehouse }: Model): DescribedTable {
  return { dataset, schema, name, table, description, key, columns, ...published(warehouse) };
}

function resultTables(analysis: Analysis, input: DescribedTable | undefined): DescribedTable[] {
  const { dataset, schema, warehouse } = analysis;
  const isPublished = warehouse?.publish !== false;
  return outputsOf(analysis, input?.columns ?? {}).map((output) => ({
    dataset,
    schema,
    table: `${schema}.${output.name}`,
    isPublished,
    ...output,
  }));
}

function published(settings: WarehouseSettings | undefined): Pick<DescribedTable, 'isPublished' | 'layout'> {
  if (settings?.publish !== true) return { isPublished: false };
  const { publish: _publish, ...layout } = settings;
  return Object.keys(layout).length === 0 ? { isPublished: true } : { isPublished: true, layout };
}

function described({ description, unit }: DescribedColumn): DescribedColumn {
  return unit === undefined ? { description } : { description, unit };
}

/** By column, what its description says, with the unit; of a column that nobody describes, nothing. */
export function commentsOf(columns: DescribedColumns): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([, { description }]) => description !== '')
      .map(([name, { description, unit }]) => [name, unit === undefined ? description : `${description} (${unit})`]),
  );
}
