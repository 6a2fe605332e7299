/**
 * One table's new files, on their way into the lake: claimed, staged, merged, done. A kill anywhere leaves an open batch,
 * which whoever holds the lease next abandons, where its rows are not staged yet, or brings to its end.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isReplay } from '../../../../core/contracts/replay.ts';
import type { LoadBatch } from '../../../../core/loads.ts';
import type { LoadPlan } from '../../../../core/plans/load-plan.ts';
import type { SparkJob } from '../../../../core/plans/spark-job.ts';
import { Database } from '../../../duckdb/database.ts';
import { driftOf, type Entry } from '../../../duckdb/entry.ts';
import { cleanName } from '../../../duckdb/names.ts';
import { readBatch } from '../../../duckdb/read.ts';
import { withoutValues } from '../../../duckdb/redact.ts';
import type { BatchItem, FileItem } from '../../ledger/types.ts';
import { bulkLost, handedOver, takeOver } from './bulk.ts';
import { driftLines, loadedFiles, refusedBooks, refusedFiles, retold } from './entry-books.ts';
import { learntColumns } from './learnt.ts';
import { findBatch, listLoads, readAnswer, writeBatch } from './objects.ts';
import { outcomeOf } from './outcome.ts';
import { cantReplay } from './replaced.ts';
import { settle, settleOpen } from './settle.ts';
import { shapeOf } from './shape.ts';
import { claimFor, keepArrivals, loadedBooks, replayLines, stageBooks, stageLoads } from './staging.ts';
import { targetsOf } from './targets.ts';
import type { AthenaLoadOutcome, Batch, LoadContext, Made } from './types.ts';

/**
 * Loads a batch under the data set's lease. Open batches of the data set are ended first; where one of them was this very
 * batch, its outcome is given again.
 *
 * @throws LandfallError `not-on-aws`, `lost-lease`; TransientError where the time that is left does not suffice: asked
 *   again, it goes on where it was
 */
export async function loadBatch(context: LoadContext, batch: LoadBatch): Promise<AthenaLoadOutcome> {
  const { plan } = batch;
  expectPossible(batch);
  const handed = await handedOver(context, batch.runId, plan.dataset);
  await settleOpen(
    context,
    plan.dataset,
    handed?.jobs.map(({ batch_id }) => batch_id),
  );
  const files = new Map((await context.ledger.files(plan.dataset)).map((file) => [file.latest.key, file]));
  const done = await loadedBefore(context, batch, files);
  if (done !== null) return done;
  try {
    const job = handed?.jobs.find(({ table }) => table === plan.table);
    return await load(context, batch, files, job ?? null);
  } catch (error) {
    throw plan.isProtected ? withoutValues(error, cleanName(plan)) : error;
  }
}

function expectPossible({ plan, files }: LoadBatch): void {
  const mended = plan.load === 'replace' ? files.find(({ file }) => isReplay(file.key)) : undefined;
  if (mended !== undefined) throw cantReplay(cleanName(plan), mended.file.key);
}

/** A function that was killed when all was done may be asked the same again. */
async function loadedBefore(
  { objects }: LoadContext,
  batch: LoadBatch,
  known: ReadonlyMap<string, FileItem>,
): Promise<AthenaLoadOutcome | null> {
  const { dataset, table } = batch.plan;
  // Of a file that was refused, or changed while it was read, the lake has what an older batch brought.
  for (const batchId of new Set(batch.files.map(({ file }) => known.get(file.key)?.current?.batchId))) {
    const found = batchId === undefined ? null : await findBatch(objects, { dataset, table, batchId });
    if (found === null || !isOf(found, batch)) continue;
    const answer = await readAnswer(objects, found);
    if (answer !== null) return outcomeOf(found, answer);
  }
  return null;
}

function isOf({ runId, loads, outcome }: Batch, { runId: asking, files, refusals }: LoadBatch): boolean {
  const named = (versions: readonly (readonly [key: string, hash: string | null])[]) =>
    JSON.stringify(versions.toSorted());
  const left = new Set(outcome.left.map(({ file }) => file));
  const asked = [...files, ...refusals].filter(({ file }) => !left.has(file.key));
  return (
    runId === asking &&
    named(asked.map(({ file, contentHash }) => [file.key, contentHash])) ===
      named(loads.map(({ source_file, content_hash }) => [source_file, content_hash]))
  );
}

async function load(
  context: LoadContext,
  batch: LoadBatch,
  known: ReadonlyMap<string, FileItem>,
  job: SparkJob | null,
): Promise<AthenaLoadOutcome> {
  const { ledger, fence } = context;
  const ended = async (item: BatchItem, staged: Batch) =>
    outcomeOf(staged, await settle(context, await ledger.advance(item, 'staged', fence), staged));
  if (job !== null) {
    const item = (await ledger.open(batch.plan.dataset)).find(({ batchId }) => batchId === job.batch_id);
    if (item === undefined) throw bulkLost(batch);
    return ended(item, await stage(context, batch, known, item, await takeOver(context, batch, item, job)));
  }
  const item = await claimFor(ledger, batch, fence);
  return ended(item, await stageHere(context, batch, known, item));
}

/** DuckDB reads the files, here in the function. */
async function stageHere(
  context: LoadContext,
  batch: LoadBatch,
  known: ReadonlyMap<string, FileItem>,
  item: BatchItem,
): Promise<Batch> {
  const { objects, scratch, source, engine, key, now } = context;
  const { plan, files } = batch;
  await mkdir(scratch, { recursive: true });
  const database = await Database.open({ file: null, readOnly: false, spill: join(scratch, 'spill'), ...engine });
  const work = async () => {
    const startedAt = now();
    const keys = files.map(({ file }) => file.key);
    const read = await readBatch(database, batch, source, item.firstLoad, {
      keepArrivals: () => keepArrivals(database, plan.table, known, keys),
      // Nobody is forgotten in this lake: that is refused.
      leaveOut: async () => undefined,
    });
    const { loaded, refusals, retyped, left, careful } = read;
    const books = await loadedBooks(database, read);
    const staging = { database, objects, scratch };
    return stage(context, batch, known, item, {
      ...{ startedAt, loaded, refusals, retyped, left, books },
      replays: loaded.length === 0 ? [] : await replayLines(database),
      stageRows: (shape) => stageLoads(staging, plan, shape, careful, books),
      stageBooks: () => stageBooks(staging, plan, careful, item),
    });
  };
  try {
    return await (plan.isKeyed && files.length > 0 ? key.lend(database, work) : work());
  } finally {
    database.close();
  }
}

/** Rows, failing rows and the batch's object: all that it takes to bring the batch to its end. */
async function stage(
  context: LoadContext,
  batch: LoadBatch,
  known: ReadonlyMap<string, FileItem>,
  item: BatchItem,
  made: Made,
): Promise<Batch> {
  const { objects, now } = context;
  const { plan, siblings, files } = batch;
  const { loaded, refusals, retyped, books } = made;
  const entry: Entry = {
    batch,
    startedAt: made.startedAt,
    finishedAt: now(),
    firstRefusal: item.firstLoad + files.length,
    refusals,
    loaded,
    retyped,
  };
  const learnt = await learntColumns(context.facts);
  const brought = new Set(loaded.flatMap(({ version }) => version.header));
  const had = (one: LoadPlan, column: string) => (learnt.get(cleanName(one)) ?? []).includes(column);
  const shape = shapeOf(plan, (column) => had(plan, column) || brought.has(column));
  await made.stageRows(shape);
  const others = siblings.map((sibling) => shapeOf(sibling, (column) => had(sibling, column)));
  const { targets, lists } = targetsOf({ item, shape, others, books, known });
  for (const [index, { batch: list }] of targets.entries()) await listLoads(objects, list, lists[index] ?? []);
  const done: Batch = {
    batchId: item.batchId,
    runId: batch.runId,
    dataset: plan.dataset,
    table: plan.table,
    startedAt: entry.startedAt,
    finishedAt: entry.finishedAt,
    targets,
    loads: [...books, ...refusedBooks(entry)],
    files: [...loadedFiles(entry, item, books), ...refusedFiles(entry, known)],
    drift: driftLines(entry),
    replays: made.replays,
    superseded: targets.flatMap(({ gone }) => gone.map((load_id) => ({ load_id, hides: plan.isProtected }))),
    retold: retold(entry, known),
    staged: loaded.length === 0 ? NO_BOOKS : await made.stageBooks(),
    isProtected: plan.isProtected && loaded.length > 0,
    learnt: shape.columns.map(({ name }) => name).filter((name) => isNew(plan, name) && !had(plan, name)),
    trackBy: batch.trackBy,
    outcome: {
      refusals,
      left: made.left,
      drift: driftOf(entry).flatMap((one) => one.findings.map((finding) => ({ key: one.key, finding }))),
    },
  };
  await writeBatch(objects, done);
  return done;
}

const NO_BOOKS = { quarantine: false, drift_values: false };

const isNew = (plan: LoadPlan, name: string) =>
  plan.columns.some((column) => column.name === name && column.evolved === true);
