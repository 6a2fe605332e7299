/** What DuckDB has made of a batch's files becomes objects of the lake bucket, a load at a time. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadBatch } from '../../../../core/loads.ts';
import type { LoadPlan } from '../../../../core/plans/load-plan.ts';
import type { Database } from '../../../duckdb/database.ts';
import { quoted, text } from '../../../duckdb/names.ts';
import type { ReadFiles } from '../../../duckdb/read.ts';
import { incoming } from '../../../duckdb/stage.ts';
import type { BatchItem, Fence, FileItem, Ledger } from '../../ledger/types.ts';
import { partOf } from './objects.ts';
import { copyParquet, hasNegativeZero } from './parquet.ts';
import { stagedKey, type TableShape } from './shape.ts';
import type { Batch, BookLine, LakeObjects, LoadBook } from './types.ts';

export interface Staging {
  readonly database: Database;
  readonly objects: LakeObjects;
  readonly scratch: string;
}

/** Each file has a load of its own, and so has each refusal of one: those of files come first, in their order. */
export function claimFor(
  ledger: Ledger,
  { plan, runId, files, refusals }: LoadBatch,
  fence: Fence,
): Promise<BatchItem> {
  return ledger.claim(plan.dataset, plan.table, runId, 2 * files.length + refusals.length, fence);
}

/** A version that was seen before keeps its arrival, whatever its object's time is now. */
export async function keepArrivals(
  database: Database,
  table: string,
  known: ReadonlyMap<string, FileItem>,
  keys: readonly string[],
): Promise<void> {
  const seen = keys.flatMap((key) => {
    const latest = known.get(key)?.latest;
    if (latest === undefined || latest.table !== table) return [];
    return [`(${text(key)}, ${text(latest.contentHash)}, make_timestamp(CAST(${latest.arrivedAt} AS BIGINT) * 1000))`];
  });
  if (seen.length === 0) return;
  await database.run(`UPDATE files SET arrived_at = seen.arrived_at
    FROM (VALUES ${seen.join(', ')}) AS seen(source_file, content_hash, arrived_at)
    WHERE seen.source_file = files.source_file AND seen.content_hash = files.content_hash`);
}

/** The loads whose files are sound, as the books are to have them. */
export async function loadedBooks(database: Database, { files, loaded }: ReadFiles): Promise<LoadBook[]> {
  if (loaded.length === 0) return [];
  const rows = await database.rows<Record<'load_id' | 'arrived_at' | 'rows_read' | 'rows_bad', string | number>>(
    'SELECT load_id, epoch_ms(arrived_at) AS arrived_at, rows_read, rows_bad FROM files ORDER BY load_id',
  );
  return rows.flatMap((row) => {
    const version = files.find(({ loadId }) => loadId === Number(row.load_id))?.version;
    if (version === undefined) return [];
    return [
      {
        load_id: Number(row.load_id),
        source_file: version.file.key,
        content_hash: version.contentHash,
        bytes: version.file.bytes,
        arrived_at: Number(row.arrived_at),
        rows_read: Number(row.rows_read),
        rows_quarantined: Number(row.rows_bad),
        status: 'loaded' as const,
        error: null,
      },
    ];
  });
}

/** One object a load, of its sound rows; none where there are none. */
export async function stageLoads(
  staging: Staging,
  plan: LoadPlan,
  shape: TableShape,
  careful: boolean,
  loads: readonly LoadBook[],
): Promise<void> {
  const columns = shape.columns.map(({ name }) => `rows.${quoted(name)}`).join(', ');
  const sound = loads.filter(({ rows_read, rows_quarantined }) => rows_read > rows_quarantined);
  if (sound.length === 0) return;
  const isSigned = await hasNegativeZero(staging.database, incoming(plan, careful), plan.columns);
  for (const { load_id, source_file, arrived_at } of sound) {
    const own = `SELECT ${columns}, rows._load_id, ${text(source_file)} AS _source_file, rows._row_number,
      CAST(${arrived_at} AS BIGINT) AS _arrived_at
      FROM (${incoming(plan, careful)}) AS rows WHERE rows._load_id = ${load_id} ORDER BY rows._row_number`;
    await upload(staging, own, stagedKey(shape, load_id), isSigned);
  }
}

/** Failing rows, and the values of columns that are kept beside the table, wait beside the batch's object. */
export async function stageBooks(
  staging: Staging,
  plan: LoadPlan,
  careful: boolean,
  item: BatchItem,
): Promise<Batch['staged']> {
  const { database } = staging;
  const table = `${text(plan.dataset)} AS dataset, ${text(plan.table)} AS table_name`;
  const isAny = async (sql: string) => (await database.rows(`SELECT 1 FROM (${sql}) LIMIT 1`)).length > 0;
  const failing = `SELECT ${table}, files.source_file, failing.row_number, failing.column_name, failing.reason,
      failing.raw AS raw_row, files.load_id
    FROM failing JOIN files ON files.file_no = failing.file_no`;
  const quarantine = await isAny(failing);
  if (quarantine) await upload(staging, `${failing} ORDER BY load_id, row_number`, partOf(item, 'quarantine.parquet'));
  if (plan.aside.length === 0) return { quarantine, drift_values: false };
  const rows = incoming({ ...plan, columns: plan.aside }, careful);
  const values = plan.aside.map(
    ({ name }) => `SELECT ${table}, files.source_file, CAST(rows._row_number AS BIGINT) AS row_number,
      ${text(name)} AS column_name, rows.${quoted(name)} AS value, rows._load_id AS load_id
    FROM (${rows}) AS rows JOIN files ON files.load_id = rows._load_id WHERE rows.${quoted(name)} IS NOT NULL`,
  );
  const aside = values.join('\nUNION ALL ');
  const drift_values = await isAny(aside);
  if (drift_values)
    await upload(staging, `${aside} ORDER BY load_id, row_number`, partOf(item, 'drift_values.parquet'));
  return { quarantine, drift_values };
}

/** What each row of the replay files stands for. */
export async function replayLines(database: Database): Promise<BookLine[]> {
  const rows = await database.rows<Record<string, string | null>>(
    `SELECT load_id, row_number, source_file, source_row, content_hash FROM origins
      WHERE load_id IN (SELECT load_id FROM files) ORDER BY load_id, row_number`,
  );
  return rows.map(({ load_id, row_number, source_row, ...rest }) => ({
    ...rest,
    load_id: Number(load_id),
    row_number: Number(row_number),
    source_row: source_row === null || source_row === undefined ? null : Number(source_row),
  }));
}

async function upload(
  { database, objects, scratch }: Staging,
  select: string,
  key: string,
  isSigned = false,
): Promise<void> {
  const path = join(scratch, `${key.replaceAll(/[^\w.-]/g, '-')}`);
  try {
    await copyParquet(database, select, path, isSigned);
    await objects.upload(key, path);
  } finally {
    await rm(path, { force: true });
  }
}
