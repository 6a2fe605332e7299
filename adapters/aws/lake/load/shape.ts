/**
 * A clean table, and what its rows are made of, as Athena's SQL names it.
 *
 * - `<schema>.<table>`: the clean table, Iceberg: the contract's columns, `_load_id`, `_source_file`, `_row_number`.
 * - `landfall_staged.<schema>__<table>`: the sound rows of every file's newest version, with `_arrived_at` (milliseconds
 *   since 1970) beside; one object a load.
 * - `landfall_staged.<schema>__<table>__changes`: by `batch_id`, which rows leave the clean table (`_leaves`) and which
 *   enter it.
 * - `landfall_staged.batch_loads`: by `batch_id`, which loads count, and how. A staged row of any other load is nobody's:
 *   what a killed or a late function left behind changes nothing.
 */

import type { ColumnType, LoadMode, Overlap } from '../../../../core/contracts/types.ts';
import { WORDS } from '../../../../core/plans/dialect.ts';
import type { LoadPlan } from '../../../../core/plans/load-plan.ts';
import { STAGED } from '../../../../core/plans/spark-job.ts';

export { STAGED };

export interface ShapeColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** All that the statements of a load need to know of a table; it goes into the batch's object as it is. */
export interface TableShape {
  readonly dataset: string;
  readonly schema: string;
  readonly table: string;
  readonly load: LoadMode;
  readonly overlap: Overlap;
  readonly key: readonly string[];
  readonly identity: readonly string[];
  readonly partitionBy: readonly string[];
  readonly columns: readonly ShapeColumn[];
}

/** @param has whether the lake has an evolved column, or is to have it with this load */
export function shapeOf(plan: LoadPlan, has: (column: string) => boolean): TableShape {
  const { dataset, schema, table, load, overlap, key, identity, partitionBy } = plan;
  const columns = plan.columns
    .filter(({ name, evolved }) => evolved !== true || has(name))
    .map(({ name, type }) => ({ name, type }));
  return { dataset, schema, table, load, overlap, key, identity, partitionBy, columns };
}

export const quoted = WORDS.identifier.duckdb;
export const text = WORDS.literal.duckdb;

export const LOADS = 'batch_loads';

type Named = Pick<TableShape, 'schema' | 'table'>;

/** The names of a table's external tables in `STAGED`. */
export const stagedName = ({ schema, table }: Named) => `${schema}__${table}`;
export const changesName = (shape: Named) => `${stagedName(shape)}__changes`;

export const cleanTable = ({ schema, table }: Named) => `${quoted(schema)}.${quoted(table)}`;
export const stagedTable = (shape: Named) => `${quoted(STAGED)}.${quoted(stagedName(shape))}`;
export const changesTable = (shape: Named) => `${quoted(STAGED)}.${quoted(changesName(shape))}`;
export const loadsTable = `${quoted(STAGED)}.${quoted(LOADS)}`;

export const LINEAGE: readonly ShapeColumn[] = [
  { name: '_load_id', type: 'bigint' },
  { name: '_source_file', type: 'string' },
  { name: '_row_number', type: 'integer' },
];
export const ARRIVED: ShapeColumn = { name: '_arrived_at', type: 'bigint' };
export const LEAVES: ShapeColumn = { name: '_leaves', type: 'boolean' };
/** The partition of `changes` and of `batch_loads`. */
export const BATCH: ShapeColumn = { name: 'batch_id', type: 'string' };

/** By which rows are looked for that may be one; none where every row stands. */
export function keyOf({ load, overlap, key, identity }: TableShape): readonly string[] {
  if (load !== 'append') return key;
  return overlap === 'ordinal' ? identity : [];
}

/** Where the staged rows of a load lie in the lake bucket. */
export function stagedFolder(shape: Named): string {
  return `${STAGED}/${stagedName(shape)}/`;
}

export function stagedKey(shape: Named, loadId: number): string {
  return `${stagedFolder(shape)}${loadId}/rows.parquet`;
}

export function changesFolder(shape: Named): string {
  return `${STAGED}/${changesName(shape)}/`;
}

export const loadsFolder = `${STAGED}/${LOADS}/`;

/** The folder of a partition, as Hive names it. */
export function partitionFolder(folder: string, id: string): string {
  return `${folder}${BATCH.name}=${id}/`;
}
