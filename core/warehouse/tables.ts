/** Which tables the warehouse is to hold, and what people wrote about them. */

import { outputsOf } from '../analyses/descriptions.ts';
import type { Analysis } from '../analyses/types.ts';
import type { Contract } from '../contracts/types.ts';
import type { Model } from '../models/types.ts';
import type { Project } from '../project.ts';
import type { WarehouseTable } from './types.ts';

type Described = Readonly<Record<string, { readonly description: string; readonly unit?: string }>>;

const LINEAGE: Readonly<Record<string, string>> = {
  _load_id: 'The load that brought the row, as in ops.loads of the lake',
  _source_file: 'The file that the row came from',
  _row_number: "The row's number in that file, from 1",
};

/**
 * Models marked `warehouse: {publish: true}`, clean tables whose contract says the same, and the results of analyses
 * unless they say `publish: false`; sorted by name.
 */
export function warehouseTables(project: Project): readonly WarehouseTable[] {
  const tables = [
    ...project.contracts.flatMap((contract) => cleanTables(published(contract))),
    ...project.models.filter(({ warehouse }) => warehouse?.publish === true).map(modelTable),
    ...project.analyses.flatMap((analysis) => resultTables(analysis, project)),
  ];
  return tables.sort((a, b) => (a.table < b.table ? -1 : 1));
}

function cleanTables({ dataset, schema, tables }: Contract): WarehouseTable[] {
  return tables.map(({ name, description, primaryKey, columns }) => ({
    dataset,
    schema,
    name,
    table: `${schema}.${name}`,
    description,
    key: primaryKey,
    comments: { ...commentsOf(Object.fromEntries(columns.map((column) => [column.name, column]))), ...LINEAGE },
  }));
}

function published(contract: Contract): Contract {
  return { ...contract, tables: contract.tables.filter(({ warehouse }) => warehouse?.publish === true) };
}

function modelTable({ dataset, schema, name, table, description, key, columns }: Model): WarehouseTable {
  return { dataset, schema, name, table, description, key, comments: commentsOf(columns) };
}

function resultTables(analysis: Analysis, project: Project): WarehouseTable[] {
  if (analysis.warehouse?.publish === false) return [];
  const { dataset, schema } = analysis;
  return outputsOf(analysis, columnComments(project, analysis.input)).map(({ name, description, key, columns }) => ({
    dataset,
    schema,
    name,
    table: `${schema}.${name}`,
    description,
    key,
    comments: columns,
  }));
}

/** What is said of the columns of a table that an analysis reads, whoever made it. */
function columnComments(project: Project, table: string): Readonly<Record<string, string>> {
  const model = project.models.find((one) => one.table === table);
  if (model !== undefined) return commentsOf(model.columns);
  const clean = project.contracts.flatMap(cleanTables).find((one) => one.table === table);
  if (clean !== undefined) return clean.comments;
  for (const analysis of project.analyses) {
    const name = Object.values(analysis.outputs).find((output) => `${analysis.schema}.${output}` === table);
    if (name === undefined) continue;
    const outputs = outputsOf(analysis, columnComments(project, analysis.input));
    return outputs.find((output) => output.name === name)?.columns ?? {};
  }
  return {};
}

function commentsOf(columns: Described): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([, { description }]) => description !== '')
      .map(([name, { description, unit }]) => [name, unit === undefined ? description : `${description} (${unit})`]),
  );
}
