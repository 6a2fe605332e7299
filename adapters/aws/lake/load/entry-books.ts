/** What the books say of a batch's files: loads, versions, drift. */

import { driftOf, type Entry, planHashOf, refusedDriftOf } from '../../../duckdb/entry.ts';
import type { BatchItem, FileItem } from '../../ledger/types.ts';
import { bookTime } from '../books.ts';
import type { BookLine, LoadBook } from './types.ts';

export function refusedBooks({ firstRefusal, refusals }: Entry): LoadBook[] {
  return refusals.map(({ file, contentHash, problem }, index) => ({
    load_id: firstRefusal + index,
    source_file: file.key,
    content_hash: contentHash,
    bytes: file.bytes,
    arrived_at: Math.floor(file.modifiedAt),
    rows_read: 0,
    rows_quarantined: 0,
    status: 'refused',
    error: problem.message,
  }));
}

export function loadedFiles({ batch, loaded }: Entry, { batchId }: BatchItem, books: readonly LoadBook[]): FileItem[] {
  const { plan } = batch;
  return loaded.map(({ version, loadId }) => {
    const { file, contentHash, header, drift } = version;
    const arrivedAt = books.find(({ load_id }) => load_id === loadId)?.arrived_at ?? Math.floor(file.modifiedAt);
    const own = { table: plan.table, loadId, contentHash, arrivedAt };
    return {
      dataset: plan.dataset,
      key: file.key,
      latest: { ...own, key: file.key, fingerprint: file.fingerprint, planHash: planHashOf(batch, drift) },
      current: { ...own, batchId, header },
    };
  });
}

/** What the file's last sound version brought stays: a refused version is no correction. */
export function refusedFiles(
  { batch, firstRefusal, refusals }: Entry,
  known: ReadonlyMap<string, FileItem>,
): FileItem[] {
  const { plan } = batch;
  return refusals.flatMap(({ file, contentHash, drift }, index) => {
    if (contentHash === null) return [];
    const latest = {
      key: file.key,
      table: plan.table,
      loadId: firstRefusal + index,
      contentHash,
      arrivedAt: Math.floor(file.modifiedAt),
      fingerprint: file.fingerprint,
      planHash: planHashOf(batch, drift),
    };
    return [{ dataset: plan.dataset, key: file.key, latest, current: known.get(file.key)?.current ?? null }];
  });
}

/** A version that is looked at again is no other version: what is said of it now stands instead. */
export function retold(entry: Entry, known: ReadonlyMap<string, FileItem>): number[] {
  const versions = [...entry.loaded.map(({ version }) => version), ...entry.refusals];
  return versions.flatMap(({ file, contentHash }) => {
    const { latest, current } = known.get(file.key) ?? {};
    const same = [latest, current].filter((one) => one != null && one.contentHash === contentHash);
    return [...new Set(same.flatMap((one) => one?.loadId ?? []))];
  });
}

export function driftLines(entry: Entry): BookLine[] {
  const { runId, plan } = entry.batch;
  return [...driftOf(entry), ...refusedDriftOf(entry)].flatMap(({ loadId, key, findings }) =>
    findings.map(({ kind, column, detail, suggestion, action }) => ({
      run_id: runId,
      load_id: loadId,
      dataset: plan.dataset,
      table_name: plan.table,
      source_file: key,
      kind,
      column_name: column,
      detail,
      suggestion,
      policy: plan.policy,
      action,
      detected_at: bookTime(entry.finishedAt),
    })),
  );
}
