/** Which tables the warehouse is to hold, and what people wrote about them. */

import { OUTPUT_DESCRIPTIONS, type OutputRole } from '../analyses/descriptions.ts';
import type { Contract } from '../contracts/types.ts';
import type { Analysis, Model } from '../models/types.ts';
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
    ...project.contracts.flatMap(cleanTables),
    ...project.models.filter(({ warehouse }) => warehouse?.publish === true).map(modelTable),
    ...project.analyses.flatMap((analysis) => resultTables(analysis, project)),
  ];
  return tables.sort((a, b) => (a.table < b.table ? -1 : 1));
}

function cleanTables({ dataset, schema, tables }: Contract): WarehouseTable[] {
  return tables
    .filter(({ warehouse }) => warehouse?.publish === true)
    .map(({ name, description, primaryKey, columns }) => ({
      dataset,
      schema,
      name,
      table: `${schema}.${name}`,
      description,
      key: primaryKey,
      comments: { ...commentsOf(Object.fromEntries(columns.map((column) => [column.name, column]))), ...LINEAGE },
    }));
}

function modelTable({ dataset, schema, name, table, description, key, columns }: Model): WarehouseTable {
  return { dataset, schema, name, table, description, key, comments: commentsOf(columns) };
}

function resultTables(analysis: Analysis, project: Project): WarehouseTable[] {
  if (analysis.warehouse?.publish === false) return [];
  const { dataset, schema } = analysis;
  const input = project.models.find(({ table }) => table === analysis.input)?.columns ?? {};
  const known = commentsOf(input);
  return (Object.entries(analysis.outputs) as [OutputRole, string][]).map(([role, name]) => {
    const output = OUTPUT_DESCRIPTIONS[role];
    const key = output.key(analysis);
    const inherited = Object.fromEntries(
      key.flatMap((column) => (known[column] === undefined ? [] : [[column, known[column]]])),
    );
    return {
      dataset,
      schema,
      name,
      table: `${schema}.${name}`,
      description: output.description(analysis),
      key,
      comments: { ...inherited, ...output.columns },
    };
  });
}

function commentsOf(columns: Described): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([, { description }]) => description !== '')
      .map(([name, { description, unit }]) => [name, unit === undefined ? description : `${description} (${unit})`]),
  );
}
