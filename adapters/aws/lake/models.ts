/** Models become views, of their own SELECT or of a table that it filled; a refresh is published after its audits pass. */

import { runAudits, type Warning } from '../../../core/models/audits.ts';
import { type ChangedRows, rowsAmong } from '../../../core/models/changed-rows.ts';
import type { Model } from '../../../core/models/types.ts';
import { LandfallError } from '../../../core/problems.ts';
import { commentsOf } from '../../../core/tables.ts';
import type { ResultColumn } from '../../../core/tabular.ts';
import { type LakeContext, TABLES } from './context.ts';
import { modelError } from './model-error.ts';
import { standIn } from './stand-in.ts';
import { makeTable, placed, quoted, replaceView, storable, storedColumns, sweep } from './version-tables.ts';
import { known, newVersion, renew } from './versions.ts';

/** @returns the audits that warn. @throws LandfallError `audit-failed`, `bad-model`, and what is published stays */
export async function refreshView(context: LakeContext, model: Model): Promise<readonly Warning[]> {
  const { schema, name, table, sql } = model;
  await selectedColumns(context, model);
  const warnings = model.audits.length === 0 ? [] : await auditView(context, model);
  await replaceView(context, table, `\n${sql}`, commentsOf(model.columns));
  await renew(context, table, await storedColumns(context, schema, name));
  await sweep(context, table, []);
  return warnings;
}

/**
 * Fills a table and has the view read it.
 *
 * @param changed the rows that may differ from those of the table before it; all of them where it is null
 * @returns the audits that warn. @throws LandfallError `audit-failed`, `bad-model`, and what is published stays
 */
export async function refreshTable(
  context: LakeContext,
  model: Model,
  changed: ChangedRows | null,
): Promise<readonly Warning[]> {
  const before = await known(context, model.table);
  const columns = storable(await selectedColumns(context, model));
  const select = `SELECT ${columns} FROM (\n${model.sql}\n)`;
  const base = before?.place ?? null;
  const made = await (changed === null || base === null
    ? makeTable(context, model.table, select)
    : makeTable(context, model.table, withChanged(select, placed(base), model.by, changed), base)
  ).catch((error: unknown) => {
    throw modelError(error, model, 1);
  });
  const warnings = await audit(context, model, made.place);
  const names = made.columns.map((column) => quoted(column.name));
  await replaceView(
    context,
    model.table,
    `SELECT ${names.join(', ')} FROM ${placed(made.place)}`,
    commentsOf(model.columns),
  );
  const change = changed === null ? undefined : { by: model.by, values: changed };
  if (before?.version === made.version) return warnings;
  await renew(context, model.table, made.columns, { ...made, change });
  await sweep(context, model.table, [made.place, base]);
  return warnings;
}

/** SQL of a table whose rows of some values are the model's, and the others as they are. */
function withChanged(select: string, base: string, by: readonly string[], changed: ChangedRows): string {
  const among = rowsAmong(by, changed);
  return `SELECT * FROM (${select}) WHERE ${among}\nUNION ALL SELECT * FROM ${base} WHERE NOT coalesce(${among}, false)`;
}

/** What the SELECT gives, asked without a row. */
async function selectedColumns(context: LakeContext, model: Model): Promise<readonly ResultColumn[]> {
  const { columns } = await context.athena.read(`SELECT * FROM (\n${model.sql}\n) LIMIT 0`).catch((error: unknown) => {
    throw modelError(error, model, 1);
  });
  const unknown = Object.keys(model.columns).find((name) => !columns.some((column) => column.name === name));
  if (unknown === undefined) return columns;
  throw new LandfallError({
    code: 'unknown-column',
    file: model.file,
    message: `${model.table} has no column ${unknown}, but ${columns.map(({ name }) => name).join(', ')}`,
    hint: 'describe only columns that the SELECT gives',
  });
}

/** A view that is judged has another name until it is found good. */
async function auditView(context: LakeContext, model: Model): Promise<readonly Warning[]> {
  const place = `${model.table.replace('.', '__')}__${newVersion(context, model.table, 'audit')}`;
  await context.athena.run(`CREATE OR REPLACE VIEW ${placed(place)} AS \n${model.sql}`);
  try {
    return await audit(context, model, place);
  } finally {
    await context.glue.remove(TABLES, place);
  }
}

function audit(context: LakeContext, model: Model, place: string): Promise<readonly Warning[]> {
  return runAudits(model, async (sql) => {
    const { columns, rows } = await context.athena.read(standIn(sql, model.table, placed(place)));
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])));
  });
}
