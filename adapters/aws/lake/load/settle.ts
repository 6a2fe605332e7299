/** Brings a batch whose rows are staged to its end. Every step of it may be repeated, by whoever holds the lease. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnType } from '../../../../core/contracts/types.ts';
import { changedRows } from '../../../../core/models/changed-rows.ts';
import { problemCode, TransientError } from '../../../../core/problems.ts';
import type { Value } from '../../../../core/tabular.ts';
import type { BatchItem } from '../../ledger/types.ts';
import { removeUnder } from '../../objects/sweep.ts';
import { bookFolder, bookKey, bookLines, bookTime } from '../books.ts';
import { askChanges, insertChanges, mergeChanges, spansOf } from './changes.ts';
import { rememberLearnt } from './learnt.ts';
import {
  attemptOf,
  nextAttempt,
  partOf,
  readAnswer,
  readBatchObject,
  removeStaged,
  schemaOf,
  settleTarget,
  writeAnswer,
} from './objects.ts';
import { LINEAGE } from './shape.ts';
import { addColumns } from './tables.ts';
import type { Answer, Batch, ChangedValues, SettleContext, Target, TargetAnswer } from './types.ts';

/**
 * Ends what others, or this one before it was killed, have begun for a data set: the oldest first.
 *
 * @param kept ids of batches whose rows a job has staged, and that are still to be loaded
 */
export async function settleOpen(context: SettleContext, dataset: string, kept: readonly string[] = []): Promise<void> {
  for (const item of await context.ledger.open(dataset)) {
    if (item.state === 'claimed' && kept.includes(item.batchId)) continue;
    if (item.state === 'claimed') await abandon(context, item);
    else await settle(context, item, await readBatchObject(context.objects, item));
  }
}

/** Nothing of it counts yet, and nothing of it will: its loads are in no list. */
async function abandon({ objects, ledger, fence }: SettleContext, item: BatchItem): Promise<void> {
  const shape = { schema: schemaOf(item.dataset), table: item.table };
  await ledger.advance(item, 'abandoned', fence);
  const loads = Array.from({ length: item.loads }, (_, index) => item.firstLoad + index);
  await removeStaged(objects, shape, loads);
  await removeUnder(objects, partOf(item, ''));
}

/** @returns what its changes came to */
export async function settle(context: SettleContext, item: BatchItem, batch: Batch): Promise<Answer> {
  const { objects, ledger, fence } = context;
  let open = item;
  const answer = (await readAnswer(objects, batch)) ?? (await computeChanges(context, batch));
  if (open.state === 'staged') {
    for (const [index, target] of batch.targets.entries()) {
      const own = answer.targets[index];
      if (own !== undefined && own.change !== 'none') await merge(context, batch, target, own);
    }
    open = await ledger.advance(open, 'merged', fence);
  }
  await writeBooks(context, batch, answer);
  await rememberLearnt(context.facts, batch);
  for (const [index, { shape }] of batch.targets.entries()) {
    if (answer.targets[index]?.change === 'none' && batch.learnt.length === 0) continue;
    const table = `${shape.schema}.${shape.table}`;
    await context.renew(table, [...shape.columns, ...LINEAGE], `${batch.batchId} ${table}`);
  }
  for (const target of batch.targets) await settleTarget(objects, target);
  for (const { shape, gone } of batch.targets) await removeStaged(objects, shape, gone);
  // Last of all: as long as its files are not known, whoever finds them comes by here again.
  await ledger.putFiles(batch.files, fence);
  await ledger.advance(open, 'done', fence);
  await objects.remove([partOf(batch, 'quarantine.parquet'), partOf(batch, 'drift_values.parquet')]);
  return answer;
}

async function merge({ athena }: SettleContext, { batchId }: Batch, target: Target, own: TargetAnswer): Promise<void> {
  for (const span of own.spans) {
    const sql = mergeChanges(target.shape, target.batch, own.partition, span);
    await athena.run(sql, { token: `${batchId} merge` });
  }
}

/** Writes and counts the changes of every target, before any of them is made. */
async function computeChanges(context: SettleContext, batch: Batch): Promise<Answer> {
  const tables = batch.targets.filter(({ mayChange }) => mayChange);
  await addColumns(context, batch);
  await context.unsettle(tables.map(({ shape }) => `${shape.schema}.${shape.table}`));
  const targets: TargetAnswer[] = [];
  const entered: Record<string, number> = {};
  for (const [index, target] of batch.targets.entries()) {
    const told = target.mayChange ? await changesOf(context, batch, target, index) : NOTHING;
    Object.assign(entered, told.entered);
    targets.push(told.answer);
  }
  return writeAnswer(context.objects, batch, { entered, targets });
}

interface Told {
  readonly entered: Readonly<Record<string, number>>;
  readonly answer: TargetAnswer;
}

const NOTHING: Told = { entered: {}, answer: { partition: '', change: 'none', spans: [], changed: [] } };

async function changesOf(context: SettleContext, batch: Batch, target: Target, index: number): Promise<Told> {
  const { athena, objects } = context;
  const { shape } = target;
  const trackBy = index === 0 ? batch.trackBy : [];
  for (;;) {
    const attempt = await attemptOf(objects, batch, index);
    const partition = `${target.batch}.${attempt}`;
    const token = `${batch.batchId} changes ${attempt}`;
    const anew = () => nextAttempt(objects, batch, index, attempt + 1);
    await athena.run(insertChanges(shape, target.batch, partition), { token, isOnce: true }).catch(async (error) => {
      // What was not finished in time goes on, and is found again.
      if (!(error instanceof TransientError) || problemCode(error) === 'query-failed') await anew();
      throw error;
    });
    const found = await athena.read(askChanges(shape, partition, trackBy), { token: `${token} asked` });
    const rows = found.rows.map(([kind, name, n]) => ({ kind: String(kind), name: String(name), n: Number(n) }));
    const count = (kind: string) => rows.find((row) => row.kind === kind)?.n ?? 0;
    if (count('twice') > 0) {
      await anew();
      continue;
    }
    const entered = rows.filter(({ kind }) => kind === 'entered');
    const partitions = rows.filter(({ kind }) => kind === 'partition').map(({ name }) => name);
    const isChanged = entered.length + count('left') > 0;
    const isWhole = shape.load === 'replace' || count('before') === 0 || batch.learnt.length > 0;
    return {
      entered: Object.fromEntries(entered.map(({ name, n }) => [name, n])),
      answer: {
        partition,
        change: !isChanged ? 'none' : isWhole && index === 0 ? 'all' : 'rows',
        spans: spansOf(partitions),
        changed: trackBy.map((by, place) =>
          changedValues(
            target,
            by,
            rows.filter(({ kind }) => kind === `by ${place}`),
          ),
        ),
      },
    };
  }
}

function changedValues(
  { shape }: Target,
  by: readonly string[],
  found: readonly { readonly name: string }[],
): ChangedValues {
  const columns = by.map((name) => ({
    name,
    type: shape.columns.find((column) => column.name === name)?.type ?? ('string' as const),
  }));
  const rows = found.map(({ name }) =>
    (JSON.parse(name) as (string | null)[]).map((value, index) => parsed(value, columns[index]?.type)),
  );
  return { by, rows: changedRows({ columns, rows }) };
}

/** What was printed as a text, to be told apart by column sets of any types. */
function parsed(text: string | null, type: ColumnType | undefined): Value {
  if (text === null) return null;
  if (type === 'double') return Number(text);
  return type === 'boolean' ? text === 'true' : text;
}

/** Each object is written whole, under the batch's name: made twice they are the same. The loads come last. */
async function writeBooks({ objects, scratch }: SettleContext, batch: Batch, { entered }: Answer): Promise<void> {
  const place = [schemaOf(batch.dataset), batch.table, batch.batchId] as const;
  for (const book of ['quarantine', 'drift_values'] as const) {
    if (!batch.staged[book] || (await objects.head(bookKey(book, ...place))) !== null) continue;
    const path = join(scratch, `${batch.batchId.replaceAll(/[^\w.-]/g, '-')}-${book}.parquet`);
    // Of a function that has staged nothing itself it is not there yet.
    await mkdir(scratch, { recursive: true });
    try {
      await objects.download(partOf(batch, `${book}.parquet`), path);
      await objects.upload(bookKey(book, ...place), path);
    } finally {
      await rm(path, { force: true });
    }
  }
  if (batch.isProtected) await removeAside(objects, bookFolder('drift_values'), place);
  const loads = batch.loads.map(({ arrived_at, ...load }) => {
    const loaded = load.status === 'loaded' ? (entered[load.load_id] ?? 0) : 0;
    return {
      ...load,
      run_id: batch.runId,
      dataset: batch.dataset,
      table_name: batch.table,
      arrived_at: bookTime(arrived_at),
      rows_loaded: loaded,
      rows_duplicate: load.rows_read - load.rows_quarantined - loaded,
      started_at: bookTime(batch.startedAt),
      finished_at: bookTime(batch.finishedAt),
    };
  });
  const lines = {
    superseded: batch.superseded,
    retold: batch.retold.map((load_id) => ({ load_id })),
    drift: batch.drift,
    replays: batch.replays,
    loads,
  };
  for (const [book, rows] of Object.entries(lines) as [keyof typeof lines, Readonly<Record<string, Value>>[]][]) {
    if (rows.length > 0)
      await objects.put(bookKey(book, ...place), bookLines(book, rows), { contentType: 'application/json' });
  }
}

/** What was kept before the contract protected a column may be as personal as that. */
async function removeAside(
  objects: SettleContext['objects'],
  folder: string,
  [schema, table, batchId]: readonly [string, string, string],
): Promise<void> {
  const own = `${folder}${schema}/${table}/`;
  await removeUnder(objects, own, (key) => key < `${own}${batchId}`);
}
