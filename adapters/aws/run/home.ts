/** What a run works with on AWS, however it was begun. */

import type { ProjectSource } from '../../../core/pipeline/session.ts';
import type { Clock, Ports } from '../../../core/ports.ts';
import type { Fence, Leases } from '../ledger/types.ts';
import type { ObjectStore } from '../objects/types.ts';

/** One piece of work of a run: a task, tried for the first time or again. */
export interface Work {
  readonly runId: string;
  /** The same when it is tried again, and unlike any other piece's: queries that were begun under it are found again. */
  readonly name: string;
  /** The lease under which it writes; null where it is of no data set, or writes nothing of one. */
  readonly fence: Fence | null;
}

export interface Workplace {
  readonly ports: Ports;
  /** Bytes that Athena has scanned for it so far. */
  scannedBytes(): number;
  close(): Promise<void>;
}

export interface RunHome {
  readonly source: ProjectSource;
  /** The lake's bucket. */
  readonly objects: ObjectStore;
  readonly leases: Leases;
  readonly clock: Clock;
  /** Milliseconds that the function has left. */
  remaining(): number;
  open(work: Work): Promise<Workplace>;
  /** Told what a piece of work came to. */
  count(counts: WorkCounts): void;
}

export interface WorkCounts {
  readonly rowsRead?: number;
  readonly rowsLoaded?: number;
  readonly rowsQuarantined?: number;
  readonly filesRefused?: number;
  readonly lateElements?: number;
  readonly scannedBytes?: number;
}

/** Milliseconds for which a lease holds unless it is renewed: longer than any function lives, so that it dies with it. */
export const LEASE_MS = 20 * 60 * 1000;

/** Milliseconds for which it holds while the bulk job works, which no function watches: the longest that the job may take. */
export const BULK_LEASE_MS = 8 * 60 * 60 * 1000;
