/** What the parts of the lake share. */

import type { Athena } from '../athena/types.ts';
import type { Facts } from '../ledger/types.ts';
import type { ObjectStore } from '../objects/types.ts';
import type { GlueTables } from './glue-tables.ts';

export interface LakeContext {
  readonly athena: Athena;
  readonly glue: GlueTables;
  /** The lake bucket. */
  readonly objects: ObjectStore;
  readonly facts: Facts;
  /** Of every contract; Landfall's own are not among them. */
  readonly schemas: readonly string[];
  /** Whose changes a refresh follows; empty where nothing is changed. */
  readonly runId: string;
  /**
   * Names one piece of work: a function that is tried again has the same, whatever comes after it another. What is made
   * under it is found again instead of made twice.
   */
  readonly work: string;
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
}

/** The database of what views are made of: models as tables, a version each, and the books as they are written. */
export const TABLES = 'landfall_tables';

/**
 * Models or results of a data set that are made at a time: each waits for Athena most of its time. Data sets are made side
 * by side, too, and an account may have some twenty queries at once.
 */
export const REFRESHES_AT_ONCE = 4;
