/** One table's new files, in one transaction: their rows and their ledger entries appear together or not at all. */

import type { LoadBatch, LoadOutcome, TableBooks } from '../../../core/loads.ts';
import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { Database } from '../../duckdb/database.ts';
import { driftOf, type Entry, planHashOf } from '../../duckdb/entry.ts';
import { BAD } from '../../duckdb/mend.ts';
import { cleanName, text, timestamp } from '../../duckdb/names.ts';
import type { ProtectKey } from '../../duckdb/protect-key.ts';
import { readBatch } from '../../duckdb/read.ts';
import { withoutValues } from '../../duckdb/redact.ts';
import type { FileSource } from '../../duckdb/settled.ts';
import { incoming, REJECTS } from '../../duckdb/stage.ts';
import { keepAside, recordDrift } from './drift.ts';
import { dropErased } from './erasure.ts';
import { asStored, learn } from './evolved.ts';
import { merge, NONE, noRows, rowsOf } from './merge.ts';
import { publishQuarantine } from './quarantine.ts';
import { replace } from './replace.ts';
import { keepOrigins, settleReplayed } from './replays.ts';
import { dropTemporary } from './temporary.ts';
import { renew } from './versions.ts';

/** @param key lent to the engine for as long as it protects values */
export async function loadBatch(
  database: Database,
  batch: LoadBatch,
  source: FileSource,
  key: ProtectKey,
  now: () => number,
): Promise<LoadOutcome> {
  const { plan } = batch;
  const work = () => load(database, batch, source, key, now);
  try {
    return await (plan.isKeyed && batch.files.length > 0 ? key.lend(database, work) : work());
  } catch (error) {
    throw plan.isProtected ? withoutValues(error, cleanName(plan)) : error;
  } finally {
    await dropTemporary(database, TEMPORARY);
  }
}

async function load(
  database: Database,
  batch: LoadBatch,
  source: FileSource,
  key: ProtectKey,
  now: () => number,
): Promise<LoadOutcome> {
  const startedAt = now();
  const { plan } = batch;
  const firstId = await nextLoadId(database);
  const { files, careful, left, refusals, loaded, retyped } = await readBatch(database, batch, source, firstId, {
    keepArrivals: () => keepArrivals(database, plan),
    leaveOut: (anyCareful) => dropErased(database, plan, anyCareful, key),
  });
  const entry: Entry = {
    batch,
    startedAt,
    finishedAt: now(),
    firstRefusal: firstId + batch.files.length,
    refusals,
    loaded,
    retyped,
  };
  const done = await database.transaction(() => publish(database, entry, careful));
  return {
    books: await booksOf(database, plan, files.length > 0),
    filesLoaded: files.length - (refusals.length - batch.refusals.length),
    refusals,
    left,
    drift: driftOf(entry).flatMap(({ key, findings }) => findings.map((finding) => ({ key, finding }))),
    ...done,
  };
}

const NOTHING = { change: 'none', alsoChanged: [], learnt: [] } as const;

async function publish(
  database: Database,
  entry: Entry,
  anyCareful: boolean,
): Promise<Pick<LoadOutcome, 'change' | 'alsoChanged' | 'learnt'>> {
  const { siblings, trackBy } = entry.batch;
  await recordDrift(database, entry);
  await recordRefusals(database, entry);
  if (entry.loaded.length === 0) return NOTHING;
  const versions = entry.loaded.map(({ version }) => version);
  const { plan, learnt } = await learn(database, entry.batch.plan, versions);
  const alsoChanged = await takeFrom(database, siblings);
  const gone = rowsOf(await supersede(database, plan));
  await keepOrigins(database);
  const rows = incoming(plan, anyCareful);
  const rowsChange =
    plan.load === 'replace'
      ? await replace(database, plan, rows, gone)
      : await merge(database, { plan, incoming: rows, fromStaged: !anyCareful, gone, trackBy });
  // A new column is null in every row that there was.
  const change = learnt.length > 0 ? 'all' : rowsChange;
  await keepAside(database, plan, anyCareful);
  await publishQuarantine(database, plan);
  await recordLoads(database, entry);
  await settleReplayed(database, plan);
  const changed = [...alsoChanged, ...(change === 'none' ? [] : [cleanName(plan)])];
  for (const table of changed) {
    await renew(database, table);
    await database.run(`INSERT INTO storage.stale VALUES (${text(table)})`);
  }
  return { change, alsoChanged, learnt };
}

/** The files' rows leave the tables that an earlier contract had put them into. @returns those tables */
async function takeFrom(database: Database, siblings: readonly LoadPlan[]): Promise<string[]> {
  const left: string[] = [];
  for (const sibling of siblings) {
    const plan = await asStored(database, sibling);
    const gone = rowsOf(await supersede(database, plan));
    if (gone === NONE) continue;
    if (plan.load === 'replace') await replace(database, plan, null, gone);
    else await merge(database, { plan, incoming: noRows(plan), gone, trackBy: [] });
    left.push(cleanName(plan));
  }
  return left;
}

/** Older versions of the same files: their loads, whose rows go. */
async function supersede(database: Database, plan: LoadPlan): Promise<number[]> {
  const where = `dataset = ${text(plan.dataset)} AND table_name = ${text(plan.table)}
    AND source_file IN (SELECT source_file FROM files)`;
  const old = await database.rows<{ load_id: string }>(
    `SELECT load_id FROM storage.ledger WHERE is_current AND ${where}`,
  );
  await database.run(`UPDATE storage.ledger SET is_current = false, is_latest = false WHERE ${where}`);
  const ids = old.map(({ load_id }) => Number(load_id));
  if (ids.length > 0) {
    const list = ids.join(', ');
    await database.run(`UPDATE ops.loads SET status = 'superseded' WHERE load_id IN (${list})`);
    await database.run(`UPDATE ops.quarantine SET status = 'superseded' WHERE load_id IN (${list})`);
    await database.run(`DELETE FROM ops.drift_values WHERE load_id IN (${list})`);
    // It may be from before the contract said so.
    if (plan.isProtected) {
      await database.run(`UPDATE ops.quarantine SET raw_row = NULL WHERE load_id IN (${list}) AND raw_row IS NOT NULL`);
    }
  }
  return ids;
}

async function recordLoads(database: Database, { batch, startedAt, finishedAt }: Entry): Promise<void> {
  const { plan, runId } = batch;
  const versions = batch.files.map(
    ({ file, header, drift }) =>
      `(${text(file.key)}, ${text(file.fingerprint)}, CAST(${file.bytes} AS BIGINT), ${text(JSON.stringify(header))}, ${text(planHashOf(batch, drift))})`,
  );
  const known = `files JOIN (VALUES ${versions.join(', ')}) AS versions(source_file, fingerprint, bytes, header, plan_hash)
    ON versions.source_file = files.source_file`;
  await database.run(`INSERT INTO ops.loads
    SELECT files.load_id, ${text(runId)}, ${text(plan.dataset)}, ${text(plan.table)}, files.source_file, content_hash,
      bytes, arrived_at, rows_read, coalesce(written.rows, 0), rows_read - rows_bad - coalesce(written.rows, 0), rows_bad,
      'loaded', NULL, ${timestamp(startedAt)}, ${timestamp(finishedAt)}
    FROM ${known} LEFT JOIN written ON written._load_id = files.load_id ORDER BY files.load_id`);
  await database.run(`INSERT INTO storage.ledger
    SELECT files.load_id, ${text(plan.dataset)}, ${text(plan.table)}, files.source_file, content_hash, plan_hash,
      fingerprint, true, true, header
    FROM ${known} ORDER BY files.load_id`);
}

async function recordRefusals(database: Database, entry: Entry): Promise<void> {
  const { batch, startedAt, finishedAt } = entry;
  const { plan, runId } = batch;
  for (const [index, { file, contentHash, problem, drift }] of entry.refusals.entries()) {
    const id = entry.firstRefusal + index;
    const mine = `dataset = ${text(plan.dataset)} AND table_name = ${text(plan.table)} AND source_file = ${text(file.key)}`;
    await database.run(`DELETE FROM ops.loads WHERE ${mine} AND content_hash IS NULL`);
    const hash = contentHash === null ? 'NULL' : text(contentHash);
    await database.run(`INSERT INTO ops.loads VALUES (${id}, ${text(runId)}, ${text(plan.dataset)}, ${text(plan.table)},
      ${text(file.key)}, ${hash}, ${file.bytes}, ${timestamp(file.modifiedAt)}, 0, 0, 0, 0, 'refused',
      ${text(problem.message)}, ${timestamp(startedAt)}, ${timestamp(finishedAt)})`);
    if (contentHash === null) continue;
    // What the file's last sound version brought stays: a refused version is no correction.
    await database.run(`UPDATE storage.ledger SET is_latest = false WHERE ${mine}`);
    await database.run(`INSERT INTO storage.ledger VALUES (${id}, ${text(plan.dataset)}, ${text(plan.table)},
      ${text(file.key)}, ${hash}, ${text(planHashOf(batch, drift))}, ${text(file.fingerprint)}, true, false, NULL)`);
  }
}

async function booksOf(database: Database, plan: LoadPlan, any: boolean): Promise<TableBooks> {
  const nothing = { table_name: plan.table, rows_read: 0, rows_loaded: 0, rows_duplicate: 0, rows_quarantined: 0 };
  if (!any) return nothing;
  const sums = await database
    .rows<Record<'read' | 'bad' | 'loaded', string | null>>(`
    SELECT sum(rows_read) AS read, sum(rows_bad) AS bad, sum(coalesce(written.rows, 0)) AS loaded
    FROM files LEFT JOIN written ON written._load_id = files.load_id`)
    .catch(() => []);
  const [read, bad, loaded] = [Number(sums[0]?.read ?? 0), Number(sums[0]?.bad ?? 0), Number(sums[0]?.loaded ?? 0)];
  return {
    ...nothing,
    rows_read: read,
    rows_loaded: loaded,
    rows_duplicate: read - bad - loaded,
    rows_quarantined: bad,
  };
}

const TEMPORARY = [
  'staged',
  'mended',
  'failing',
  'bad_rows',
  'fresh',
  'ranked',
  'touched',
  'leaving',
  'written',
  'versions',
  'replayed',
  'counted',
  'good_lines',
  'bad_lines',
  'lines',
  'rejected',
  REJECTS,
  `${REJECTS}_scans`,
  BAD,
  `${BAD}_scans`,
  'origins',
  'erased_rows',
  'files',
];

async function nextLoadId(database: Database): Promise<number> {
  const rows = await database.rows<{ next: string }>('SELECT coalesce(max(load_id), 0) + 1 AS next FROM ops.loads');
  return Number(rows[0]?.next ?? 1);
}

/** A version that was seen before keeps its arrival, whatever its file's time is now. */
async function keepArrivals(database: Database, plan: LoadPlan): Promise<void> {
  await database.run(`UPDATE files SET arrived_at = known.arrived_at FROM (
      SELECT loads.source_file, loads.arrived_at FROM ops.loads
      JOIN storage.ledger ON ledger.load_id = loads.load_id AND ledger.is_latest
      JOIN files AS versions
        ON versions.source_file = loads.source_file AND versions.content_hash = loads.content_hash
      WHERE loads.dataset = ${text(plan.dataset)} AND loads.table_name = ${text(plan.table)}
    ) AS known WHERE known.source_file = files.source_file`);
}
