/** Spark with the lake's Iceberg catalog and S3, as a Glue job has them. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SparkResult } from '../../../core/plans/spark-job.ts';
import { engines } from './engines.ts';
import { JOB_SETTINGS, machineSettings } from './spark-settings.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export interface SparkOptions {
  /** Where the JVM leaves what it must leave somewhere. */
  readonly cwd: string;
  /** How many threads it has. */
  readonly threads?: number;
  /** Of the JVM, such as `2g`. */
  readonly memory?: string;
  /** Whether millions of rows come. */
  readonly isLarge?: boolean;
}

/** For a session of Spark; the catalog is `glue_catalog`, as Glue's documentation calls it. */
export function sparkSettings(options: Partial<SparkOptions> = {}): Record<string, string> {
  const { threads = 2, memory = '2g', isLarge = false } = options;
  const { jars, moto } = engines();
  return { ...machineSettings({ jars, endpoint: moto.url, threads, memory, isLarge }), ...JOB_SETTINGS };
}

/** A session of Spark in a process of its own, which does one thing after another. */
export class Spark {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: Interface;
  private readonly waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  private said = '';

  private constructor(options: SparkOptions) {
    const { java17, python } = engines();
    this.child = spawn(python('engines'), [here('spark_host.py')], {
      cwd: options.cwd,
      stdio: 'pipe',
      env: {
        ...process.env,
        JAVA_HOME: java17,
        AWS_ACCESS_KEY_ID: 'x',
        AWS_SECRET_ACCESS_KEY: 'x',
        AWS_REGION: 'us-east-1',
        PYSPARK_PYTHON: python('engines'),
        LANDFALL_GLUE_SCRIPTS: here('../../../glue-scripts'),
        LANDFALL_SPARK_SETTINGS: JSON.stringify(sparkSettings(options)),
      },
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said = `${this.said}${text}`.slice(-20_000);
    });
    this.lines = createInterface({ input: this.child.stdout });
    this.lines.on('line', (line) => this.waiting.shift()?.resolve(line));
    this.child.on('close', (code) => {
      for (const { reject } of this.waiting) reject(new Error(`Spark ended with ${code}\n${this.said}`));
    });
  }

  static async start(options: SparkOptions): Promise<Spark> {
    const spark = new Spark(options);
    await spark.answer();
    return spark;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @param plan the path of a load plan as JSON */
  async load(plan: string, key?: string): Promise<SparkResult> {
    return (await this.ask({ load: plan, key })) as SparkResult;
  }

  async rows(sql: string): Promise<readonly (readonly (string | null)[])[]> {
    return (await this.ask({ sql })) as readonly (readonly (string | null)[])[];
  }

  /** Writes what a query gives as Parquet into a folder. */
  async export(sql: string, to: string): Promise<void> {
    await this.ask({ export: sql, to });
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.on('close', resolve));
    this.child.stdin.end();
    await ended;
  }

  private async ask(request: object): Promise<unknown> {
    const answered = this.answer();
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    return answered;
  }

  private async answer(): Promise<unknown> {
    const line = await new Promise<string>((resolve, reject) => this.waiting.push({ resolve, reject }));
    const result = JSON.parse(line) as { ok?: unknown; error?: string };
    if (result.error !== undefined) throw new Error(result.error);
    return result.ok;
  }
}
