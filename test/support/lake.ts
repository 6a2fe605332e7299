/** A landing folder and a lake in a folder of their own, for tests of loads. */

import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Database } from '../../adapters/duckdb/database.ts';
import { ProtectKey } from '../../adapters/duckdb/protect-key.ts';
import type { FileSource } from '../../adapters/duckdb/settled.ts';
import { localCatalog } from '../../adapters/local/lake/headers.ts';
import { DuckDBLake } from '../../adapters/local/lake/index.ts';
import { LandingFolder } from '../../adapters/local/landing.ts';
import type { Catalog } from '../../core/catalog/types.ts';
import type { Contract } from '../../core/contracts/types.ts';
import type { LoadBatch, LoadOutcome, TableBooks } from '../../core/loads.ts';
import type { Model } from '../../core/models/types.ts';
import { readCatalog } from '../../core/pipeline/catalog.ts';
import { prepareEvolved } from '../../core/pipeline/drift.ts';
import { headersOf } from '../../core/pipeline/headers.ts';
import { listDataset } from '../../core/pipeline/listing.ts';
import { loadTable } from '../../core/pipeline/load.ts';
import { type ModelGraph, modelGraph, trackedColumns } from '../../core/pipeline/model-graph.ts';
import { planDataset } from '../../core/pipeline/plan.ts';
import { DatasetRefresh, type NodeTime } from '../../core/pipeline/refresh.ts';
import { reportInput } from '../../core/pipeline/report.ts';
import { planLoad } from '../../core/plans/load-plan.ts';
import type { Erasure, LandedFile, Ports, Refusal } from '../../core/ports.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import type { Project } from '../../core/project.ts';
import type { ReportInput } from '../../core/report/types.ts';
import { describedTables } from '../../core/tables.ts';
import { headersInMemory, type LakeParts, type OtherLake, portsAround } from './lake-ports.ts';

export interface DatasetLoad {
  readonly tables: TableBooks[];
  readonly refusals: Refusal[];
  filesLoaded: number;
  readonly skipped: number;
  /** Files that are left for the next load. */
  readonly left: Problem[];
  readonly strays: readonly Problem[];
  readonly drift: LoadOutcome['drift'][number][];
  /** Clean tables (`schema.table`) whose rows changed, and whether as a whole. */
  readonly changes: Map<string, 'rows' | 'all'>;
  /** The models that were refreshed, and how. */
  refreshed: readonly NodeTime[];
}

const NO_ROWS = { rows_read: 0, rows_loaded: 0, rows_duplicate: 0, rows_quarantined: 0 };

export interface LakeOptions {
  /** Another lake's landing folder, to be loaded afresh. */
  readonly landing?: string;
  /** Where the key is looked for. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Another lake than a laptop's. */
  readonly make?: (given: LakeParts) => OtherLake;
}

export class TestLake {
  readonly root: string;
  readonly landing: string;
  /** Called once a file was inspected, before the engine reads it. */
  beforeReading: ((file: LandedFile) => void | Promise<void>) | undefined;
  /** Told of each table's new files before the lake takes them. */
  onBatch: ((batch: LoadBatch) => Promise<void>) | undefined;
  /** Refreshed after each load. */
  models: readonly Model[] = [];
  private readonly database: Database;
  readonly other: OtherLake | undefined;
  private readonly ask: <Row>(sql: string) => Promise<Row[]>;
  private readonly folder: LandingFolder;
  private readonly ports: Ports;
  private readonly environment: NodeJS.ProcessEnv;
  private contract: Contract;
  /** With the columns that the lake has learnt. */
  private evolved: Contract;
  private runs = 0;
  private clock = Date.UTC(2021, 0, 1);

  private constructor(root: string, database: Database, contract: Contract, options: LakeOptions) {
    const { landing, environment, make } = options;
    this.root = root;
    this.landing = landing ?? join(this.root, 'landing');
    this.environment = { ...environment };
    this.database = database;
    this.contract = contract;
    this.evolved = contract;
    mkdirSync(this.landing, { recursive: true });
    const folder = new LandingFolder(this.landing, join(this.root, 'scratch'));
    this.folder = folder;
    const source: FileSource = {
      pathOf: async (file, plain) => {
        await this.beforeReading?.(file);
        return folder.pathOf(file, plain);
      },
      changed: (file) => folder.changed(file),
      release: (files) => folder.release(files),
    };
    const protection = new ProtectKey(this.environment);
    const other = make?.({ root, landing: this.landing, database, source, protection });
    this.other = other;
    const lake = other?.lake ?? new DuckDBLake(database, source, join(this.root, 'scratch'), protection);
    this.ask = other?.rows ?? ((sql) => database.rows(sql));
    const load = lake.load.bind(lake);
    lake.load = async (batch) => {
      await this.onBatch?.(batch);
      return load(batch);
    };
    const catalog = other === undefined ? localCatalog(database) : headersInMemory();
    this.ports = portsAround({ landing: folder, lake, catalog, protection, clock: { now: () => this.clock } });
  }

  static async open(contract: Contract, options: LakeOptions = {}): Promise<TestLake> {
    const root = mkdtempSync(join(tmpdir(), 'landfall-test-'));
    const database = await Database.open({ file: null, readOnly: false, spill: join(root, 'spill') });
    return new TestLake(root, database, contract, options);
  }

  /** Drops a file; each is a minute younger than the last unless `at` (milliseconds) says otherwise. */
  drop(key: string, content: string | Buffer, at?: number): number {
    this.clock += 60_000;
    const time = at ?? this.clock;
    const path = join(this.landing, ...`${this.contract.dataset}/${key}`.split('/'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, key.endsWith('.gz') && typeof content === 'string' ? gzipSync(content) : content);
    utimesSync(path, time / 1000, time / 1000);
    return time;
  }

  useKey(environment: NodeJS.ProcessEnv): void {
    Object.assign(this.environment, environment);
  }

  remove(key: string): void {
    rmSync(join(this.landing, this.contract.dataset, key));
  }

  /** Makes the tables, and loads nothing. */
  async prepare(): Promise<void> {
    [this.evolved = this.contract] = await prepareEvolved(this.ports.lake, [this.contract]);
  }

  async load(contract: Contract = this.contract): Promise<DatasetLoad> {
    this.contract = contract;
    this.runs += 1;
    await this.prepare();
    const listing = await listDataset(this.ports, this.evolved, { full: false });
    const planned = await planDataset(this.ports, listing);
    let graph = await modelGraph(this.ports, this.projectOf());
    const loaded: DatasetLoad = {
      tables: [],
      refusals: [],
      filesLoaded: 0,
      skipped: planned.skipped,
      left: [...planned.left],
      drift: [],
      strays: planned.strays,
      changes: new Map([...(await this.ports.lake.stale())].map((stale) => [stale, 'all'])),
      refreshed: [],
    };
    await this.ports.catalog.crawl(contract.dataset, headersOf(planned));
    for (const entry of planned.tables) {
      const siblings = planned.tables.filter((other) => other !== entry).map(({ plan }) => plan);
      const run = `run-${this.runs}`;
      const outcome = await loadTable(this.ports, run, contract, entry, siblings, trackedColumns(graph));
      loaded.tables.push(outcome?.books ?? { ...NO_ROWS, table_name: entry.table.name });
      loaded.refusals.push(...(outcome?.refusals ?? []));
      loaded.left.push(...(outcome?.left ?? []));
      loaded.drift.push(...(outcome?.drift ?? []));
      if ((outcome?.learnt.length ?? 0) > 0) {
        await this.prepare();
        graph = await modelGraph(this.ports, this.projectOf());
      }
      loaded.filesLoaded += outcome?.filesLoaded ?? 0;
      const name = `${contract.schema}.${entry.table.name}`;
      for (const other of outcome?.alsoChanged ?? []) loaded.changes.set(other, 'all');
      if (outcome === null || outcome.change === 'none') continue;
      loaded.changes.set(name, loaded.changes.get(name) === 'all' ? 'all' : outcome.change);
    }
    loaded.refreshed = await this.refresh(graph, loaded.changes);
    return loaded;
  }

  private projectOf(more: Partial<Project> = {}): Project {
    return { contracts: [this.evolved], models: this.models, analyses: [], dashboards: [], ...more };
  }

  /** As the workflow does it. @throws LandfallError with all that failed */
  private async refresh(graph: ModelGraph, changes: ReadonlyMap<string, 'rows' | 'all'>): Promise<readonly NodeTime[]> {
    const books = { times: [], errors: [], warnings: [], failed: new Set<string>() };
    const what = { schema: this.contract.schema, changes, full: false };
    const refresh = await DatasetRefresh.begin(this.ports, graph, what, books);
    await this.ports.lake.settle([...changes.keys()]);
    await refresh.refreshModels();
    if (books.errors.length > 0) throw new LandfallError(books.errors);
    return books.times;
  }

  /**
   * A load that ends before its `after`th statement, as a kill would end it: what was not committed is gone.
   * @returns whether it was cut short
   */
  async interrupted(contract: Contract, after: number): Promise<boolean> {
    const { database } = this;
    if (this.other?.killed !== undefined) {
      // What a killed function leaves is half done: the next one brings it to its end.
      await this.other.killed(after, () => this.load(contract));
      await this.load(contract);
      return false;
    }
    const { run } = database;
    let [left, isCut] = [after, false];
    database.run = async (sql, values) => {
      isCut ||= left <= 0;
      if (isCut) throw new Error('cut short');
      left -= 1;
      return run.call(database, sql, values);
    };
    try {
      await this.load(contract);
      return false;
    } catch (error) {
      // Whoever caught the first of them has failures of its own to tell of.
      if (isCut) return true;
      throw error;
    } finally {
      database.run = run;
    }
  }

  /** Forgets the rows of the contract's first table that have these values. */
  async erase(values: Readonly<Record<string, string>>, pretend = false): Promise<Erasure> {
    await this.prepare();
    const [first] = this.evolved.tables;
    if (first === undefined) throw new Error('the contract has no table');
    const where = Object.entries(values).map(([column, value]) => ({ column, value }));
    return this.ports.lake.erase(planLoad(this.evolved, first, 'duckdb'), where, pretend);
  }

  /** What there is of the contract and the models. */
  async catalog(): Promise<Catalog> {
    await this.prepare();
    const project = this.projectOf();
    const [graph, states] = [await modelGraph(this.ports, project), await this.ports.lake.tables()];
    return readCatalog(this.ports.lake, project, graph, describedTables(project), states);
  }

  /** What a report of the books and of these panels' models shows. */
  async report(project: Partial<Project> = {}): Promise<ReportInput> {
    const graph = { graph: { nodes: [] }, definitions: new Map() };
    const run = { runId: `run-${this.runs}`, errors: [], warnings: [], freshness: [] };
    return reportInput(this.ports, this.projectOf(project), graph, run);
  }

  async rows<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    return this.ask<Row>(sql);
  }

  close(): void {
    this.folder.close();
    this.database.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}
