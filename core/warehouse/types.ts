/** What the warehouse is to hold: tables of the lake, as BI tools see them. */

import type { ColumnType } from '../contracts/types.ts';
import type { DescribedTable } from '../tables.ts';

/** Every type has the same name and the same meaning in PostgreSQL and in Redshift. */
export type WarehouseType = ColumnType | `decimal(${number},${number})`;

/** What people wrote about a table that is to be published. */
export interface WarehouseTable extends Omit<DescribedTable, 'columns' | 'isPublished'> {
  /** By column: what it says, with its unit. */
  readonly comments: Readonly<Record<string, string>>;
}

export interface WarehouseColumn {
  readonly name: string;
  readonly type: WarehouseType;
}

/** What the warehouse says it holds. */
export interface PublishedTable {
  /** The lake's version of the rows. */
  readonly version: string;
  /** The hash of columns, types, comments and layout. */
  readonly definition: string;
}

/** How a table gets from what the warehouse holds to what the lake holds. */
export type PublishMode =
  /** Made anew, for there is none, or its columns or comments changed. */
  | { readonly kind: 'create' }
  /** The same table, every row of it. */
  | { readonly kind: 'replace' }
  /** The rows of some values of these columns, all others stay as they are since that version. */
  | { readonly kind: 'rows'; readonly by: readonly string[]; readonly since: string };

/**
 * Where the lake has put rows for the warehouse to fetch, in the form of the pair of adapters. On a laptop these are
 * paths of files in RFC 4180 without a header: null is empty, an empty text is quoted. On AWS they are prefixes of
 * Parquet files, `s3://bucket/…/`, where nothing else lies, with the columns in the table's order.
 */
export interface Exported {
  /** Null where there are none. */
  readonly rows: string | null;
  /** In mode `rows`: the values of `by` whose rows go, present or not, in the order of `by`. Null where there are none. */
  readonly keys: string | null;
}

export interface Publication extends PublishedTable {
  readonly table: WarehouseTable;
  /** In the table's order. */
  readonly columns: readonly WarehouseColumn[];
  readonly mode: PublishMode;
  /** Asked once, when the rows are about to be written. */
  readonly rows: () => Promise<Exported>;
}
