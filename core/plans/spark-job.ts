/**
 * A load plan with its files, as `glue-scripts/load.py` runs it on Spark: JSON in which every expression is Spark SQL, so
 * that the script decides nothing about values. What it makes of the files is staged, as the incremental load stages it.
 *
 * It has no words for mended rows that are replayed, nor for values that are kept aside: such work is left to the
 * incremental load.
 *
 * What the expressions are over: a column's `text` over `_h_<column>`, the record's field, or over `_file_name`, the
 * file's name without folder and endings; its `value` over `_t_<column>`, the text; `sound` and `reason` over texts and
 * values; a layout's `shown` over `_fields` and values; `fields` and `is_record` over `_record`; a form's `accepts` over `value`, the text of a failing value.
 */

import { LEAST_VALUES, MOST, READABLE, type Readable } from '../contracts/drift/value-type.ts';
import { pathOf } from '../contracts/format.ts';
import { isReplay } from '../contracts/replay.ts';
import type { FileFormat, TableContract } from '../contracts/types.ts';
import type { FileVersion } from '../ports.ts';
import { LandfallError } from '../problems.ts';
import { headerNames } from '../quarantine/types.ts';
import { accepts, cast, WORDS } from './dialect.ts';
import { shownRecord, whyUnsound } from './failing.ts';
import { type LoadPlan, typedColumns } from './load-plan.ts';
import { allSound, type PlannedColumn } from './planned-column.ts';
import { RECORDS } from './records.ts';

/** Where the rows of every file's newest version are kept, of which clean tables are made. */
export const STAGED = 'landfall_staged';

/** The folder of the lake in which plans and results of the bulk job lie. */
export const BULK = 'bulk';

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
}

/** Files with the same header. */
export interface SparkLayout {
  readonly width: number;
  /** By column: the place of its field, from 1 on; null where the file has none. */
  readonly positions: Readonly<Record<string, number | null>>;
  /** SQL of the record as it may be shown. */
  readonly shown: string;
}

/** Where what a job makes of its files goes: folders, each with a slash behind it. */
export interface SparkPlaces {
  /** Each load's sound rows lie in a folder below it that is named by the load. */
  readonly staged: string;
  /** Failing rows, and what the job itself puts down while it works. */
  readonly batch: string;
}

export interface SparkJob extends SparkPlaces {
  readonly batch_id: string;
  readonly dataset: string;
  readonly table: string;
  readonly format: FileFormat;
  /** Decimal: as a double, 29 of 100 would be more than 0.29. */
  readonly max_bad_share: string;
  /**
   * Tells of the columns of which at least `least` values of a file, and more than this share of them, fail for this
   * reason; null where no column can.
   */
  readonly retyped: {
    /** Whether such a file is refused; otherwise such rows wait in quarantine. */
    readonly refuses: boolean;
    readonly share: number;
    readonly least: number;
    readonly columns: readonly { readonly name: string; readonly reason: string }[];
    readonly readable: readonly { readonly form: Readable; readonly accepts: string }[];
  } | null;
  readonly is_protected: boolean;
  /** Whether nothing loads without the key. */
  readonly is_keyed: boolean;
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
}

/** What a run of the bulk job is told: one table's files after the other's. */
export interface SparkPlan {
  /** Of the key that columns are protected under, as the ledger knows it; null where none is needed. */
  readonly key_id: string | null;
  readonly jobs: readonly SparkJob[];
}

/** What was found in a column whose values are most of another type. */
export interface SparkRetyped {
  readonly name: string;
  readonly failing: number;
  readonly sound: number;
  readonly readable: readonly Readable[];
}

/** What became of a file. */
export interface SparkBooks {
  readonly load_id: number;
  readonly status: 'loaded' | 'refused';
  /** Why it is refused. */
  readonly error: 'name' | 'share' | 'type' | null;
  readonly rows_read: number;
  readonly rows_quarantined: number;
  readonly retyped: readonly SparkRetyped[];
}

/** What a run of the bulk job leaves. */
export interface SparkResult {
  readonly jobs: readonly {
    readonly batch_id: string;
    /** Whether any row of the files that are taken fails. */
    readonly quarantine: boolean;
    readonly files: readonly SparkBooks[];
  }[];
}

export interface JobFile {
  readonly version: FileVersion;
  readonly loadId: number;
  readonly path: string;
  /** Milliseconds; the version's first arrival. */
  readonly arrivedAt: number;
}

export interface JobInput {
  readonly plan: LoadPlan;
  readonly table: TableContract;
  readonly files: readonly JobFile[];
  readonly batchId: string;
  readonly places: SparkPlaces;
}

const name = WORDS.identifier.spark;
const textName = (column: string) => name(`_t_${column}`);

/** @throws LandfallError `not-on-spark` where it has no words for what is asked */
export function sparkJob({ plan, table, files, batchId, places }: JobInput): SparkJob {
  const problem = whyNotOnSpark(
    plan,
    files.map(({ version }) => version.file.key),
  );
  if (problem !== null) throw problem;
  const layouts = [...new Set(files.map(({ version }) => JSON.stringify(version.header)))];
  const [named, own] = [plan.columns.filter(isNamed), plan.columns.filter((column) => !isNamed(column))];
  return {
    ...places,
    batch_id: batchId,
    dataset: plan.dataset,
    table: plan.table,
    format: plan.format,
    max_bad_share: String(plan.maxBadShare),
    retyped: retypedOf(plan),
    is_protected: plan.isProtected,
    is_keyed: plan.isKeyed,
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
    })),
  };
}

/** What keeps a table's files from being the bulk job's; null where nothing does. @param keys of the files */
export function whyNotOnSpark(plan: LoadPlan, keys: readonly string[]): LandfallError | null {
  for (const key of keys) {
    if (isReplay(key)) return notOnSpark(key, 'mended rows');
    // With a leading dot, too; those are no files of a table anyway.
    if (/(^|\/)_[^/]*$/.test(key)) return notOnSpark(key, 'a name that begins with _, which Spark takes for hidden');
  }
  return plan.aside.length > 0
    ? notOnSpark(`${plan.schema}.${plan.table}`, 'columns whose values are kept aside')
    : null;
}

function retypedOf(plan: LoadPlan): SparkJob['retyped'] {
  const columns = typedColumns(plan);
  if (columns.length === 0) return null;
  const readable = READABLE.map((form) => ({
    form,
    accepts: `coalesce(${accepts(form, 'spark', { text: 'value', value: cast(form, 'spark', 'value') })}, false)`,
  }));
  return { refuses: plan.policy === 'freeze', share: MOST, least: LEAST_VALUES, columns, readable };
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
