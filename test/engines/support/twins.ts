/** One landing folder loaded twice: by DuckDB as a laptop does, and by the Glue script on Spark from S3. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evolvedTable } from '../../../core/contracts/drift/evolve.ts';
import type { Contract } from '../../../core/contracts/types.ts';
import { WORDS } from '../../../core/plans/dialect.ts';
import { planLoad } from '../../../core/plans/load-plan.ts';
import { type CurrentLoad, sparkJob } from '../../../core/plans/spark-job.ts';
import type { LoadBatch } from '../../../core/ports.ts';
import { formatProblem } from '../../../core/problems.ts';
import { type LakeOptions, TestLake } from '../../support/lake.ts';
import { putFile } from './s3.ts';
import type { Spark, SparkBooks } from './spark.ts';

/** What of a session of Spark twins need. */
type Session = Pick<Spark, 'load' | 'export'>;

interface Books extends SparkBooks {
  readonly source_file: string;
}

/** The rows of one table that only one of the engines has. */
export interface Difference {
  readonly rows: number;
  readonly columns: readonly string[];
  readonly onlyDuckdb: readonly unknown[];
  readonly onlySpark: readonly unknown[];
}

const text = WORDS.literal.duckdb;

export class Twins {
  readonly lake: TestLake;
  /** Why files were refused whole before any engine read them. */
  readonly refusals = new Map<string, string>();
  /** How long Spark took for each plan. */
  readonly times: { readonly table: string; readonly seconds: number }[] = [];
  private readonly contract: Contract;
  private readonly spark: Session;
  private readonly folder = mkdtempSync(join(tmpdir(), 'landfall-twins-'));
  private readonly key: string | undefined;
  private made = 0;
  private last: { path: string; keys: ReadonlyMap<number, string> } | undefined;

  private constructor(lake: TestLake, contract: Contract, spark: Session, key: string | undefined) {
    this.lake = lake;
    this.contract = contract;
    this.spark = spark;
    this.key = key;
  }

  static async open(contract: Contract, spark: Session, options: LakeOptions = {}): Promise<Twins> {
    const lake = await TestLake.open(contract, options);
    return new Twins(lake, contract, spark, options.environment?.['LANDFALL_PROTECT_KEY']);
  }

  /** Loads what is new by both. @returns what each says of the files, in the order of their keys */
  async load(contract: Contract = this.contract): Promise<{ duckdb: readonly Books[]; spark: readonly Books[] }> {
    const batches: { batch: LoadBatch; current: CurrentLoad[] }[] = [];
    this.lake.onBatch = async (batch) => {
      batches.push({ batch, current: await this.currentLoads(batch) });
    };
    const before = await this.lastLoad();
    await this.lake.load(contract);
    const spark: Books[] = [];
    for (const { batch, current } of batches) {
      for (const { file, problem } of batch.refusals) this.refusals.set(file.key, formatProblem(problem));
      if (batch.files.length > 0) spark.push(...(await this.loadOnSpark(contract, batch, current, before)));
    }
    const keys = batches.flatMap(({ batch }) => batch.files.map(({ file }) => text(file.key)));
    const duckdb = keys.length === 0 ? [] : await this.loadsSince(before, `source_file IN (${keys.join(', ')})`);
    return { duckdb, spark: spark.toSorted((a, b) => (a.source_file < b.source_file ? -1 : 1)) };
  }

  /** The plan's files as Spark's plan, with the loads that DuckDB's ledger gave them; they land in S3. */
  async plan(contract: Contract, batch: LoadBatch, current: readonly CurrentLoad[], before: number): Promise<string> {
    const own = contract.tables.find(({ name }) => name === batch.plan.table);
    if (own === undefined) throw new Error(`${batch.plan.table} is no table of the contract`);
    const learnt = batch.plan.columns.flatMap(({ name, evolved }) => (evolved ? [name] : []));
    const table = evolvedTable(own, learnt);
    const loads = new Map((await this.arrivals(before)).map((load) => [load.source_file, load]));
    const files = await Promise.all(
      batch.files.map(async (version) => {
        const { key } = version.file;
        const load = loads.get(key);
        if (load === undefined) throw new Error(`DuckDB has no load of ${key}`);
        return {
          version,
          loadId: load.load_id,
          arrivedAt: load.arrived_at,
          path: await putFile('landing', key, join(this.lake.landing, key)),
          supersedes: current.filter(({ source_file }) => source_file === key).map(({ load_id }) => load_id),
        };
      }),
    );
    const plan = planLoad(contract, table, 'spark');
    const job = sparkJob({ plan, table, files, current, isErased: await this.isErased(batch) });
    this.made += 1;
    const path = join(this.folder, `plan-${this.made}.json`);
    writeFileSync(path, JSON.stringify(job));
    return path;
  }

  /** Runs the last plan once more. */
  async again(): Promise<readonly Books[]> {
    const { path, keys } = this.last ?? { path: '', keys: new Map() };
    return named(await this.spark.load(path, this.key), keys);
  }

  /** A table's rows, as DuckDB gives them. */
  async rows(engine: 'duckdb' | 'spark', table: string, where = ''): Promise<readonly Record<string, unknown>[]> {
    if (engine === 'duckdb') return this.lake.rows(`SELECT * FROM ${table} ${where}`);
    return this.lake.rows(`SELECT * FROM read_parquet('${await this.exported(table, where)}/*.parquet')`);
  }

  /** @returns the folder with a table's rows as Spark reads them, in Parquet */
  async exported(table: string, where = ''): Promise<string> {
    const to = this.scratch();
    await this.spark.export(`SELECT * FROM glue_catalog.${table} ${where}`, to);
    return to;
  }

  /** Whether a table is the same row by row, and column by column in the same order. */
  async compare(table: string): Promise<Difference> {
    return this.compareParquet(`SELECT * FROM ${table}`, await this.exported(table));
  }

  async compareQuarantine(): Promise<Difference> {
    const where = `WHERE dataset = ${text(this.contract.dataset)}`;
    return this.compareParquet(`SELECT * FROM ops.quarantine ${where}`, await this.exported('ops.quarantine', where));
  }

  private async compareParquet(own: string, to: string): Promise<Difference> {
    const theirs = `SELECT * FROM read_parquet('${to}/*.parquet')`;
    const described = async (sql: string) =>
      (
        await this.lake.rows<{ column_name: string; column_type: string }>(
          `SELECT column_name, column_type FROM (DESCRIBE ${sql})`,
        )
      ).map(({ column_name, column_type }) => `${column_name} ${column_type}`);
    const [columns, other] = [await described(own), await described(theirs)];
    if (columns.join() !== other.join()) throw new Error(`columns differ: ${columns.join()}; Spark: ${other.join()}`);
    const [count] = await this.lake.rows<{ n: string }>(`SELECT count(*) AS n FROM (${own})`);
    return {
      rows: Number(count?.n),
      columns,
      onlyDuckdb: await this.lake.rows(`${own} EXCEPT ALL ${theirs} LIMIT 5`),
      onlySpark: await this.lake.rows(`${theirs} EXCEPT ALL ${own} LIMIT 5`),
    };
  }

  close(): void {
    this.lake.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private scratch(): string {
    this.made += 1;
    const folder = join(this.folder, `export-${this.made}`);
    mkdirSync(folder);
    return folder;
  }

  private async loadOnSpark(
    contract: Contract,
    batch: LoadBatch,
    current: readonly CurrentLoad[],
    before: number,
  ): Promise<Books[]> {
    const plan = await this.plan(contract, batch, current, before);
    const keys = new Map((await this.arrivals(before)).map((load) => [load.load_id, load.source_file]));
    this.last = { path: plan, keys };
    const start = performance.now();
    const books = await this.spark.load(plan, this.key);
    this.times.push({ table: batch.plan.table, seconds: (performance.now() - start) / 1000 });
    return named(books, keys);
  }

  private async lastLoad(): Promise<number> {
    const rows = await this.lake
      .rows<{ n: string }>('SELECT coalesce(max(load_id), 0) AS n FROM ops.loads')
      .catch(() => []);
    return Number(rows[0]?.n ?? 0);
  }

  private async arrivals(before: number): Promise<CurrentLoad[]> {
    const rows = await this.lake.rows<Record<'load_id' | 'source_file' | 'arrived_at', string>>(
      `SELECT load_id, source_file, epoch_ms(arrived_at) AS arrived_at FROM ops.loads WHERE load_id > ${before}`,
    );
    return rows.map(numbers);
  }

  private async loadsSince(before: number, where: string): Promise<Books[]> {
    const rows = await this.lake.rows<
      Record<string, string>
    >(`SELECT load_id, source_file, status, rows_read, rows_loaded,
      rows_duplicate, rows_quarantined,
      CASE WHEN error LIKE '%maxBadShare%' THEN 'share' WHEN error LIKE '% values of %' THEN 'type'
        WHEN error IS NOT NULL THEN 'name' END AS error
      FROM ops.loads WHERE load_id > ${before} AND ${where} ORDER BY source_file`);
    const counts = ['load_id', 'rows_read', 'rows_loaded', 'rows_duplicate', 'rows_quarantined'];
    return rows.map(
      (row) => ({ ...row, ...Object.fromEntries(counts.map((name) => [name, Number(row[name])])) }) as unknown as Books,
    );
  }

  private async isErased({ plan }: LoadBatch): Promise<boolean> {
    const where = `dataset = ${text(plan.dataset)} AND table_name = ${text(plan.table)}`;
    return (await this.lake.rows(`SELECT 1 FROM storage.erased WHERE ${where} LIMIT 1`)).length > 0;
  }

  private async currentLoads({ plan }: LoadBatch): Promise<CurrentLoad[]> {
    const rows = await this.lake.rows<Record<'load_id' | 'source_file' | 'arrived_at', string>>(
      `SELECT loads.load_id, loads.source_file, epoch_ms(loads.arrived_at) AS arrived_at FROM ops.loads AS loads
      JOIN storage.ledger ON ledger.load_id = loads.load_id AND is_current
      WHERE loads.dataset = ${text(plan.dataset)} AND loads.table_name = ${text(plan.table)}`,
    );
    return rows.map(numbers);
  }
}

function named(books: readonly SparkBooks[], keys: ReadonlyMap<number, string>): Books[] {
  return books.map((own) => ({ ...own, source_file: keys.get(own.load_id) ?? '' }));
}

function numbers(row: Record<'load_id' | 'source_file' | 'arrived_at', string>): CurrentLoad {
  return { load_id: Number(row.load_id), source_file: row.source_file, arrived_at: Number(row.arrived_at) };
}
