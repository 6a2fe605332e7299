/** A landing folder and a lake in a folder of their own, for tests of loads. */

import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Database } from '../../adapters/local/lake/database.ts';
import { DuckDBLake } from '../../adapters/local/lake/index.ts';
import { LandingFolder } from '../../adapters/local/landing.ts';
import { runClustering } from '../../core/analyses/clustering.ts';
import type { ColumnContract, ColumnType, Contract, TableContract } from '../../core/contracts/types.ts';
import { type DatasetLoad, loadDataset } from '../../core/pipeline/load.ts';
import { planDataset } from '../../core/pipeline/plan.ts';
import { reportInput } from '../../core/pipeline/report.ts';
import { planLoad } from '../../core/plans/load-plan.ts';
import type { Ports } from '../../core/ports.ts';
import type { Project } from '../../core/project.ts';
import type { ReportInput } from '../../core/report/types.ts';

export function column(name: string, type: ColumnType, more: Partial<ColumnContract> = {}): ColumnContract {
  return { name, type, description: name, required: false, source: { kind: 'header', name }, nulls: [], ...more };
}

export function table(
  name: string,
  columns: readonly ColumnContract[],
  more: Partial<TableContract> = {},
): TableContract {
  return {
    name,
    description: name,
    landing: `${name}/*.csv`,
    load: 'merge',
    primaryKey: [],
    partitionBy: [],
    maxBadShare: 1,
    columns,
    ...more,
  };
}

export function contractOf(...tables: TableContract[]): Contract {
  return {
    dataset: 'shop',
    schema: 'shop',
    version: '1.0.0',
    description: '',
    file: 'contracts/shop.odcs.yaml',
    tables,
  };
}

/** Keyed by (id, day), with a value and a note. */
export const SALES = contractOf(
  table(
    'sales',
    [
      column('id', 'integer', { required: true }),
      column('day', 'date', { required: true }),
      column('amount', 'double', { minimum: 0, maximum: 100 }),
      column('note', 'string'),
    ],
    { primaryKey: ['id', 'day'] },
  ),
);

export class TestLake {
  readonly root = mkdtempSync(join(tmpdir(), 'landfall-test-'));
  readonly landing = join(this.root, 'landing');
  private readonly database: Database;
  private readonly folder: LandingFolder;
  private readonly ports: Ports;
  private contract: Contract;
  private runs = 0;
  private clock = Date.UTC(2021, 0, 1);

  private constructor(database: Database, contract: Contract) {
    this.database = database;
    this.contract = contract;
    mkdirSync(this.landing, { recursive: true });
    const folder = new LandingFolder(this.landing, join(this.root, 'scratch'));
    this.folder = folder;
    const lake = new DuckDBLake(database, async (file, plain) =>
      plain ? folder.plainPath(file.key) : folder.path(file.key),
    );
    this.ports = {
      landing: folder,
      lake,
      analyst: { cluster: async (analysis, input) => runClustering(analysis, input) },
      report: { prepare: () => undefined, write: async () => '' },
      clock: { now: () => this.clock },
      hasher: { hash: (text) => createHash('sha256').update(text).digest('hex') },
      progress: { step: () => undefined },
    };
  }

  static async open(contract: Contract): Promise<TestLake> {
    return new TestLake(await Database.open({ file: null, readOnly: false, spill: null }), contract);
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

  remove(key: string): void {
    rmSync(join(this.landing, this.contract.dataset, key));
  }

  async load(contract: Contract = this.contract): Promise<DatasetLoad & { skipped: number }> {
    this.contract = contract;
    this.runs += 1;
    await this.ports.lake.prepare(
      [contract],
      contract.tables.map((entry) => planLoad(contract, entry, 'duckdb')),
    );
    const planned = await planDataset(this.ports, contract, { full: false });
    const loaded = await loadDataset(this.ports, `run-${this.runs}`, planned, new Map());
    return { ...loaded, skipped: planned.skipped };
  }

  /** What a report of the books and of these panels' models shows. */
  async report(project: Partial<Project> = {}): Promise<ReportInput> {
    const whole = { contracts: [this.contract], models: [], analyses: [], dashboards: [], ...project };
    return reportInput(this.ports, whole, `run-${this.runs}`, []);
  }

  async rows<Row = Record<string, unknown>>(sql: string): Promise<Row[]> {
    return this.database.rows<Row>(sql);
  }

  close(): void {
    this.folder.close();
    this.database.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}
