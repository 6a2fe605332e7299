/**
 * The authority over what was loaded: a DynamoDB table of conditional writes. A batch is one table's new files on their
 * way into the lake; each step of it may be repeated, and whoever finds an open batch of a data set that it holds the
 * lease of brings it to its end before it begins another.
 *
 *   claimed   load ids are given out; staged objects may be there or not -> abandoned: what was staged is removed
 *   staged    rows of every file lie in the staged table's folder, all that is to be written into the books lies in the
 *             batch's object -> the MERGE is computed and made (again, where it was made: it then changes nothing)
 *   merged    the clean table has the rows -> files, loads and ops objects are written (again)
 *   done      nothing is left to do
 */

import type { LedgerEntry } from '../../../core/loads.ts';

export type BatchState = 'claimed' | 'staged' | 'merged' | 'done' | 'abandoned';

export interface BatchItem {
  readonly dataset: string;
  readonly table: string;
  /** Sorts by time of claim. */
  readonly batchId: string;
  readonly runId: string;
  readonly state: BatchState;
  /** The first load id and how many were given out. */
  readonly firstLoad: number;
  readonly loads: number;
}

/** What is known of a landed file. */
export interface FileItem {
  readonly dataset: string;
  readonly key: string;
  /** The newest version that was looked at, refused or not. */
  readonly latest: LatestVersion;
  /** The version whose rows the lake has; null where none was ever sound. */
  readonly current: CurrentVersion | null;
}

export interface LatestVersion extends LedgerEntry {
  readonly loadId: number;
  /** Milliseconds since 1970, UTC: it keeps its first arrival where it loads again. */
  readonly arrivedAt: number;
}

export interface CurrentVersion {
  readonly table: string;
  readonly loadId: number;
  readonly batchId: string;
  readonly contentHash: string;
  /** Milliseconds since 1970, UTC: the version's first arrival. */
  readonly arrivedAt: number;
  readonly header: readonly string[] | null;
}

export interface Ledger {
  files(dataset: string): Promise<readonly FileItem[]>;
  /** Writes files whole; the last writer under the lease wins. */
  putFiles(files: readonly FileItem[], fence: Fence): Promise<void>;
  /** New fingerprints of unchanged files, by key. */
  touch(dataset: string, fingerprints: ReadonlyMap<string, string>): Promise<void>;
  /** Gives out load ids and opens a batch. */
  claim(dataset: string, table: string, runId: string, loads: number, fence: Fence): Promise<BatchItem>;
  /** Moves a batch on. @throws LandfallError `lost-lease`; `batch-moved` where it is not in the state `from` any more */
  advance(batch: BatchItem, to: BatchState, fence: Fence): Promise<BatchItem>;
  /** Batches of a data set that are neither done nor abandoned, the oldest first. */
  open(dataset: string): Promise<readonly BatchItem[]>;
}

/** Proves to every write that its writer still holds the data set's lease. */
export interface Fence {
  readonly dataset: string;
  readonly owner: string;
  /** Grows with each holder. */
  readonly token: number;
}

export interface Lease extends Fence {
  /** Milliseconds since 1970, UTC. */
  readonly expiresAt: number;
}

export interface Holder extends Pick<Lease, 'owner' | 'expiresAt'> {
  /** Whether another has come for it meanwhile. */
  readonly isWaitedFor: boolean;
}

export interface Leases {
  /** Who has it now; null where nobody does. */
  holder(dataset: string): Promise<Holder | null>;
  /** Null where another has it: then that one is told, and goes round again. */
  acquire(dataset: string, owner: string, ttl: number): Promise<Lease | null>;
  /** @throws LandfallError `lost-lease` */
  renew(lease: Fence, ttl: number): Promise<Lease>;
  /**
   * Gives a lease back, unless others came for it of whom its holder has not heard yet.
   *
   * @param heard how many came, as this said when it was last asked; none before
   * @returns 0 where it is given back; else how many came so far: the lease is kept, and the holder goes round again. They
   *   are told of until they are heard, so that a holder that is killed in between forgets nobody
   */
  release(lease: Fence, heard?: number): Promise<number>;
}

/** Small facts by group and name, such as what a model was made of; each is written whole. */
export interface Facts {
  all(group: string): Promise<ReadonlyMap<string, unknown>>;
  put(group: string, facts: ReadonlyMap<string, unknown>): Promise<void>;
  remove(group: string, names: readonly string[]): Promise<void>;
}
