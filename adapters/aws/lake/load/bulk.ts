/**
 * Files for the bulk job. CheckHeaders claims their batches and writes down what the job is to do; the job stages rows in
 * the places and the form in which a function stages them; the load takes from its result what else belongs to a batch.
 * A batch that is handed over stays claimed until then, and whoever else has the lease by then abandons it.
 */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { typeDrift } from '../../../../core/contracts/drift/value-type.ts';
import type { BulkBatch, BulkJob, LoadBatch } from '../../../../core/loads.ts';
import { refusalOf } from '../../../../core/plans/refusals.ts';
import {
  BULK,
  type SparkBooks,
  type SparkFile,
  type SparkJob,
  type SparkPlan,
  type SparkResult,
  sparkJob,
  whyNotOnSpark,
} from '../../../../core/plans/spark-job.ts';
import type { FileVersion, Refusal } from '../../../../core/ports.ts';
import { LandfallError, type Problem } from '../../../../core/problems.ts';
import { Database } from '../../../duckdb/database.ts';
import { pathText } from '../../../duckdb/names.ts';
import type { BatchItem, FileItem } from '../../ledger/types.ts';
import { partOf, readJson, writeJson } from './objects.ts';
import { copyParquet } from './parquet.ts';
import { stagedFolder } from './shape.ts';
import { claimFor } from './staging.ts';
import type { LoadBook, LoadContext, Made } from './types.ts';

const folderOf = (runId: string, dataset: string) => `${BULK}/${runId}/${dataset}/`;
const planKey = (runId: string, dataset: string) => `${folderOf(runId, dataset)}plan.json`;
const resultKey = (runId: string, dataset: string) => `${folderOf(runId, dataset)}result.json`;

/** As `Lake.handOver` says. A plan that was written before, by a function that was killed, counts for nothing. */
export async function handOver(
  context: LoadContext,
  dataset: string,
  batches: readonly BulkBatch[],
): Promise<BulkJob | null> {
  const { ledger, objects, key } = context;
  const own = batches.filter(({ spark, files }) => whyNotOnSpark(spark, files.map(keyOf)) === null);
  const [first] = own;
  if (first === undefined) return null;
  const known = new Map((await ledger.files(dataset)).map((file) => [file.key, file]));
  const jobs: SparkJob[] = [];
  for (const batch of own) jobs.push(await claimed(context, batch, known));
  const isKeyed = own.some(({ spark }) => spark.isKeyed);
  const plan: SparkPlan = { key_id: isKeyed ? key.keyId() : null, jobs };
  await writeJson(objects, planKey(first.runId, dataset), plan);
  const address = (name: string) => `s3://${objects.bucket}/${name}`;
  return { plan: address(planKey(first.runId, dataset)), result: address(resultKey(first.runId, dataset)) };
}

async function claimed(
  { ledger, objects, source, fence }: LoadContext,
  batch: BulkBatch,
  known: ReadonlyMap<string, FileItem>,
): Promise<SparkJob> {
  const { spark: plan, table, files } = batch;
  const item = await claimFor(ledger, batch, fence);
  const address = (folder: string) => `s3://${objects.bucket}/${folder}`;
  return sparkJob({
    ...{ plan, table, batchId: item.batchId },
    places: { staged: address(stagedFolder(plan)), batch: address(partOf(item, '')) },
    files: files.map((version, index) => ({
      version,
      loadId: item.firstLoad + index,
      path: source.addressOf(version.file),
      arrivedAt: arrivalOf(version, plan.table, known),
    })),
  });
}

const keyOf = ({ file }: FileVersion) => file.key;

/** A version that was seen before keeps its arrival, whatever its object's time is now. */
function arrivalOf({ file, contentHash }: FileVersion, table: string, known: ReadonlyMap<string, FileItem>): number {
  const latest = known.get(file.key)?.latest;
  const isSeen = latest?.table === table && latest.contentHash === contentHash;
  return isSeen ? latest.arrivedAt : Math.floor(file.modifiedAt);
}

/** What a run has handed over of a data set; null where that is nothing. */
export function handedOver({ objects }: LoadContext, runId: string, dataset: string): Promise<SparkPlan | null> {
  return readJson<SparkPlan>(objects, planKey(runId, dataset));
}

/**
 * What the job made of a batch.
 *
 * @throws LandfallError `bulk-lost` where it has left no result for it
 */
export async function takeOver(context: LoadContext, batch: LoadBatch, item: BatchItem, job: SparkJob): Promise<Made> {
  const { objects, source, now } = context;
  const startedAt = now();
  const result = await readJson<SparkResult>(objects, resultKey(batch.runId, batch.plan.dataset));
  const own = result?.jobs.find(({ batch_id }) => batch_id === item.batchId);
  if (own === undefined) throw bulkLost(batch);
  const files = batch.files.map((version, index): Told => {
    const loadId = item.firstLoad + index;
    const books = own.files.find(({ load_id }) => load_id === loadId);
    const planned = job.files.find(({ load_id }) => load_id === loadId);
    if (books === undefined || planned?.source_file !== version.file.key) throw bulkLost(batch);
    return { file: { version, loadId, fileNo: index }, books, planned };
  });
  const left: Problem[] = [];
  const kept: Told[] = [];
  for (const told of files) {
    // What is still as it was looked into was so while it was read.
    const problem = await source.changed(told.file.version.file);
    if (problem === null) kept.push(told);
    else left.push(problem);
  }
  const loaded = kept.filter(({ books }) => books.status === 'loaded');
  const quarantine = own.quarantine && loaded.some(({ books }) => books.rows_quarantined > 0);
  if (quarantine && left.length > 0) await keepQuarantine(context, item, loaded);
  return {
    startedAt,
    loaded: loaded.map(({ file }) => file),
    refusals: [...batch.refusals, ...kept.flatMap((told) => refusalsOf(batch, told))],
    retyped: loaded.flatMap((told) => {
      const findings = findingsOf(batch, told.books);
      return findings.length === 0 ? [] : [{ file: told.file, findings }];
    }),
    left,
    books: loaded.map(bookOf),
    replays: [],
    stageRows: async () => undefined,
    stageBooks: async () => ({ quarantine, drift_values: false }),
  };
}

interface Told {
  readonly file: Made['loaded'][number];
  readonly books: SparkBooks;
  readonly planned: SparkFile;
}

function refusalsOf({ plan }: LoadBatch, { file: { version }, books }: Told): Refusal[] {
  const { error: why, rows_read: rowsRead, rows_quarantined: rowsBad } = books;
  if (why === null) return [];
  if (why === 'type') return [refusalOf(plan, version, { why, findings: findingsOf({ plan }, books) })];
  return [refusalOf(plan, version, why === 'share' ? { why, rowsRead, rowsBad } : { why })];
}

function findingsOf({ plan }: Pick<LoadBatch, 'plan'>, { retyped }: SparkBooks) {
  return retyped.map((one) => {
    const type = plan.columns.find(({ name }) => name === one.name)?.type ?? 'string';
    return typeDrift({ ...one, type }, plan.policy);
  });
}

function bookOf({ file: { version, loadId }, books, planned }: Told): LoadBook {
  const { rows_read, rows_quarantined } = books;
  return {
    ...{ load_id: loadId, source_file: version.file.key, content_hash: version.contentHash },
    ...{ bytes: version.file.bytes, arrived_at: planned.arrived_at, rows_read, rows_quarantined },
    ...{ status: 'loaded', error: null },
  };
}

/** Failing rows of files that changed meanwhile are nobody's. */
async function keepQuarantine(
  { objects, scratch, engine }: LoadContext,
  item: BatchItem,
  loaded: readonly Told[],
): Promise<void> {
  const key = partOf(item, 'quarantine.parquet');
  await mkdir(scratch, { recursive: true });
  const [before, after] = [join(scratch, 'failing-all.parquet'), join(scratch, 'failing.parquet')];
  const database = await Database.open({ file: null, readOnly: false, spill: join(scratch, 'spill'), ...engine });
  try {
    await objects.download(key, before);
    const loads = loaded.map(({ file }) => file.loadId).join(', ');
    const own = `SELECT * FROM read_parquet(${pathText(before)}) WHERE load_id IN (${loads})`;
    await copyParquet(database, own, after, false);
    await objects.upload(key, after);
  } finally {
    database.close();
    for (const path of [before, after]) await rm(path, { force: true });
  }
}

export function bulkLost({ runId, plan }: LoadBatch): LandfallError {
  return new LandfallError({
    code: 'bulk-lost',
    message: `${plan.schema}.${plan.table}: run ${runId} handed its files to the bulk job, and there is no result of them`,
    hint: 'the next run hands them over again; the log of the job landfall-load tells more',
  });
}
