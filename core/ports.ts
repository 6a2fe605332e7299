/** What the core asks of the world. Each port has two adapters: one on a laptop, one on AWS. */

import type { Conclusion, SelectedRows } from './analyses/method.ts';
import type { Analysis } from './analyses/types.ts';
import type { Learnt } from './contracts/drift/evolve.ts';
import type { Contract } from './contracts/types.ts';
import type { LandingZone } from './landed.ts';
import type { BulkBatch, BulkJob, LedgerEntry, LoadBatch, LoadOutcome } from './loads.ts';
import type { Model } from './models/types.ts';
import type { LoadPlan } from './plans/load-plan.ts';
import type { Problem } from './problems.ts';
import type { FailedRule, QualityBooks } from './quality/types.ts';
import type { ReportInput } from './report/types.ts';
import type { Stray } from './strays.ts';
import type { ResultTable } from './tabular.ts';
import type { Exported, Publication, PublishedTable, WarehouseColumn } from './warehouse/types.ts';

export type { FileVersion, Inspection, LandedFile, LandingZone, Refusal } from './landed.ts';

export type RefreshMode = 'view' | 'full' | 'incremental';

export interface RefreshOutcome {
  /** What was done: a full refresh where too much changed for an incremental one. */
  readonly mode: RefreshMode;
  /** Milliseconds. */
  readonly elapsed: number;
  readonly warnings: readonly Problem[];
  /** The audits that warn, by name. */
  readonly warned: readonly string[];
}

/** How a model or a result came to be as it stands. */
export interface MadeTable {
  /** The hash of the definition that made it. */
  readonly definition: string;
  /** Milliseconds since 1970, UTC; null where it was made before that was kept. */
  readonly at: number | null;
  /** The audits that warned then, by name; null like `at`. */
  readonly warned: readonly string[] | null;
}

export interface RunRecord {
  readonly runId: string;
  readonly status: 'running' | 'succeeded' | 'failed';
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly errors: readonly Problem[];
  /** Free-form JSON: time by step and by model. */
  readonly details: string;
}

/** A clean table, a model or a result as it stands in the lake. */
export interface TableState {
  /** Differs whenever rows or columns do, and never comes back. */
  readonly version: string;
  readonly columns: readonly WarehouseColumn[];
  /** Where the last change is known by values of columns: the version before it, and those columns. */
  readonly change: { readonly since: string; readonly by: readonly string[] } | null;
}

/** A value that the rows to be forgotten have, in clear; no adapter writes or shows it. */
export interface Equality {
  readonly column: string;
  readonly value: string;
}

/** The rows of which any of these columns lies between two days; null where that end is open. */
export interface RowRange {
  readonly columns: readonly string[];
  readonly from: string | null;
  /** The first day that is past the range. */
  readonly until: string | null;
}

/** What was erased, or would be. */
export interface Erasure {
  /** Of the clean table. */
  readonly rows: number;
  /** Rows that a later arrival had overridden, and repeats. */
  readonly superseded: number;
  readonly quarantined: number;
  /** The landed files that have such rows, as far as the lake knows. */
  readonly files: readonly { readonly key: string; readonly rows: number }[];
}

/** Clean tables, models, the ledger and `ops.*`. */
export interface Lake {
  /** How many models or results it takes at a time. */
  readonly refreshesAtOnce: number;
  /** The columns that tables have beyond their contract. */
  learnt(): Promise<Learnt>;
  /** Makes every schema, clean table and `ops` table that is not there yet. */
  prepare(contracts: readonly Contract[], plans: readonly LoadPlan[]): Promise<void>;
  /** The latest version of every file that ever arrived. */
  ledger(dataset: string): Promise<readonly LedgerEntry[]>;
  /** Keys of the files whose latest version has rows in the range, or of whose rows some are missing from the lake. */
  filesWithin(plan: LoadPlan, range: RowRange): Promise<ReadonlySet<string>>;
  /** Remembers new fingerprints of unchanged files, by key. */
  touch(fingerprints: ReadonlyMap<string, string>): Promise<void>;
  /** Tables whose last change has not reached all that reads them: what a killed run leaves, or one of some data sets. */
  stale(): Promise<ReadonlySet<string>>;
  /** Models elsewhere that read these tables don't know of their change yet. */
  unsettle(tables: readonly string[]): Promise<void>;
  /** The models know of these tables' changes now. */
  settle(tables: readonly string[]): Promise<void>;
  /**
   * Hands a data set's new files to the bulk job, which is begun afterwards; `load` of the same batches in the same run
   * then takes what the job made of them.
   *
   * @returns null where the job can do nothing for any of them: they are loaded as if they were few
   */
  handOver(dataset: string, batches: readonly BulkBatch[]): Promise<BulkJob | null>;
  load(batch: LoadBatch): Promise<LoadOutcome>;
  /**
   * Replaces what is known of files that no table takes.
   *
   * @param looked the data sets whose folders were looked into; null of the whole landing zone
   */
  recordStrays(runId: string, strays: readonly Stray[], looked: readonly string[] | null): Promise<void>;
  /**
   * Erases the rows that have all of these values, in one transaction, and keeps them out of every later load.
   *
   * @param pretend only counts them
   * @throws LandfallError exit code 2 where a column can't tell one value from another
   */
  erase(plan: LoadPlan, where: readonly Equality[], pretend: boolean): Promise<Erasure>;
  /** The engine's syntax tree of each statement. */
  parse(statements: readonly string[]): Promise<readonly unknown[]>;
  /** The columns of every table and view, by `schema.table`. */
  columns(): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Models and results that exist, by `schema.table`: how each came to be as it stands. */
  models(): Promise<ReadonlyMap<string, MadeTable>>;
  /** Remembers, by table, how a model or a result was made. */
  define(made: ReadonlyMap<string, MadeTable>): Promise<void>;
  /** Forgets the definitions of tables that are about to be made anew. */
  undefine(tables: readonly string[]): Promise<void>;
  /** Removes a model that has no definition any more. */
  drop(table: string): Promise<void>;
  refresh(model: Model, mode: RefreshMode, changedInputs: readonly string[]): Promise<RefreshOutcome>;
  /** Replaces result tables in one transaction, in this order. */
  publish(analysis: Analysis, tables: ReadonlyMap<string, ResultTable | SelectedRows>): Promise<void>;
  read(sql: string): Promise<ResultTable>;
  /** Every clean table, model and result, by `schema.table`. A version is kept in the transaction of its change. */
  tables(): Promise<ReadonlyMap<string, TableState>>;
  /**
   * Writes a table where the warehouse can fetch it, without a row passing through here.
   *
   * @param since only what changed since this version, which must be that of the table's `change`
   */
  export(table: string, since?: string): Promise<Exported>;
  /** By `schema.table`: a hash of the quality rules that its latest results are of. */
  checkedRules(): Promise<ReadonlyMap<string, string>>;
  /** Keeps what the rules of a table found; of a table without rules any more, nothing is kept. */
  recordQuality(books: QualityBooks): Promise<void>;
  /** Brings to rest what a close would otherwise wait for; what is published is safe without it. */
  flush(): Promise<void>;
  record(run: RunRecord): Promise<void>;
}

/** What a question needs that changes nothing. */
export type LakeReader = Pick<Lake, 'parse' | 'columns' | 'tables' | 'models' | 'read'>;

/** What is known of the landing zone's headers: on AWS the Glue catalog, as crawlers keep it. */
export interface Catalog {
  /** By table: the header's fields as they were last crawled. */
  headers(dataset: string): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Brings a data set's tables up to the headers that its newest files have. */
  crawl(dataset: string, headers: ReadonlyMap<string, readonly string[]>): Promise<void>;
}

/** Tells whoever wants to know how a run ended. */
export interface Notifier {
  notify(outcome: RunOutcome): Promise<void>;
}

/** How a run ended, in a few words that fit into a message. */
export interface RunOutcome {
  readonly run_id: string;
  readonly status: 'succeeded' | 'failed';
  /** Whether it did all that was asked, and yet a person should look: refused, late, or a rule that warns. */
  readonly needs_attention: boolean;
  readonly datasets: readonly {
    readonly dataset: string;
    readonly status: string;
    readonly rows_loaded: number;
    readonly rows_quarantined: number;
    readonly files_refused: number;
  }[];
  /** Data that is not as new as was promised. */
  readonly late: readonly { readonly dataset: string; readonly element: string; readonly message: string }[];
  /** Errors and warnings. */
  readonly failed_rules: readonly (Pick<
    FailedRule,
    'dataset' | 'table' | 'column' | 'rule' | 'severity' | 'expected'
  > & {
    readonly observed: number | null;
  })[];
  /** Where the report is; null where none was written. */
  readonly report: string | null;
  readonly errors: readonly Problem[];
}

/** Does statistical work; an adapter may do it beside other work. */
export interface Analyst {
  /** @param answer to the question of the analysis */
  conclude(analysis: Analysis, answer: ResultTable): Promise<Conclusion>;
}

/** A SELECT of one table (`schema.table`), and the version at which it stands: the same question has the same answer. */
export interface VersionedQuestion {
  readonly table: string;
  readonly version: string;
  /** Which of a table's questions it is. */
  readonly about: 'rows' | 'count';
  readonly sql: string;
}

export interface ReportStore {
  /** Makes ready what a report needs, beside other work; nothing waits for it. */
  prepare(): void;
  /**
   * Answers as earlier reports had them, where this store keeps any, and the others as they are asked for now.
   *
   * @param ask for all that is not kept, answers in the order of the questions
   */
  answers(
    questions: readonly VersionedQuestion[],
    ask: (questions: readonly VersionedQuestion[]) => Promise<readonly ResultTable[]>,
  ): Promise<readonly ResultTable[]>;
  /** Gives the place where a person finds it. */
  write(report: ReportInput): Promise<string>;
}

/** Tables for BI tools: a projection of the lake, which can be made anew at any time. */
export interface Warehouse {
  /** Starts beside other work; a failure is told by the first question. */
  prepare(): void;
  /** What it holds, by `schema.table`. */
  published(): Promise<ReadonlyMap<string, PublishedTable>>;
  /**
   * All of it in one transaction, or nothing; where that is more than the adapter's engine takes at once, each table as a
   * whole. Tables are dropped first.
   */
  publish(publications: readonly Publication[], drops: readonly string[]): Promise<void>;
}

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

export interface Hasher {
  /** Hexadecimal SHA-256 of a text. */
  hash(text: string): string;
}

/** The key that columns are protected under; itself it stays with the adapter. */
export interface Protection {
  /**
   * Short, and tells nothing of the key but whether it is another one.
   *
   * @throws LandfallError `no-protect-key`, `short-protect-key`
   */
  keyId(): string;
}

/** Told as work goes on; where it goes is the entry point's business. */
export interface Progress {
  step(name: string, detail?: string): void;
}

export interface Ports {
  readonly landing: LandingZone;
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly analyst: Analyst;
  readonly report: ReportStore;
  readonly notifier: Notifier;
  /** Null where nobody wants one. */
  readonly warehouse: Warehouse | null;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly protection: Protection;
  readonly progress: Progress;
}
