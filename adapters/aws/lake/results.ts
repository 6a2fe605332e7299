/** Results of analyses: small ones as JSON lines under a prefix a version, rows that stay with the engine as a table. */

import type { SelectedRows } from '../../../core/analyses/method.ts';
import type { Analysis } from '../../../core/analyses/types.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import { LandfallError } from '../../../core/problems.ts';
import type { ResultTable, Value } from '../../../core/tabular.ts';
import { removeUnder } from '../objects/sweep.ts';
import type { LakeContext } from './context.ts';
import { externalTable } from './definitions.ts';
import { isOfQuery } from './model-error.ts';
import { makeTable, placed, quoted, replaceView, storable, sweep } from './version-tables.ts';
import { known, newVersion, renew } from './versions.ts';

/** Replaces result tables one after the other: each in one step. */
export async function publishResults(
  context: LakeContext,
  analysis: Analysis,
  tables: ReadonlyMap<string, ResultTable | SelectedRows>,
): Promise<void> {
  for (const [name, table] of tables) {
    if ('select' in table) await publishRows(context, analysis, name, table);
    else await publishResult(context, `${analysis.schema}.${name}`, table);
  }
}

async function publishRows(
  context: LakeContext,
  { schema, name: analysis, file }: Analysis,
  name: string,
  { select }: SelectedRows,
): Promise<void> {
  const table = `${schema}.${name}`;
  const before = await known(context, table);
  const failed = (error: unknown) => {
    if (!isOfQuery(error)) throw error;
    const message = `analysis ${analysis}: ${name}: ${error.problems[0]?.message.split('\n')[0] ?? ''}`;
    throw new LandfallError({ code: 'analysis-failed', message, file });
  };
  const { columns } = await context.athena.read(`SELECT * FROM (\n${select}\n) LIMIT 0`).catch(failed);
  const made = await makeTable(context, table, `SELECT ${storable(columns)} FROM (\n${select}\n)`).catch(failed);
  const names = made.columns.map((column) => quoted(column.name));
  await replaceView(context, table, `SELECT ${names.join(', ')} FROM ${placed(made.place)}`, {});
  if (before?.version === made.version) return;
  await renew(context, table, made.columns, made);
  await sweep(context, table, [made.place, before?.place ?? null]);
}

async function publishResult(context: LakeContext, table: string, result: ResultTable): Promise<void> {
  const { objects, glue } = context;
  const [schema = '', name = ''] = table.split('.');
  const before = await known(context, table);
  const lines = result.rows.map((row) => lineOf(result, row)).join('');
  const version = newVersion(context, table, lines);
  const folder = `results/${schema}/${name}/`;
  await objects.put(`${folder}${version}/rows.json`, lines, { contentType: 'application/x-ndjson' });
  const input = externalTable(name, result.columns, `s3://${objects.bucket}/${folder}${version}/`, 'json');
  const found = await glue.get(schema, name);
  if (found?.TableType === 'VIRTUAL_VIEW') await glue.remove(schema, name);
  await glue.put(schema, input);
  await renew(context, table, result.columns, { version });
  await sweep(context, table, []);
  // Whoever began to read the last one reads it to its end.
  const kept = [version, before?.version].map((one) => `${folder}${one}/`);
  await removeUnder(objects, folder, (key) => !kept.some((own) => key.startsWith(own)));
}

function lineOf({ columns }: ResultTable, row: readonly Value[]): string {
  const fields = columns.map(({ name, type }, index) => `${JSON.stringify(name)}:${jsonOf(row[index] ?? null, type)}`);
  return `{${fields.join(',')}}\n`;
}

/** A value as JSON; what is not finite is null, and what a number can't hold is a number there all the same. */
function jsonOf(value: Value, type: ColumnType): string {
  if (value === null) return 'null';
  if (type === 'integer' || type === 'bigint' || type === 'double') {
    if (typeof value === 'string') return /^-?\d+$/.test(value) ? value : jsonOf(Number(value), type);
    const number = type === 'double' ? Number(value) : Math.round(Number(value));
    return Number.isFinite(number) ? JSON.stringify(number) : 'null';
  }
  if (type === 'boolean') return String(value);
  return JSON.stringify(String(value));
}
