/** Glue's jobs and crawlers, at work. What they are, and the whole catalog, moto keeps. */

import {
  type BatchStopJobRunRequest,
  type BatchStopJobRunResponse,
  GetJobCommand,
  type GetJobRunRequest,
  type GetJobRunResponse,
  type GetJobRunsRequest,
  type GetJobRunsResponse,
  type StartJobRunRequest,
  type StartJobRunResponse,
} from '@aws-sdk/client-glue';
import { type MotoClients, motoClients } from '../moto-clients.ts';
import { type Actions, AwsError } from '../protocol.ts';
import { Crawlers } from './crawlers.ts';
import { JobRun, type SparkOptions } from './job-run.ts';
import { Log } from './log.ts';

export interface GlueOptions {
  readonly moto: string;
  /** Without it no job runs. */
  readonly spark?: SparkOptions;
}

/** In minutes, where neither the job nor the run says another. */
const TIMEOUT = 2880;

export class GlueApi {
  readonly actions: Actions;
  readonly #spark: SparkOptions | undefined;
  readonly #endpoint: () => string;
  readonly #moto: MotoClients;
  readonly #crawlers: Crawlers;
  readonly #log: Log;
  /** By job, the newest first. */
  readonly #runs = new Map<string, JobRun[]>();

  /** @param endpoint where jobs and crawlers reach AWS */
  constructor({ moto, spark }: GlueOptions, endpoint: () => string) {
    this.#spark = spark;
    this.#endpoint = endpoint;
    this.#moto = motoClients(moto);
    this.#crawlers = new Crawlers(moto, endpoint);
    this.#log = new Log(moto, '/aws-glue/jobs/error');
    this.actions = {
      ...this.#crawlers.actions,
      StartJobRun: (input: StartJobRunRequest) => this.#start(input),
      GetJobRun: (input: GetJobRunRequest) => this.#get(input),
      GetJobRuns: (input: GetJobRunsRequest) => this.#list(input),
      BatchStopJobRun: (input: BatchStopJobRunRequest) => this.#stop(input),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#runs.values()].flat().map((run) => run.stop()));
    await this.#crawlers.close();
    this.#moto.close();
  }

  async #start({ JobName = '', Arguments = {}, Timeout }: StartJobRunRequest): Promise<StartJobRunResponse> {
    if (this.#spark === undefined) throw new AwsError('InvalidInputException', 'the bridge was started without Spark');
    const { Job: job = {} } = await this.#moto.glue.send(new GetJobCommand({ JobName }));
    const runs = this.#runs.get(JobName) ?? [];
    const { MaxConcurrentRuns = 1 } = job.ExecutionProperty ?? {};
    if (runs.filter(({ isOver }) => !isOver).length >= MaxConcurrentRuns) {
      throw new AwsError('ConcurrentRunsExceededException', `Concurrent runs exceeded for ${JobName}`);
    }
    const run: JobRun = new JobRun({
      job,
      arguments: Arguments,
      timeout: Timeout ?? job.Timeout ?? TIMEOUT,
      endpoint: this.#endpoint(),
      spark: this.#spark,
      log: (lines) => this.#log.write(run.id, lines),
    });
    this.#runs.set(JobName, [run, ...runs]);
    return { JobRunId: run.id };
  }

  #get({ JobName = '', RunId = '' }: GetJobRunRequest): GetJobRunResponse {
    return { JobRun: this.#find(JobName, RunId).describe() };
  }

  #list({ JobName = '', MaxResults = 200, NextToken }: GetJobRunsRequest): GetJobRunsResponse {
    const runs = this.#runs.get(JobName) ?? [];
    const from = Number(NextToken ?? 0);
    const to = from + MaxResults;
    return {
      JobRuns: runs.slice(from, to).map((run) => run.describe()),
      ...(to < runs.length ? { NextToken: String(to) } : {}),
    };
  }

  async #stop({ JobName = '', JobRunIds = [] }: BatchStopJobRunRequest): Promise<BatchStopJobRunResponse> {
    const runs = JobRunIds.map((id) => this.#find(JobName, id));
    await Promise.all(runs.map((run) => run.stop()));
    return { SuccessfulSubmissions: JobRunIds.map((JobRunId) => ({ JobName, JobRunId })), Errors: [] };
  }

  #find(job: string, id: string): JobRun {
    const run = this.#runs.get(job)?.find((one) => one.id === id);
    if (run === undefined) throw new AwsError('EntityNotFoundException', `Job run ${id} of ${job} not found`);
    return run;
  }
}
