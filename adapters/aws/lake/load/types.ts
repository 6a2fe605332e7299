/** What a load has at hand, and what of a batch is kept until it is done. */

import type { LoadOutcome } from '../../../../core/loads.ts';
import type { ChangedRows } from '../../../../core/models/changed-rows.ts';
import type { LandedFile, Refusal } from '../../../../core/ports.ts';
import type { Problem } from '../../../../core/problems.ts';
import type { WarehouseColumn } from '../../../../core/warehouse/types.ts';
import type { Entry } from '../../../duckdb/entry.ts';
import type { ProtectKey } from '../../../duckdb/protect-key.ts';
import type { FileSource } from '../../../duckdb/settled.ts';
import type { Athena } from '../../athena/types.ts';
import type { Facts, Fence, FileItem, Ledger } from '../../ledger/types.ts';
import type { ObjectStore } from '../../objects/types.ts';
import type { GlueTables } from '../glue-tables.ts';
import type { Span } from './changes.ts';
import type { TableShape } from './shape.ts';

/** What loads ask of a bucket. */
export type LakeObjects = Pick<
  ObjectStore,
  'bucket' | 'list' | 'head' | 'text' | 'put' | 'upload' | 'download' | 'remove'
>;

/** What brings an open batch to its end; it needs no contract and no landed file. */
export interface SettleContext {
  readonly athena: Athena;
  readonly glue: Pick<GlueTables, 'get' | 'put'>;
  /** The lake bucket. */
  readonly objects: LakeObjects;
  readonly ledger: Ledger;
  readonly facts: Facts;
  /** Of the data set's lease. */
  readonly fence: Fence;
  /** A folder that is gone with the function. */
  readonly scratch: string;
  /** Told before the rows of a clean table (`schema.table`) may change: models that read it are out of date from then on. */
  readonly unsettle: (tables: readonly string[]) => Promise<void>;
  /**
   * Gives a clean table another version, once its rows or columns are others.
   *
   * @param seed of the version: the same change has the same
   */
  readonly renew: (table: string, columns: readonly WarehouseColumn[], seed: string) => Promise<void>;
}

/** The landing zone, as functions and the bulk job see it. */
export interface LandedSource extends FileSource {
  /** Where Spark reads a file. */
  addressOf(file: LandedFile): string;
}

export interface LoadContext extends SettleContext {
  readonly source: LandedSource;
  readonly key: ProtectKey;
  readonly engine?: EngineSettings;
  /** Milliseconds since 1970, UTC. */
  readonly now: () => number;
}

/** How much DuckDB may take. */
export interface EngineSettings {
  /** @default the processors that there are */
  readonly threads?: number;
  /** Such as `4GB`. @default as on a laptop */
  readonly memory?: string;
}

/** A clean table that a batch changes: its own, or one that a changed contract takes files from. */
export interface Target {
  readonly shape: TableShape;
  /** Under which the loads that count are listed for it. */
  readonly batch: string;
  /** Whether any load is listed that could change it. */
  readonly mayChange: boolean;
  /** Older versions, whose staged rows nobody asks for any more. */
  readonly gone: readonly number[];
}

/** A row of the book of loads, but for what only the MERGE tells. */
export interface LoadBook {
  readonly load_id: number;
  readonly source_file: string;
  readonly content_hash: string | null;
  readonly bytes: number;
  /** Milliseconds since 1970, UTC. */
  readonly arrived_at: number;
  readonly rows_read: number;
  readonly rows_quarantined: number;
  readonly status: 'loaded' | 'refused';
  readonly error: string | null;
}

/** What an engine made of a batch's files. */
export interface Made extends Pick<Entry, 'startedAt' | 'loaded' | 'retyped'> {
  /** The batch's own, and those of files that were read. */
  readonly refusals: readonly Refusal[];
  readonly left: readonly Problem[];
  /** Of the files that are loaded. */
  readonly books: readonly LoadBook[];
  readonly replays: readonly BookLine[];
  /** Puts the sound rows where the staged table reads them, where the engine has not. */
  stageRows(shape: TableShape): Promise<void>;
  /** Puts what goes into books beside the batch's object. */
  stageBooks(): Promise<Batch['staged']>;
}

/** A row of a book. */
export type BookLine = Readonly<Record<string, string | number | null>>;

/** The batch's object: all that is to become of it, once its rows are staged. */
export interface Batch {
  readonly batchId: string;
  readonly runId: string;
  readonly dataset: string;
  readonly table: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  /** The batch's own table is the first. */
  readonly targets: readonly Target[];
  readonly loads: readonly LoadBook[];
  /** As the ledger is to have them. */
  readonly files: readonly FileItem[];
  /** Rows of the books of that name. */
  readonly drift: readonly BookLine[];
  readonly replays: readonly BookLine[];
  readonly superseded: readonly { readonly load_id: number; readonly hides: boolean }[];
  readonly retold: readonly number[];
  /** Whether objects of these books lie beside this one. */
  readonly staged: { readonly quarantine: boolean; readonly drift_values: boolean };
  /** Whether a column of the table is protected: what was kept of it before that is removed. */
  readonly isProtected: boolean;
  readonly learnt: readonly string[];
  readonly trackBy: readonly (readonly string[])[];
  readonly outcome: Pick<LoadOutcome, 'refusals' | 'left' | 'drift'>;
}

/** What the changes of a batch come to, asked once, before any of them is made. */
export interface Answer {
  /** By load: rows that stand in the table. */
  readonly entered: Readonly<Record<string, number>>;
  readonly targets: readonly TargetAnswer[];
}

export interface TargetAnswer {
  /** Of the changes. */
  readonly partition: string;
  readonly change: 'none' | 'rows' | 'all';
  readonly spans: readonly (Span | null)[];
  readonly changed: readonly ChangedValues[];
}

/** The values of a column set in the rows that left or entered a table; null where they are too many to tell. */
export interface ChangedValues {
  readonly by: readonly string[];
  readonly rows: ChangedRows | null;
}

/** A load's outcome, and the values by which models can follow it. */
export interface AthenaLoadOutcome extends LoadOutcome {
  readonly changed: readonly ChangedValues[];
}
