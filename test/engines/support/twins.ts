/**
 * One landing folder loaded twice: by DuckDB as a laptop does, and as the lake on AWS loads what is large: handed over, read
 * by the Glue script on Spark from S3, and taken over, with Athena played by DuckDB.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_DICTIONARIES } from '../../../adapters/aws/lake/load/parquet.ts';
import { evolvedTable } from '../../../core/contracts/drift/evolve.ts';
import type { Contract } from '../../../core/contracts/types.ts';
import type { LoadBatch } from '../../../core/loads.ts';
import { WORDS } from '../../../core/plans/dialect.ts';
import { planLoad } from '../../../core/plans/load-plan.ts';
import type { SparkPlan, SparkResult } from '../../../core/plans/spark-job.ts';
import { formatProblem } from '../../../core/problems.ts';
import { AwsTwin } from '../../support/aws/twin.ts';
import { type LakeOptions, TestLake } from '../../support/lake.ts';
import { putFile } from './s3.ts';

/** What runs plans. @returns what the job left for `--result` */
export interface Session {
  load(plan: string, key?: string): Promise<SparkResult>;
}

/** What the load of a file came to. */
export interface Books {
  readonly source_file: string;
  readonly status: 'loaded' | 'refused';
  /** In a word. */
  readonly error: 'name' | 'share' | 'type' | null;
  /** In all of its words. */
  readonly message: string | null;
  readonly rows_read: number;
  readonly rows_loaded: number;
  readonly rows_duplicate: number;
  readonly rows_quarantined: number;
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
  /** Called with the path of each plan, and with what reads it, in the place of Spark alone. */
  around: (plan: string, run: () => Promise<SparkResult>) => Promise<SparkResult> = (_plan, run) => run();
  private readonly bulk: TestLake;
  private readonly aws: AwsTwin;
  private contract: Contract;
  private readonly spark: Session;
  private readonly folder = mkdtempSync(join(tmpdir(), 'landfall-twins-'));
  private readonly key: string | undefined;
  private made = 0;

  private constructor(lake: TestLake, bulk: TestLake, aws: AwsTwin, contract: Contract, spark: Session, key?: string) {
    this.lake = lake;
    this.bulk = bulk;
    this.aws = aws;
    this.contract = contract;
    this.spark = spark;
    this.key = key;
    bulk.onBatch = (batch) => this.read(batch);
    lake.onBatch = async ({ refusals }) => {
      for (const { file, problem } of refusals) this.refusals.set(file.key, formatProblem(problem));
    };
  }

  static async open(contract: Contract, spark: Session, options: LakeOptions = {}): Promise<Twins> {
    const lake = await TestLake.open(contract, options);
    let aws: AwsTwin | undefined;
    const make: LakeOptions['make'] = (parts) => {
      aws = new AwsTwin(parts);
      return aws;
    };
    const bulk = await TestLake.open(contract, { ...options, landing: lake.landing, make });
    if (aws === undefined) throw new Error('a lake on AWS was not made');
    return new Twins(lake, bulk, aws, contract, spark, options.environment?.['LANDFALL_PROTECT_KEY']);
  }

  /** Loads what is new by both. @returns what each says of the files, in the order of their keys */
  async load(contract: Contract = this.contract): Promise<{ duckdb: readonly Books[]; spark: readonly Books[] }> {
    this.contract = contract;
    this.refusals.clear();
    const [duckdb, spark] = [await lastLoad(this.lake), await lastLoad(this.bulk)];
    await this.lake.load(contract);
    await this.bulk.load(contract);
    // What is refused by its header is read by neither.
    const known = [...this.refusals.keys()];
    const of = async (lake: TestLake, before: number) =>
      (await loadsSince(lake, before)).filter(({ source_file }) => !known.includes(source_file));
    return { duckdb: await of(this.lake, duckdb), spark: await of(this.bulk, spark) };
  }

  /** A table's rows, as DuckDB gives them. */
  async rows(engine: 'duckdb' | 'spark', table: string, where = ''): Promise<readonly Record<string, unknown>[]> {
    return (engine === 'duckdb' ? this.lake : this.bulk).rows(`SELECT * FROM ${table} ${where}`);
  }

  /** @returns the folder with a table's rows as Spark and Athena made them, in Parquet; loads have other numbers there */
  async exported(table: string, where = ''): Promise<string> {
    const to = this.scratch();
    await this.bulk.rows(
      `COPY (SELECT * FROM ${table} ${where}) TO ${text(join(to, 'rows.parquet'))} (FORMAT parquet, ${NO_DICTIONARIES})`,
    );
    return to;
  }

  /** Whether a table is the same row by row, and column by column in the same order. */
  async compare(table: string): Promise<Difference> {
    return this.compareParquet(table, '_load_id', await this.exported(table));
  }

  async compareQuarantine(): Promise<Difference> {
    const where = `WHERE dataset = ${text(this.contract.dataset)}`;
    return this.compareParquet(`ops.quarantine ${where}`, 'load_id', await this.exported('ops.quarantine', where));
  }

  /** Keys of what lies below a folder of the bucket. */
  keys(prefix: string): readonly string[] {
    return this.aws.store.keys(prefix);
  }

  /** Where an object lies. */
  path(key: string): string {
    return this.aws.store.path(key);
  }

  close(): void {
    this.lake.close();
    this.bulk.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Before a batch is loaded, Spark reads it. */
  private async read(batch: LoadBatch): Promise<void> {
    const { dataset, table: name } = batch.plan;
    const own = this.contract.tables.find((one) => one.name === name);
    if (own === undefined) throw new Error(`${name} is no table of the contract`);
    if (batch.files.length === 0) return;
    const learnt = batch.plan.columns.flatMap((one) => (one.evolved ? [one.name] : []));
    const table = evolvedTable(own, learnt);
    const aside = batch.plan.aside.map((one) => one.name);
    const spark = planLoad(this.contract, table, 'spark', aside);
    const job = await this.aws.lake.handOver(dataset, [{ ...batch, table, spark }]);
    if (job === null) return;
    const plan = await this.planOf(job.plan);
    const start = performance.now();
    const result = await this.around(plan, () => this.spark.load(plan, this.key));
    this.times.push({ table: name, seconds: (performance.now() - start) / 1000 });
    await this.aws.store.put(keyOf(job.result), JSON.stringify(result));
  }

  /** The plan as it was handed over; its files land in S3, and what is made of them in the bucket's folder. */
  private async planOf(address: string): Promise<string> {
    const found = (await this.aws.store.text(keyOf(address)))?.text ?? '';
    const plan = JSON.parse(found) as SparkPlan;
    const jobs = await Promise.all(
      plan.jobs.map(async (job) => ({
        ...job,
        staged: this.path(keyOf(job.staged)),
        batch: this.path(keyOf(job.batch)),
        files: await Promise.all(
          job.files.map(async (file) => ({
            ...file,
            path: await putFile('landing', file.source_file, join(this.lake.landing, file.source_file)),
          })),
        ),
      })),
    );
    const path = join(this.scratch(), 'plan.json');
    writeFileSync(path, JSON.stringify({ ...plan, jobs } satisfies SparkPlan));
    return path;
  }

  /** By the names of columns: what files have brought stands behind the lineage where Athena added it. */
  private async compareParquet(own: string, without: string, to: string): Promise<Difference> {
    const all = `SELECT * EXCLUDE (${without}) FROM ${own}`;
    const other = `SELECT * EXCLUDE (${without}) FROM read_parquet('${to}/*.parquet')`;
    const described = (sql: string) =>
      this.lake.rows<{ column_name: string; column_type: string }>(
        `SELECT column_name, column_type FROM (DESCRIBE ${sql}) ORDER BY column_name`,
      );
    const typed = (columns: readonly { column_name: string; column_type: string }[]) =>
      columns.map(({ column_name, column_type }) => `${column_name} ${column_type}`);
    const found = await described(all);
    const [columns, others] = [typed(found), typed(await described(other))];
    if (columns.join() !== others.join()) throw new Error(`columns differ: ${columns.join()}; Spark: ${others.join()}`);
    const names = found.map(({ column_name }) => WORDS.identifier.duckdb(column_name)).join(', ');
    const [rows, theirs] = [`SELECT ${names} FROM (${all})`, `SELECT ${names} FROM (${other})`];
    const [count] = await this.lake.rows<{ n: string }>(`SELECT count(*) AS n FROM (${rows})`);
    return {
      rows: Number(count?.n),
      columns,
      onlyDuckdb: await this.lake.rows(`${rows} EXCEPT ALL ${theirs} LIMIT 5`),
      onlySpark: await this.lake.rows(`${theirs} EXCEPT ALL ${rows} LIMIT 5`),
    };
  }

  private scratch(): string {
    this.made += 1;
    const folder = join(this.folder, `scratch-${this.made}`);
    mkdirSync(folder);
    return folder;
  }
}

const keyOf = (address: string) => address.replace(/^s3:\/\/[^/]*\//, '');

async function lastLoad(lake: TestLake): Promise<number> {
  const rows = await lake.rows<{ n: string }>('SELECT coalesce(max(load_id), 0) AS n FROM ops.loads').catch(() => []);
  return Number(rows[0]?.n ?? 0);
}

async function loadsSince(lake: TestLake, before: number): Promise<Books[]> {
  const rows = await lake.rows<Record<string, string>>(`SELECT source_file, status, rows_read, rows_loaded,
      rows_duplicate, rows_quarantined, error AS message,
      CASE WHEN error LIKE '%maxBadShare%' THEN 'share' WHEN error LIKE '% values of %' THEN 'type'
        WHEN error IS NOT NULL THEN 'name' END AS error
      FROM ops.loads WHERE load_id > ${before} ORDER BY source_file`);
  const counts = ['rows_read', 'rows_loaded', 'rows_duplicate', 'rows_quarantined'];
  return rows.map(
    (row) => ({ ...row, ...Object.fromEntries(counts.map((name) => [name, Number(row[name])])) }) as unknown as Books,
  );
}
