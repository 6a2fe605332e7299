/** Tables of the local lake as Iceberg tables of the engines' one: for tests that need rows there, however they came. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WORDS } from '../../../core/plans/dialect.ts';
import type { WarehouseColumn, WarehouseType } from '../../../core/warehouse/types.ts';
import type { Comparator } from './compare.ts';
import { deleteObject, putObject } from './s3.ts';
import type { Trino } from './trino.ts';

/** Its Hive tables are there for as long as a copy takes. */
const STAGE = 'landfall_stage';

const quoted = WORDS.identifier.duckdb;

/**
 * Replaces `iceberg.<table>` by the local lake's table of that name, type for type.
 * @param table `schema.table`; the schema must be there
 */
export async function copyTable(
  { trino, lake }: { readonly trino: Trino; readonly lake: Comparator },
  table: string,
): Promise<void> {
  const [schema = '', name = ''] = table.split('.');
  const stage = `awsdatacatalog.${STAGE}.${schema}__${name}`;
  const { columns } = await lake.duckdbSource(`lake.${table}`);
  // A Hive table tells times to the millisecond, Iceberg to the microsecond: text loses nothing on its way.
  const written = columns.map((column) =>
    column.type === 'timestamp' ? { ...column, type: 'string' as const } : column,
  );
  const folder = `${STAGE}/${schema}__${name}`;
  await putObject('lake', `${folder}/rows.parquet`, await parquet(lake, `lake.${table}`, written));
  await stageSchema(trino);
  await trino.run(`DROP TABLE IF EXISTS ${stage}`);
  await trino.run(`CREATE TABLE ${stage} (${written.map((column) => `${quoted(column.name)} ${trinoName(column.type)}`).join(', ')})
    WITH (format = 'PARQUET', external_location = 's3://lake/${folder}/')`);
  const values = columns.map(({ name, type }) =>
    type === 'timestamp' ? `CAST(${quoted(name)} AS timestamp(6)) AS ${quoted(name)}` : quoted(name),
  );
  await trino.run(`DROP TABLE IF EXISTS iceberg.${table}`);
  await trino.run(`CREATE TABLE iceberg.${table} AS SELECT ${values.join(', ')} FROM ${stage}`);
  await trino.run(`DROP TABLE ${stage}`);
  await deleteObject('lake', `${folder}/rows.parquet`);
}

let made: Promise<unknown> | undefined;

/** Once for all: of two that make it at a time, one would fail, IF NOT EXISTS or not. */
function stageSchema(trino: Trino): Promise<unknown> {
  made ??= trino.run(`CREATE SCHEMA IF NOT EXISTS awsdatacatalog.${STAGE} WITH (location = 's3://lake/${STAGE}/')`);
  return made;
}

async function parquet(lake: Comparator, from: string, columns: readonly WarehouseColumn[]): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-copy-'));
  try {
    const values = columns.map(({ name, type }) =>
      type === 'string' ? `CAST(${quoted(name)} AS VARCHAR) AS ${quoted(name)}` : quoted(name),
    );
    await lake.writeParquet(`(SELECT ${values.join(', ')} FROM ${from})`, folder);
    return readFileSync(join(folder, 'rows.parquet'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function trinoName(type: WarehouseType): string {
  return type === 'string' ? 'varchar' : type;
}
