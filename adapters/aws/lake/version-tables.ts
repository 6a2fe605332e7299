/** Tables behind views: each is made once, under a name of its own, and goes when no reader can have it any more. */

import { WORDS } from '../../../core/plans/dialect.ts';
import { TransientError } from '../../../core/problems.ts';
import type { ResultColumn } from '../../../core/tabular.ts';
import type { WarehouseColumn } from '../../../core/warehouse/types.ts';
import { type LakeContext, TABLES } from './context.ts';
import { type Comments, columnsOfTable, glueColumns } from './definitions.ts';
import { isOfQuery } from './model-error.ts';
import { sqlType } from './types.ts';
import { newVersion } from './versions.ts';

export const quoted = WORDS.identifier.duckdb;

/** Under a new name each, for a failed one may leave files where it was to be. */
const TRIES = 5;

export interface VersionTable {
  readonly version: string;
  /** In `TABLES`. */
  readonly place: string;
  readonly columns: readonly WarehouseColumn[];
}

/** SQL of a table behind views. */
export const placed = (place: string) => `${TABLES}.${quoted(place)}`;

const placeOf = (table: string, version: string) => `${table.replace('.', '__')}__${version}`;

/**
 * Makes an Iceberg table of a SELECT. It is not partitioned, so that no limit on partitions can be met.
 *
 * @param table `schema.name` of the view that it is for
 * @param select the statement's first line is not the SELECT's own
 * @param parts what tells this version from others of the same piece of work
 */
export async function makeTable(
  context: LakeContext,
  table: string,
  select: string,
  ...parts: readonly string[]
): Promise<VersionTable> {
  for (let attempt = 0; ; attempt += 1) {
    const version = newVersion(context, table, select, String(attempt), ...parts);
    const place = placeOf(table, version);
    const location = WORDS.literal.duckdb(`s3://${context.objects.bucket}/${TABLES}/${place}/`);
    const properties = `table_type = 'ICEBERG', is_external = false, location = ${location}, format = 'PARQUET', write_compression = 'ZSTD'`;
    try {
      await context.athena.run(`CREATE TABLE ${placed(place)} WITH (${properties}) AS ${select}`, {
        isOnce: true,
        ...(context.work === '' ? {} : { token: context.work }),
      });
    } catch (error) {
      const isPassing = error instanceof TransientError && error.problems[0]?.code === 'query-failed';
      if (isPassing && attempt + 1 < TRIES) continue;
      // Athena forgets tokens in time. A table is there whole or not at all, and only this work gives it that name.
      if (!(isOfQuery(error) && /\bTABLE_ALREADY_EXISTS\b/.test(error.message))) throw error;
    }
    return { version, place, columns: await storedColumns(context, TABLES, place) };
  }
}

/** The columns of a table or view as the catalog has them. */
export async function storedColumns(
  { glue }: LakeContext,
  schema: string,
  name: string,
): Promise<readonly WarehouseColumn[]> {
  const found = await glue.get(schema, name);
  return found === null ? [] : columnsOfTable(found);
}

/** SQL of a SELECT's columns in the types that a table can have: Iceberg's times are told to the microsecond. */
export function storable(columns: readonly ResultColumn[]): string {
  const cast = ({ name, type }: ResultColumn) =>
    type === 'timestamp' || type === 'integer'
      ? `CAST(${quoted(name)} AS ${sqlType(type)}) AS ${quoted(name)}`
      : quoted(name);
  return columns.map(cast).join(', ');
}

/** Has a view read something else, in one step, and keeps what people wrote about it. */
export async function replaceView(
  context: LakeContext,
  table: string,
  select: string,
  comments: Comments,
): Promise<void> {
  const [schema = '', name = ''] = table.split('.');
  const before = await context.glue.get(schema, name);
  if (before !== null && before.TableType !== 'VIRTUAL_VIEW') await context.glue.remove(schema, name);
  await context.athena.run(`CREATE OR REPLACE VIEW ${quoted(schema)}.${quoted(name)} AS ${select}`);
  const made = await context.glue.get(schema, name);
  if (made === null) return;
  const { StorageDescriptor, PartitionKeys, Parameters, ViewOriginalText, ViewExpandedText, TableType, Owner } = made;
  await context.glue.put(schema, {
    Name: name,
    StorageDescriptor: { ...StorageDescriptor, Columns: glueColumns(columnsOfTable(made), comments) },
    PartitionKeys,
    Parameters,
    ViewOriginalText,
    ViewExpandedText,
    TableType,
    Owner,
  });
}

/**
 * Drops the tables behind a view but for these: whoever began to read the last one before the view changed reads it to
 * its end. What fails is left for the next time.
 */
export async function sweep(context: LakeContext, table: string, kept: readonly (string | null)[]): Promise<void> {
  const prefix = placeOf(table, 'v');
  const found = await context.glue.list(TABLES, prefix).catch(() => []);
  for (const { Name = '', TableType } of found) {
    if (!/^[0-9a-f]{16}$/.test(Name.slice(prefix.length)) || kept.includes(Name)) continue;
    const drop = TableType === 'VIRTUAL_VIEW' ? 'VIEW' : 'TABLE';
    await context.athena.run(`DROP ${drop} IF EXISTS ${TABLES}.${Name}`).catch(() => undefined);
  }
}
