/**
 * A load plan with its files, as `glue-scripts/load.py` runs it on Spark: JSON in which every expression is Spark SQL, so
 * that the script decides nothing about values.
 *
 * It has no words for mended rows that are replayed, nor for rules by which people were forgotten, nor for values that are
 * kept aside: such work is left to the incremental load.
 *
 * What the expressions are over: a column's `text` over `_h_<column>`, the record's field, or over `_file_name`, the
 * file's name without folder and endings; its `value` over `_t_<column>`, the text; `sound` and `reason` over texts and
 * values; a layout's `shown` over `_fields` and values; `fields` and `is_record` over `_record`.
 */

import { LEAST_VALUES, MOST } from '../contracts/drift/value-type.ts';
import { pathOf } from '../contracts/format.ts';
import { isReplay } from '../contracts/replay.ts';
import type { FileFormat, LoadMode, Overlap, TableContract } from '../contracts/types.ts';
import type { FileVersion } from '../ports.ts';
import { LandfallError } from '../problems.ts';
import { headerNames } from '../quarantine/types.ts';
import { WORDS } from './dialect.ts';
import { shownRecord, whyUnsound } from './failing.ts';
import { allSound, type LoadPlan, type PlannedColumn, typedColumns } from './load-plan.ts';
import { RECORDS } from './records.ts';

/** The catalog that the lake's Iceberg tables are in. */
export const CATALOG = 'glue_catalog';

/** Where the rows of every file's newest version are kept, of which clean tables and quarantine are made. */
export const STAGED = 'landfall_staged';

export interface SparkColumn {
  readonly name: string;
  readonly type: string;
  readonly from: 'record' | 'file';
  readonly text: string;
  readonly value: string;
  /** Null where nothing can be wrong with it. */
  readonly reason: string | null;
}

export interface SparkFile {
  readonly load_id: number;
  /** The key in the landing zone. */
  readonly source_file: string;
  /** Where Spark reads it. */
  readonly path: string;
  readonly file_name: string;
  /** Milliseconds since 1970, UTC. */
  readonly arrived_at: number;
  readonly header_lines: number;
  readonly layout: number;
  /** Loads of older versions of the file: where this one is taken, their rows go. */
  readonly supersedes: readonly number[];
}

/** Files with the same header. */
export interface SparkLayout {
  readonly width: number;
  /** By column: the place of its field, from 1 on; null where the file has none. */
  readonly positions: Readonly<Record<string, number | null>>;
  /** SQL of the record as it may be shown. */
  readonly shown: string;
}

/** The version that a file of the table has now. */
export interface CurrentLoad {
  readonly load_id: number;
  readonly source_file: string;
  readonly arrived_at: number;
}

export interface SparkJob {
  readonly dataset: string;
  readonly table: string;
  readonly format: FileFormat;
  readonly load: LoadMode;
  readonly overlap: Overlap;
  readonly key: readonly string[];
  readonly identity: readonly string[];
  /** Decimal: as a double, 29 of 100 would be more than 0.29. */
  readonly max_bad_share: string;
  /**
   * Refuses a file of which at least `least` values of a column, and more than this share of them, fail for this reason;
   * null where such rows wait in quarantine.
   */
  readonly retyped: {
    readonly share: number;
    readonly least: number;
    readonly columns: readonly { readonly name: string; readonly reason: string }[];
  } | null;
  readonly is_protected: boolean;
  /** Whether nothing loads without the key. */
  readonly is_keyed: boolean;
  /** Names of the tables, as SQL. */
  readonly tables: { readonly clean: string; readonly staged: string; readonly quarantine: string };
  /** Makes what is not there yet. */
  readonly create: readonly string[];
  /** What stands between the staged table's name and AS where it is made of an older one. */
  readonly staged_layout: string;
  readonly columns: readonly SparkColumn[];
  /** Of CSV. */
  readonly is_record: string | null;
  readonly fields: string | null;
  /** Of JSON: the names on the way to each field. */
  readonly paths: readonly (readonly string[])[] | null;
  readonly sound: string;
  readonly sound_name: string;
  readonly layouts: readonly SparkLayout[];
  readonly files: readonly SparkFile[];
  /** Before this job, of all files: staged rows of any other load are a failed job's. */
  readonly current: readonly CurrentLoad[];
}

export interface JobFile {
  readonly version: FileVersion;
  readonly loadId: number;
  readonly path: string;
  /** Milliseconds; the version's first arrival. */
  readonly arrivedAt: number;
  readonly supersedes: readonly number[];
}

export interface JobInput {
  readonly plan: LoadPlan;
  readonly table: TableContract;
  readonly files: readonly JobFile[];
  readonly current: readonly CurrentLoad[];
  /** Whether people were forgotten from the table. */
  readonly isErased: boolean;
}

const name = WORDS.identifier.spark;
const literal = WORDS.literal.spark;
const textName = (column: string) => name(`_t_${column}`);

/** @throws LandfallError `not-on-spark` where it has no words for what is asked */
export function sparkJob({ plan, table, files, current, isErased }: JobInput): SparkJob {
  if (isErased) throw notOnSpark(`${plan.schema}.${plan.table}`, 'a table that people were forgotten from');
  for (const { version } of files) checkFile(version.file.key);
  if (plan.aside.length > 0) throw notOnSpark(`${plan.schema}.${plan.table}`, 'columns whose values are kept aside');
  const layouts = [...new Set(files.map(({ version }) => JSON.stringify(version.header)))];
  const [named, own] = [plan.columns.filter(isNamed), plan.columns.filter((column) => !isNamed(column))];
  return {
    dataset: plan.dataset,
    table: plan.table,
    format: plan.format,
    load: plan.load,
    overlap: plan.overlap,
    key: plan.key,
    identity: plan.identity,
    max_bad_share: String(plan.maxBadShare),
    retyped: plan.policy === 'freeze' ? { share: MOST, least: LEAST_VALUES, columns: typedColumns(plan) } : null,
    is_protected: plan.isProtected,
    is_keyed: plan.isKeyed,
    tables: tablesOf(plan),
    create: createStatements(plan, table),
    staged_layout: STAGED_LAYOUT,
    columns: plan.columns.map((column) => sparkColumn(plan, column)),
    is_record: plan.format === 'csv' ? RECORDS.spark.isRecord('_record') : null,
    fields: plan.format === 'csv' ? RECORDS.spark.fields('_record') : null,
    // The header of each file is the same, for the contract says it.
    paths: plan.format === 'csv' ? null : headerNames(table).map(pathOf),
    sound: allSound(own, textName, name),
    sound_name: allSound(named, textName, name),
    layouts: layouts.map((header) => layoutOf(plan, JSON.parse(header))),
    files: files.map((file) => ({
      load_id: file.loadId,
      source_file: file.version.file.key,
      path: file.path,
      file_name: fileName(file.version.file.key),
      arrived_at: Math.floor(file.arrivedAt),
      header_lines: file.version.headerLines,
      layout: layouts.indexOf(JSON.stringify(file.version.header)),
      supersedes: file.supersedes,
    })),
    current,
  };
}

function checkFile(key: string): void {
  if (isReplay(key)) throw notOnSpark(key, 'mended rows');
  // With a leading dot, too; those are no files of a table anyway.
  if (/(^|\/)_[^/]*$/.test(key)) throw notOnSpark(key, 'a name that begins with _, which Spark takes for hidden');
}

function notOnSpark(object: string, found: string): LandfallError {
  return new LandfallError({
    code: 'not-on-spark',
    file: object,
    message: `expected work for a bulk job, found ${found}`,
    hint: 'load it incrementally',
  });
}

const isNamed = ({ header }: PlannedColumn) => header === null;

/** `b` of `data/a/b.csv.gz`. */
function fileName(key: string): string {
  const last =
    key
      .replace(/[.]gz$/, '')
      .split('/')
      .at(-1) ?? '';
  return last.includes('.') ? last.slice(0, last.lastIndexOf('.')) : last;
}

function sparkColumn(plan: LoadPlan, column: PlannedColumn): SparkColumn {
  const own = isNamed(column);
  const text = textName(column.name);
  return {
    name: column.name,
    type: column.sqlType,
    from: own ? 'file' : 'record',
    text: column.text(own ? '_file_name' : name(`_h_${column.name}`)),
    value: column.value(text),
    reason: whyUnsound(plan, column, text, name(column.name)) ?? null,
  };
}

function layoutOf(plan: LoadPlan, header: readonly string[]): SparkLayout {
  const place = (column: PlannedColumn) => {
    const index = header.indexOf(column.header ?? '');
    return [column.name, index < 0 ? null : index + 1] as const;
  };
  return {
    width: header.length,
    positions: Object.fromEntries(plan.columns.filter((column) => !isNamed(column)).map(place)),
    shown: shownRecord(plan, header, (index) => `element_at(_fields, ${index + 1})`, '_record'),
  };
}

function tablesOf({ schema, table }: LoadPlan): SparkJob['tables'] {
  const qualified = (namespace: string, own: string) => `${CATALOG}.${name(namespace)}.${name(own)}`;
  return {
    clean: qualified(schema, table),
    staged: qualified(STAGED, `${schema}__${table}`),
    quarantine: qualified('ops', 'quarantine'),
  };
}

const FORMAT = "'format-version' = '2', 'write.parquet.compression-codec' = 'zstd'";

// A load's rows lie in files of their own, so that they go without another's being read; a task writes many loads.
const STAGED_LAYOUT = `USING iceberg PARTITIONED BY (_load_id) TBLPROPERTIES (${FORMAT},
  'write.distribution-mode' = 'none', 'write.spark.fanout.enabled' = 'true')`;

function cleanLayout({ partitionBy, description }: TableContract): string {
  const partitioned = partitionBy.length === 0 ? '' : ` PARTITIONED BY (${partitionBy.map(partition).join(', ')})`;
  return `USING iceberg${partitioned} COMMENT ${literal(description)} TBLPROPERTIES (${FORMAT})`;
}

function createStatements(plan: LoadPlan, table: TableContract): string[] {
  const tables = tablesOf(plan);
  const described = plan.columns.map((column) => {
    const description = table.columns.find((own) => own.name === column.name)?.description ?? '';
    return `${name(column.name)} ${column.sqlType} COMMENT ${literal(description)}`;
  });
  const plain = plan.columns.map((column) => `${name(column.name)} ${column.sqlType}`);
  const lineage = ['_load_id BIGINT', '_source_file STRING', '_row_number INT'];
  const failing = ['_raw STRING', '_failing ARRAY<STRUCT<name: STRING, reason: STRING>>'];
  return [
    ...[plan.schema, STAGED, 'ops'].map((schema) => `CREATE NAMESPACE IF NOT EXISTS ${CATALOG}.${name(schema)}`),
    `CREATE TABLE IF NOT EXISTS ${tables.clean} (${[...described, ...lineage].join(', ')}) ${cleanLayout(table)}`,
    `CREATE TABLE IF NOT EXISTS ${tables.staged} (${[...plain, ...lineage, '_arrived_at BIGINT', ...failing].join(', ')})
      ${STAGED_LAYOUT}`,
    `CREATE TABLE IF NOT EXISTS ${tables.quarantine} (dataset STRING, table_name STRING, source_file STRING,
      row_number BIGINT, column_name STRING, reason STRING, raw_row STRING, load_id BIGINT, status STRING)
      USING iceberg PARTITIONED BY (dataset, table_name) TBLPROPERTIES (${FORMAT})`,
  ];
}

/** `month(time)` as Iceberg's transform. */
function partition(entry: string): string {
  const [, transform, column] = /^(\w+)\((\w+)\)$/.exec(entry) ?? [];
  return transform === undefined || column === undefined ? name(entry) : `${transform}s(${name(column)})`;
}
