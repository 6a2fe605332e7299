/** Models become tables and views; a refresh is published after its audits pass, or not at all. */

import type { SelectedRows } from '../../../core/analyses/method.ts';
import type { Analysis } from '../../../core/analyses/types.ts';
import { runAudits, type Warning } from '../../../core/models/audits.ts';
import { type ChangedRows, literal, rowsAmong } from '../../../core/models/changed-rows.ts';
import type { Model } from '../../../core/models/types.ts';
import type { MadeTable, RefreshMode } from '../../../core/ports.ts';
import { LandfallError } from '../../../core/problems.ts';
import { commentsOf } from '../../../core/tables.ts';
import type { ResultTable } from '../../../core/tabular.ts';
import type { Database } from '../../duckdb/database.ts';
import { quoted, text } from '../../duckdb/names.ts';
import { sqlType } from './catalog.ts';
import { modelError } from './model-error.ts';
import { renew } from './versions.ts';

/** @returns the audits that warn. @throws LandfallError `audit-failed`, and the published table is as it was. */
export async function refreshModel(
  database: Database,
  model: Model,
  mode: RefreshMode,
  changed: ChangedRows,
): Promise<readonly Warning[]> {
  return database.transaction(async () => {
    const name = `${quoted(model.schema)}.${quoted(model.name)}`;
    const { select, linesBefore } = await typedSelect(database, model);
    const make = (sql: string) =>
      database.run(sql).catch((error: unknown) => {
        throw modelError(error, model, linesBefore);
      });
    if (mode === 'incremental') {
      const where = rowsAmong(model.by, changed);
      await database.run(`DELETE FROM ${name} WHERE ${where}`);
      await make(`INSERT INTO ${name} BY NAME SELECT * FROM (${select}) WHERE ${where}`);
    } else {
      await dropOther(database, model, mode === 'view' ? 'TABLE' : 'VIEW');
      await make(`CREATE OR REPLACE ${mode === 'view' ? 'VIEW' : 'TABLE'} ${name} AS ${select}`);
      await describe(database, model, mode);
    }
    await renew(database, model.table, mode === 'incremental' ? { by: model.by, values: changed } : undefined);
    return runAudits(model, (sql) => database.rows<object>(sql));
  });
}

/** Trino's sum of bigint is bigint, DuckDB's is 128 bits wide: the published type is Trino's. */
async function typedSelect(database: Database, model: Model): Promise<{ select: string; linesBefore: number }> {
  const columns = await database
    .rows<{ column_name: string; column_type: string }>(`SELECT column_name, column_type FROM (DESCRIBE ${model.sql})`)
    .catch((error: unknown) => {
      throw modelError(error, model, 0);
    });
  const casts = columns
    .filter(({ column_type }) => column_type === 'HUGEINT')
    .map(({ column_name }) => `CAST(${quoted(column_name)} AS BIGINT) AS ${quoted(column_name)}`);
  return casts.length === 0
    ? { select: model.sql, linesBefore: 0 }
    : { select: `SELECT * REPLACE (${casts.join(', ')}) FROM (\n${model.sql}\n)`, linesBefore: 1 };
}

/** What has the name and is of the other kind goes. The engine's own lists: information_schema takes five times as long. */
async function dropOther(
  database: Database,
  model: Pick<Model, 'schema' | 'name'>,
  kind: 'TABLE' | 'VIEW',
): Promise<void> {
  const [list, name] = kind === 'VIEW' ? ['duckdb_views()', 'view_name'] : ['duckdb_tables()', 'table_name'];
  const found = await database.rows(
    `SELECT 1 FROM ${list} WHERE schema_name = ${text(model.schema)} AND ${name} = ${text(model.name)}`,
  );
  if (found.length > 0) await database.run(`DROP ${kind} ${quoted(model.schema)}.${quoted(model.name)}`);
}

async function describe(database: Database, model: Model, mode: RefreshMode): Promise<void> {
  const name = `${quoted(model.schema)}.${quoted(model.name)}`;
  const comments = [`COMMENT ON ${mode === 'view' ? 'VIEW' : 'TABLE'} ${name} IS ${text(model.description)}`];
  for (const [column, comment] of Object.entries(commentsOf(model.columns))) {
    comments.push(`COMMENT ON COLUMN ${name}.${quoted(column)} IS ${text(comment)}`);
  }
  await database.run(comments.join('; ')).catch((error: Error) => {
    throw new LandfallError({
      code: 'unknown-column',
      file: model.file,
      message: error.message.split('\n')[0] ?? '',
      hint: 'describe only columns that the SELECT gives',
    });
  });
}

/** Replaces a result table by small results that TypeScript computed, or by rows that stay with the engine. */
export async function writeResult(
  database: Database,
  { schema, name: analysis, file }: Analysis,
  name: string,
  table: ResultTable | SelectedRows,
): Promise<void> {
  const target = `${quoted(schema)}.${quoted(name)}`;
  await dropOther(database, { schema, name }, 'VIEW');
  if ('select' in table) {
    await database.run(`CREATE OR REPLACE TABLE ${target} AS ${table.select}`).catch((error: Error) => {
      const message = `analysis ${analysis}: ${name}: ${error.message.split('\n')[0] ?? ''}`;
      throw new LandfallError({ code: 'analysis-failed', message, file });
    });
    return renew(database, `${schema}.${name}`);
  }
  const columns = table.columns.map((column) => `${quoted(column.name)} ${sqlType(column.type)}`);
  await database.run(`CREATE OR REPLACE TABLE ${target} (${columns.join(', ')})`);
  await renew(database, `${schema}.${name}`);
  const batch = 1000;
  for (let start = 0; start < table.rows.length; start += batch) {
    const rows = table.rows.slice(start, start + batch).map((row) => `(${row.map(literal).join(', ')})`);
    await database.run(`INSERT INTO ${target} VALUES ${rows.join(', ')}`);
  }
}

/** A lake that no run of this version has opened for writing may lack the later columns. */
export async function madeTables(database: Database): Promise<ReadonlyMap<string, MadeTable>> {
  const rows = await database.rows<{
    table_name: string;
    definition_hash: string;
    made_at?: string | null;
    warned?: string | null;
  }>('SELECT * FROM storage.models');
  return new Map(
    rows.map(({ table_name, definition_hash, made_at = null, warned = null }) => [
      table_name,
      {
        definition: definition_hash,
        at: made_at === null ? null : Date.parse(`${made_at.replace(' ', 'T')}Z`),
        warned: warned === null ? null : JSON.parse(warned),
      },
    ]),
  );
}
