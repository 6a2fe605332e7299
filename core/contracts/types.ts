/** What a contract promises, as the rest of Landfall reads it. The YAML form is `schemas/contract.schema.json`. */

import type { ServiceLevel } from '../freshness/types.ts';
import type { QualityRule } from '../quality/types.ts';
import type { DriftPolicy } from './drift/types.ts';

export type ColumnType = 'string' | 'integer' | 'bigint' | 'double' | 'boolean' | 'date' | 'timestamp';

/** `csv`: RFC 4180 with a header. `ndjson`: an object of RFC 8259 a line. */
export type FileFormat = 'csv' | 'ndjson';

export type LoadMode = 'merge' | 'append' | 'replace';

/**
 * How the files of a table loaded by append go together. `ordinal`: the table holds as many equal rows as the largest
 * count in any one file, so exports that overlap add nothing. `none`: no two files have the same row, counts add up.
 */
export type Overlap = 'ordinal' | 'none';

/**
 * Where a column's text comes from: a field of the record, or a capture group of the file's name. In JSON the name of a
 * field is the names on the way to it, with dots between them.
 */
export type ColumnSource =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'file'; readonly pattern: string };

/** The parses that need nothing but their name. */
export type NamedParse =
  /** `[0.2, 0.4[` becomes 0.3. */
  | 'interval midpoint'
  /** `62%` becomes 0.62. */
  | 'percent'
  /** `2017-12-06 22:06:36-08` becomes 2017-12-07 06:06:36: in UTC, without zone. */
  | 'timestamp with offset'
  /** `2017-12-06 22:06:36-08` becomes 2017-12-06 22:06:36: what the clock there read. */
  | 'local time of timestamp with offset'
  /** `2017-12-06 22:06:36-08` becomes -8: that clock's hours ahead of UTC. */
  | 'offset hours of timestamp with offset'
  /** `["a","b"]` becomes 2: how many elements a list in JSON has. */
  | 'count';

/**
 * What is kept of a column's values; the clear text is never written. `hmac`: lower-case hexadecimal HMAC-SHA-256 of the
 * text. `mask`: a star for each character, but of 8 or more the last 4 stay. `drop`: nothing, every value is null.
 */
export type Protect = 'hmac' | 'mask' | 'drop';

/** How text becomes a value where a plain cast would not do. */
export type ColumnParse =
  | { readonly kind: NamedParse }
  /** Part `part` (1-based) of the text split at `separator`; null where there are fewer parts. */
  | { readonly kind: 'split'; readonly separator: string; readonly part: number };

export interface ColumnContract {
  readonly name: string;
  readonly type: ColumnType;
  readonly description: string;
  readonly unit?: string;
  /** A row with a null here is quarantined. */
  readonly required: boolean;
  readonly source: ColumnSource;
  readonly parse?: ColumnParse;
  /** Texts that mean null, besides the empty one. */
  readonly nulls: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** A regular expression that the whole text must match. */
  readonly pattern?: string;
  readonly classification?: string;
  readonly protect?: Protect;
  /** The contract does not name it: the lake has learnt it of a file. */
  readonly evolved?: true;
}

/** How a table lies on a cluster of machines; one machine has no use for the keys. */
export interface WarehouseSettings {
  readonly publish: boolean;
  readonly distkey?: string;
  readonly sortkey?: string;
}

export interface TableContract {
  readonly name: string;
  readonly description: string;
  /** A glob under the data set's prefix, without `.gz`: a compressed twin of any match lands too. */
  readonly landing: string;
  readonly format: FileFormat;
  readonly load: LoadMode;
  /** In `primaryKeyPosition` order; empty where there is none. */
  readonly primaryKey: readonly string[];
  /** The columns by which rows of a table loaded by append are equal (null equals null); empty otherwise. */
  readonly identity: readonly string[];
  readonly overlap: Overlap;
  readonly partitionBy: readonly string[];
  /** A file with a larger share of quarantined rows is refused whole; 1 never refuses. */
  readonly maxBadShare: number;
  /** Only what is asked for goes to the warehouse. */
  readonly warehouse?: WarehouseSettings;
  /** The table's rules and its columns'. */
  readonly quality?: readonly QualityRule[];
  readonly columns: readonly ColumnContract[];
}

/** An API whose records `pull` lands as JSON lines, page by page. Paths are the names on the way, with dots between. */
export interface SourceApi {
  /** Of the first page, without the page size: https, or http on this machine. */
  readonly url: string;
  /** The table whose files the records become. */
  readonly table: string;
  /** The name of the environment variable that has the bearer token. */
  readonly token: string;
  /** The folder of the files, under the data set's. */
  readonly prefix: string;
  /** The path of the list of records on a page. */
  readonly records: string;
  /** The path of what tells a record from others, by which repeats are dropped; without it none is. */
  readonly key?: string;
  /** Of the entries of the list at `list`, the one whose `rel` is this has the next page's link at `link`. */
  readonly next: { readonly list: string; readonly rel: string; readonly link: string };
  readonly pageSize?: { readonly parameter: string; readonly value: number };
  /** More pages are taken for a list without an end. */
  readonly maxPages: number;
}

export interface Contract {
  /** Hyphenated: the landing prefix and `ops.*.dataset`. */
  readonly dataset: string;
  /** The same with underscores: the schema of its tables. */
  readonly schema: string;
  readonly version: string;
  readonly description: string;
  /** The YAML file it was read from, for messages. */
  readonly file: string;
  readonly sourceApi?: SourceApi;
  readonly serviceLevels?: readonly ServiceLevel[];
  /** `freeze` where it isn't said. */
  readonly drift?: DriftPolicy;
  readonly tables: readonly TableContract[];
}
