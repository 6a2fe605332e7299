/** One run of a job: its script on Spark, in a process of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { JobRun as Described, Job, JobRunState } from '@aws-sdk/client-glue';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { motoClients, s3Address } from '../moto-clients.ts';

export interface SparkOptions {
  /** The program `spark-submit`. */
  readonly submit: string;
  /** Such as JAVA_HOME. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a worker brings along; all else the job says. @param endpoint where it reaches AWS */
  settings(endpoint: string): Readonly<Record<string, string>>;
}

export interface RunInput {
  readonly job: Job;
  readonly arguments: Readonly<Record<string, string>>;
  /** In minutes. */
  readonly timeout: number;
  readonly endpoint: string;
  readonly spark: SparkOptions;
  /** Takes the end of what the run said. */
  log(lines: readonly string[]): Promise<void>;
}

/** What Glue reads itself. */
const OWN = /^--(conf|extra-py-files|extra-jars|datalake-formats|enable-.*|job-language|additional-python-modules)$/;

const TAIL = 64 * 1024;

export class JobRun {
  readonly id = `jr_${randomBytes(32).toString('hex')}`;
  state: JobRunState = 'STARTING';
  readonly ended: Promise<void>;
  readonly #input: RunInput;
  readonly #startedAt = new Date();
  #updatedAt = new Date();
  #completedAt: Date | undefined;
  #error: string | undefined;
  #child: ChildProcess | undefined;
  /** Why it is not to go on. */
  #stopped: 'STOPPED' | 'TIMEOUT' | null = null;

  constructor(input: RunInput) {
    this.#input = input;
    this.ended = this.#run();
  }

  get isOver(): boolean {
    return this.#completedAt !== undefined;
  }

  describe(): Described {
    const { job, arguments: given, timeout } = this.#input;
    const end = this.#completedAt ?? new Date();
    return {
      Id: this.id,
      Attempt: 0,
      JobName: job.Name,
      JobRunState: this.state,
      StartedOn: this.#startedAt,
      LastModifiedOn: this.#updatedAt,
      CompletedOn: this.#completedAt,
      ExecutionTime: Math.round((end.getTime() - this.#startedAt.getTime()) / 1000),
      Arguments: given,
      ErrorMessage: this.#error,
      Timeout: timeout,
      WorkerType: job.WorkerType,
      NumberOfWorkers: job.NumberOfWorkers,
      GlueVersion: job.GlueVersion,
      LogGroupName: '/aws-glue/jobs',
      PredecessorRuns: [],
    };
  }

  async stop(why: 'STOPPED' | 'TIMEOUT' = 'STOPPED'): Promise<void> {
    if (this.isOver) return;
    this.#stopped = why;
    this.#move('STOPPING');
    this.#kill();
    await this.ended;
  }

  #kill(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }

  #move(state: JobRunState): void {
    this.state = state;
    this.#updatedAt = new Date();
  }

  async #run(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'landfall-glue-'));
    const clock = setTimeout(() => this.stop('TIMEOUT'), this.#input.timeout * 60_000);
    try {
      const code = await this.#submit(folder);
      if (code !== 0 && this.#stopped === null) {
        const said = await tailOf(join(folder, 'log'));
        this.#error = reasonIn(said) ?? `Command failed with exit code ${code}`;
        await this.#input.log(said.trimEnd().split('\n')).catch(() => undefined);
      }
      this.#completedAt = new Date();
      this.#move(this.#stopped ?? (code === 0 ? 'SUCCEEDED' : 'FAILED'));
    } catch (error) {
      this.#error = (error as Error).message;
      this.#completedAt = new Date();
      this.#move(this.#stopped ?? 'FAILED');
    } finally {
      clearTimeout(clock);
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** @returns the code that Spark ends with */
  async #submit(folder: string): Promise<number | null> {
    const { job, arguments: given, spark, endpoint } = this.#input;
    const all = { ...job.DefaultArguments, ...given };
    const accessKey = `job-${job.Name}`;
    const { s3, close } = motoClients(endpoint, accessKey);
    const fetched = async (address: string) => {
      const { bucket, key } = s3Address(address);
      const path = join(folder, basename(key));
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      await pipeline(Body as Readable, createWriteStream(path));
      return path;
    };
    const modules = (all['--extra-py-files'] ?? '').split(',').filter((address) => address !== '');
    const paths: string[] = [];
    for (const address of modules) paths.push(await fetched(address));
    const script = await fetched(job.Command?.ScriptLocation ?? '');
    close();
    const settings = { ...settingsIn(all['--conf']), ...spark.settings(endpoint) };
    const args = [
      ...Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
      ...(paths.length === 0 ? [] : ['--py-files', paths.join(',')]),
      script,
      ...Object.entries({ '--JOB_NAME': job.Name ?? '', ...all })
        .filter(([name]) => !OWN.test(name))
        .flat(),
    ];
    if (this.#stopped !== null) return null;
    return this.#spawn(folder, args, accessKey);
  }

  async #spawn(folder: string, args: readonly string[], accessKey: string): Promise<number | null> {
    const { spark, endpoint } = this.#input;
    const log = await open(join(folder, 'log'), 'a');
    const child = spawn(spark.submit, args, {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: {
        PATH: process.env['PATH'],
        ...spark.environment,
        AWS_ACCESS_KEY_ID: accessKey,
        AWS_SECRET_ACCESS_KEY: 'x',
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: endpoint,
      },
    });
    this.#child = child;
    this.#move('RUNNING');
    try {
      return await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    } finally {
      await log.close();
    }
  }
}

/** Glue takes one `--conf`; each further one stands in its value. */
function settingsIn(text = ''): Record<string, string> {
  const parts = text.split(/\s+--conf\s+/).filter((part) => part !== '');
  return Object.fromEntries(
    parts.map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim(), part.slice(at + 1)];
    }),
  );
}

async function tailOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(Math.min(size, TAIL)), 0, undefined, Math.max(0, size - TAIL));
    return buffer.toString();
  } finally {
    await file.close();
  }
}

/** The last exception that Python told of, as Glue gives it. */
function reasonIn(said: string): string | undefined {
  return said
    .split('\n')
    .filter((line) => /^[\w.]*(Error|Exception|Exit)\b/.test(line))
    .at(-1);
}
