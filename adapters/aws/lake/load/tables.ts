/** The tables that a load writes: the clean one, Iceberg, by Athena's DDL; those in front of it by the Glue catalog. */

import type { TableInput } from '@aws-sdk/client-glue';
import type { ColumnType, TableContract } from '../../../../core/contracts/types.ts';
import { WORDS } from '../../../../core/plans/dialect.ts';
import type { WarehouseColumn } from '../../../../core/warehouse/types.ts';
import { type Definition, externalTable } from '../definitions.ts';
import { glueType } from '../types.ts';
import {
  ARRIVED,
  BATCH,
  changesFolder,
  changesName,
  LEAVES,
  LINEAGE,
  LOADS,
  loadsFolder,
  type ShapeColumn,
  STAGED,
  stagedFolder,
  stagedName,
  type TableShape,
} from './shape.ts';
import type { Batch, SettleContext } from './types.ts';

type TableContext = Pick<SettleContext, 'athena' | 'glue' | 'objects'>;

/** DDL quotes otherwise than questions do, and has words of its own for a quote in a text. */
const quoted = WORDS.identifier.spark;
const text = (words: string) => `'${words.replaceAll(/\s+/g, ' ').replaceAll("'", '’').replaceAll('\\', '/')}'`;

/** The list of the loads that count, the same in every lake; made at deploy. */
export function loadTables(bucket: string): Definition[] {
  const columns: WarehouseColumn[] = [
    { name: 'load_id', type: 'bigint' },
    { name: 'role', type: 'string' },
  ];
  const input = externalTable(LOADS, columns, `s3://${bucket}/${loadsFolder}`, 'json');
  return [{ database: STAGED, input: byBatch(input) }];
}

/** A statement names the batch, and no partition is ever listed. */
function byBatch(input: TableInput): TableInput {
  return {
    ...input,
    PartitionKeys: [{ Name: BATCH.name, Type: 'string' }],
    Parameters: { ...input.Parameters, 'projection.enabled': 'true', [`projection.${BATCH.name}.type`]: 'injected' },
  };
}

/** The staged rows of a table, and its changes. */
export function stagedTables(bucket: string, shape: TableShape): Definition[] {
  const row = [...shape.columns, ...LINEAGE];
  const staged = externalTable(
    stagedName(shape),
    [...row, ARRIVED],
    `s3://${bucket}/${stagedFolder(shape)}`,
    'parquet',
  );
  const changes = externalTable(
    changesName(shape),
    [...row, LEAVES],
    `s3://${bucket}/${changesFolder(shape)}`,
    'parquet',
  );
  return [staged, byBatch(changes)].map((input) => ({ database: STAGED, input }));
}

/** Athena DDL of an empty clean table. @param words by column */
export function createClean(
  bucket: string,
  shape: TableShape,
  { columns, partitionBy }: Pick<TableContract, 'columns' | 'partitionBy'>,
): string {
  const described = shape.columns.map((column) => {
    const description = columns.find(({ name }) => name === column.name)?.description ?? '';
    return `${ddlColumn(column)}${description === '' ? '' : ` COMMENT ${text(description)}`}`;
  });
  const all = [...described, ...LINEAGE.map(ddlColumn)];
  const partitions = partitionBy.map((entry) => entry.replace(/\w+(?=\)$)|^\w+$/, quoted));
  return `CREATE TABLE IF NOT EXISTS ${ddlName(shape)} (${all.join(', ')})
${partitions.length === 0 ? '' : `PARTITIONED BY (${partitions.join(', ')})\n`}LOCATION ${text(`s3://${bucket}/${shape.schema}/${shape.table}/`)}
TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd')`;
}

export function ddlName({ schema, table }: { readonly schema: string; readonly table?: string }): string {
  return table === undefined ? quoted(schema) : `${quoted(schema)}.${quoted(table)}`;
}

const ddlColumn = ({ name, type }: ShapeColumn) => `${quoted(name)} ${glueType(type)}`;

const COLUMN_TYPES: Readonly<Record<string, ColumnType>> = {
  int: 'integer',
  integer: 'integer',
  bigint: 'bigint',
  double: 'double',
  boolean: 'boolean',
  date: 'date',
  string: 'string',
  timestamp: 'timestamp',
};

/** The columns of the clean table as it is, without lineage; null where there is none. */
export async function cleanColumns(
  { glue }: Pick<TableContext, 'glue'>,
  { schema, table }: Pick<TableShape, 'schema' | 'table'>,
): Promise<readonly { readonly name: string; readonly type: string }[] | null> {
  const found = await glue.get(schema, table);
  if (found === null) return null;
  const columns = found.StorageDescriptor?.Columns ?? [];
  return columns
    .map(({ Name, Type }) => ({ name: Name ?? '', type: COLUMN_TYPES[Type ?? ''] ?? Type ?? '' }))
    .filter(({ name }) => !LINEAGE.some((own) => own.name === name));
}

/** Whether the clean table and those in front of it have the columns of the shape, and the clean one no others. */
export async function isMade({ glue }: Pick<TableContext, 'glue'>, shape: TableShape): Promise<boolean> {
  const clean = (await cleanColumns({ glue }, shape)) ?? [];
  const isSame = shape.columns.every(({ name, type }) => clean.some((one) => one.name === name && one.type === type));
  if (!isSame || clean.length !== shape.columns.length) return false;
  const inFront = await Promise.all([stagedName(shape), changesName(shape)].map((name) => glue.get(STAGED, name)));
  return inFront.every((table) => {
    const names = new Set(table?.StorageDescriptor?.Columns?.map(({ Name }) => Name));
    return shape.columns.every(({ name }) => names.has(name));
  });
}

/** Columns that files have brought are there, in every table of theirs, before their values are. */
export async function addColumns(context: TableContext, { targets, learnt }: Batch): Promise<void> {
  const shape = targets[0]?.shape;
  if (shape === undefined || learnt.length === 0) return;
  await addMissing(context, shape, (await cleanColumns(context, shape)) ?? []);
}

/** Columns that only the contract has so far. */
export async function addMissing(
  context: TableContext,
  shape: TableShape,
  have: readonly { readonly name: string }[],
): Promise<void> {
  const { athena, glue, objects } = context;
  for (const { database, input } of stagedTables(objects.bucket, shape)) await glue.put(database, input);
  const missing = shape.columns.filter(({ name }) => !have.some((one) => one.name === name));
  if (missing.length === 0) return;
  await athena.run(`ALTER TABLE ${ddlName(shape)} ADD COLUMNS (${missing.map(ddlColumn).join(', ')})`);
}
