/** Versions of files as the lake takes them in: what it knows of them, what it is given, and what came of it. */

import type { Drift } from './contracts/drift/types.ts';
import type { TableContract } from './contracts/types.ts';
import type { FileVersion, Refusal } from './landed.ts';
import type { LoadPlan } from './plans/load-plan.ts';
import type { Problem } from './problems.ts';

/** A version of a file, as the ledger knows it. */
export interface LedgerEntry {
  readonly key: string;
  readonly table: string;
  readonly contentHash: string;
  readonly planHash: string;
  readonly fingerprint: string;
}

/** What is new for one table; it is loaded in one transaction. */
export interface LoadBatch {
  readonly runId: string;
  readonly plan: LoadPlan;
  readonly planHash: string;
  /** The same as `planHash`, of files that another policy would make something else of. */
  readonly policyHash: string;
  /** The data set's other tables: a changed contract may take a file from one of them. */
  readonly siblings: readonly LoadPlan[];
  /** In order of arrival. */
  readonly files: readonly FileVersion[];
  readonly refusals: readonly Refusal[];
  /** The column sets by which downstream models refresh incrementally. */
  readonly trackBy: readonly (readonly string[])[];
}

/** A table's new files for another engine to read, before they are loaded. */
export interface BulkBatch extends LoadBatch {
  /** With the columns that files have brought. */
  readonly table: TableContract;
  /** The plan in Spark's words. */
  readonly spark: LoadPlan;
}

/** Where the bulk job finds what it is to do, and where it says what became of it; both empty where there is nothing. */
export interface BulkJob {
  readonly plan: string;
  readonly result: string;
}

export interface TableBooks {
  readonly table_name: string;
  readonly rows_read: number;
  readonly rows_loaded: number;
  readonly rows_duplicate: number;
  readonly rows_quarantined: number;
}

export interface LoadOutcome {
  readonly books: TableBooks;
  readonly filesLoaded: number;
  readonly refusals: readonly Refusal[];
  /** Files that changed while they were read: nothing of them is loaded, and the next run looks again. */
  readonly left: readonly Problem[];
  /** Whether the clean table's rows changed: not at all, some (tracked by columns), or as a whole. */
  readonly change: 'none' | 'rows' | 'all';
  /** Columns that the clean table has got. */
  readonly learnt: readonly string[];
  /** What had drifted in the files that were loaded. */
  readonly drift: readonly { readonly key: string; readonly finding: Drift }[];
  /** Other clean tables (`schema.table`) that lost rows, for their files are this table's now. */
  readonly alsoChanged: readonly string[];
}
