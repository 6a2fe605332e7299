/** Analyses on Trino: their questions as written, and what follows from its answers. */

import { conclude, questionOf } from '../../../core/analyses/methods.ts';
import type { Analysis } from '../../../core/analyses/types.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import type { ResultColumn, ResultTable, Value } from '../../../core/tabular.ts';
import type { Trino, TrinoColumn } from './trino.ts';

/** As many rows as fit into a statement of Trino's. */
const ROWS_AT_ONCE = 500;

/** Clusters are drawn by lot from the rows as they are: their sums' last digits, which engines differ in, could move one. */
export function isComparable({ kind }: Analysis): boolean {
  return kind !== 'clustering';
}

/** Answers the question on Trino and writes the tables that follow into its lake. */
export async function analyseOnTrino(trino: Trino, analysis: Analysis): Promise<void> {
  const { columns, rows } = await trino.rows(questionOf(analysis));
  const answer = { columns: columns.map(resultColumn), rows: rows as readonly (readonly Value[])[] };
  const names: Readonly<Record<string, string>> = analysis.outputs;
  for (const [role, result] of Object.entries(conclude(analysis, answer).tables)) {
    const table = `iceberg.${analysis.schema}.${names[role]}`;
    await trino.run(`DROP TABLE IF EXISTS ${table}`);
    if ('select' in result) await trino.run(`CREATE TABLE ${table} AS ${result.select}`);
    else await writeTable(trino, table, result);
  }
}

async function writeTable(trino: Trino, table: string, { columns, rows }: ResultTable): Promise<void> {
  await trino.run(`CREATE TABLE ${table} (${columns.map(({ name, type }) => `"${name}" ${TYPES[type]}`).join(', ')})`);
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const values = rows
      .slice(start, start + ROWS_AT_ONCE)
      .map((row) => `(${row.map((value, at) => literal(value, columns[at]?.type ?? 'string')).join(', ')})`);
    await trino.run(`INSERT INTO ${table} VALUES ${values.join(', ')}`);
  }
}

const TYPES: Readonly<Record<ColumnType, string>> = {
  string: 'varchar',
  integer: 'integer',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp(6)',
};

function literal(value: Value, type: ColumnType): string {
  if (value === null) return `CAST(NULL AS ${TYPES[type]})`;
  return `CAST('${String(value).replaceAll("'", "''")}' AS ${TYPES[type]})`;
}

function resultColumn({ name, type }: TrinoColumn): ResultColumn {
  const found = (Object.keys(TYPES) as ColumnType[]).find((one) => type.startsWith(TYPES[one].replace('(6)', '')));
  return { name, type: found ?? 'string' };
}
