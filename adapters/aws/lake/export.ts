/** Tables as Parquet where the warehouse fetches them: each run under a prefix of its own, which nothing else writes. */

import { randomUUID } from 'node:crypto';
import { rowsAmong } from '../../../core/models/changed-rows.ts';
import { LandfallError } from '../../../core/problems.ts';
import type { Exported, WarehouseColumn, WarehouseType } from '../../../core/warehouse/types.ts';
import { EXPORTS } from '../warehouse/exports.ts';
import type { LakeContext } from './context.ts';
import { sqlType } from './types.ts';
import { quoted } from './version-tables.ts';
import { changesSince, known } from './versions.ts';

/**
 * The columns stand in the table's order and have its types.
 *
 * @returns addresses of prefixes, `s3://…/`
 */
export async function exportTable(context: LakeContext, table: string, since?: string): Promise<Exported> {
  const state = await known(context, table);
  if (state === null) {
    throw new LandfallError({ code: 'unknown-table', message: `${table} is no table of the lake, or has no rows yet` });
  }
  const folder = `${EXPORTS}${table.replace('.', '/')}/${randomUUID()}`;
  const [schema = '', name = ''] = table.split('.');
  const rows = `SELECT ${state.columns.map(exported).join(', ')} FROM ${quoted(schema)}.${quoted(name)}`;
  if (since === undefined) return { rows: await unload(context, rows, `${folder}/rows/`), keys: null };
  const { by, values } = await changesSince(context, table, since);
  const keys = by.map(
    (own): WarehouseColumn => state.columns.find((column) => column.name === own) ?? { name: own, type: 'string' },
  );
  const lists = values.map(
    (row) => `(${row.map((value, index) => cast(value, keys[index]?.type ?? 'string')).join(', ')})`,
  );
  const listed =
    lists.length === 0
      ? `SELECT ${keys.map((key) => `${cast('NULL', key.type)} AS ${quoted(key.name)}`).join(', ')} WHERE false`
      : `SELECT * FROM (VALUES ${lists.join(', ')}) AS changed (${keys.map((key) => quoted(key.name)).join(', ')})`;
  return {
    rows: await unload(context, `${rows} WHERE ${rowsAmong(by, values)}`, `${folder}/rows/`),
    keys: await unload(context, listed, `${folder}/keys/`),
  };
}

/** Null where there were no rows: nothing lies under the prefix then. */
async function unload({ athena, objects }: LakeContext, select: string, prefix: string): Promise<string | null> {
  const address = `s3://${objects.bucket}/${prefix}`;
  await athena.run(`UNLOAD (${select}) TO '${address}' WITH (format = 'PARQUET', compression = 'SNAPPY')`, {
    isOnce: true,
  });
  for await (const _ of objects.list(prefix)) return address;
  return null;
}

function exported({ name, type }: WarehouseColumn): string {
  return type === 'timestamp' ? `${cast(quoted(name), type)} AS ${quoted(name)}` : quoted(name);
}

/** What UNLOAD writes as Parquet tells times to the millisecond. */
function cast(value: string, type: WarehouseType): string {
  return `CAST(${value} AS ${type === 'timestamp' ? 'timestamp(3)' : sqlType(type)})`;
}
