/** One query from its submission to its end. */

import { randomUUID } from 'node:crypto';
import type { AthenaError, QueryExecution, QueryExecutionState } from '@aws-sdk/client-athena';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { type MotoClients, s3Address } from '../moto-clients.ts';
import { UnexpectedToken } from '../sql/tokens.ts';
import { type Engine, QueryFailure } from './engine.ts';
import { NOTHING, type ResultSet, toCsv } from './results.ts';
import { Refused, type Translated } from './statements.ts';
import { type Progress, runOnTrino, TrinoError } from './trino.ts';

export interface Submission {
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly database: string | undefined;
  readonly workGroup: string;
  /** A folder. */
  readonly output: string;
  /** Bytes that it may read, of its workgroup. */
  readonly cutoff: number | undefined;
}

export class Query {
  readonly id = randomUUID();
  readonly submission: Submission;
  result: ResultSet = NOTHING;
  state: QueryExecutionState = 'QUEUED';
  /** Settles once the statement is known to be one: rejects with Refused where its grammar is wrong. */
  readonly accepted: Promise<void>;
  /** Settles once nothing of it is at work any more. */
  readonly ended: Promise<void>;
  readonly #statement: Translated;
  readonly #trino: string;
  readonly #moto: MotoClients;
  readonly #stop = new AbortController();
  readonly #submittedAt = new Date();
  #completedAt: Date | undefined;
  #reason: string | undefined;
  #error: AthenaError | undefined;
  /** Of the steps before the one that is under way. */
  #before: Progress = START;
  #now: Progress = START;

  constructor(submission: Submission, statement: Translated, trino: string, moto: MotoClients) {
    this.submission = submission;
    this.#statement = statement;
    this.#trino = trino;
    this.#moto = moto;
    let accept: () => void = () => undefined;
    let refuse: (error: Error) => void = () => undefined;
    this.accepted = new Promise((resolve, reject) => {
      accept = resolve;
      refuse = reject;
    });
    this.ended = this.#run(accept, refuse);
  }

  get isOver(): boolean {
    return this.#completedAt !== undefined;
  }

  /** Whether GetQueryResults begins with the names of the columns. */
  get hasHeader(): boolean {
    return this.#statement.substatement === 'SELECT';
  }

  stop(): void {
    if (!this.isOver) this.#end('CANCELLED', 'Query cancelled by user');
    this.#stop.abort(new Error('Query cancelled by user'));
  }

  describe(): QueryExecution {
    const { sql, database, workGroup, parameters } = this.submission;
    const total = (this.#completedAt ?? new Date()).getTime() - this.#submittedAt.getTime();
    const queued = this.#before.queuedTimeMillis + this.#now.queuedTimeMillis;
    return {
      QueryExecutionId: this.id,
      Query: sql,
      StatementType: this.#statement.type,
      SubstatementType: this.#statement.substatement,
      ResultConfiguration: { OutputLocation: this.#outputLocation() },
      QueryExecutionContext: { Catalog: 'awsdatacatalog', ...(database === undefined ? {} : { Database: database }) },
      Status: {
        State: this.state,
        StateChangeReason: this.#reason,
        SubmissionDateTime: this.#submittedAt,
        CompletionDateTime: this.#completedAt,
        AthenaError: this.#error,
      },
      Statistics: {
        DataScannedInBytes: this.#before.physicalInputBytes + this.#now.physicalInputBytes,
        EngineExecutionTimeInMillis: this.#before.elapsedTimeMillis + this.#now.elapsedTimeMillis,
        QueryQueueTimeInMillis: queued,
        TotalExecutionTimeInMillis: total,
      },
      WorkGroup: workGroup,
      EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: 'Athena engine version 3' },
      ...(parameters.length === 0 ? {} : { ExecutionParameters: [...parameters] }),
    };
  }

  async #run(accept: () => void, refuse: (error: Error) => void): Promise<void> {
    try {
      const result = await this.#statement.run(this.#engine(accept));
      await this.#leave(result);
      this.result = result;
      this.#end('SUCCEEDED');
    } catch (error) {
      if (error instanceof TrinoError && error.failure.errorName === 'SYNTAX_ERROR') {
        refuse(new Refused(error.failure.message));
      }
      this.#fail(error);
    }
    accept();
  }

  #engine(accept: () => void): Engine {
    const { glue, s3 } = this.#moto;
    return {
      glue,
      s3,
      queryId: this.id,
      database: this.submission.database,
      output: this.submission.output,
      trino: async (sql, { session = {}, bind = false } = {}) => {
        this.#stop.signal.throwIfAborted();
        this.#before = sum(this.#before, this.#now);
        this.#now = START;
        return runOnTrino(this.#trino, {
          sql,
          parameters: bind ? this.submission.parameters : [],
          schema: this.submission.database,
          session,
          signal: this.#stop.signal,
          onProgress: (progress) => {
            // Its first answer is to the submission alone: the text was not looked at yet.
            if (progress.state !== 'QUEUED') accept();
            this.#follow(progress);
          },
        });
      },
    };
  }

  #follow(progress: Progress): void {
    this.#now = progress;
    if (this.isOver) return;
    if (progress.state !== 'QUEUED') this.state = 'RUNNING';
    const { cutoff } = this.submission;
    if (cutoff !== undefined && progress.physicalInputBytes > cutoff) {
      const reason = `Query cancelled! : Bytes scanned limit was exceeded: ${cutoff}`;
      this.#end('CANCELLED', reason);
      this.#stop.abort(new Error(reason));
    }
  }

  #fail(error: unknown): void {
    if (error instanceof TrinoError) {
      const { message, errorName, errorType } = error.failure;
      const category = errorType === 'USER_ERROR' ? 2 : errorType === 'INTERNAL_ERROR' ? 1 : 3;
      this.#end('FAILED', `${errorName}: ${message}`, category);
    } else if (error instanceof QueryFailure) this.#end('FAILED', error.message, error.category);
    else if (error instanceof UnexpectedToken) this.#end('FAILED', `FAILED: ParseException ${error.message}`, 2);
    else this.#end('FAILED', `GENERIC_INTERNAL_ERROR: ${error}`, 1);
  }

  /** The first end counts. */
  #end(state: QueryExecutionState, reason?: string, category?: number): void {
    if (this.isOver) return;
    this.state = state;
    this.#completedAt = new Date();
    this.#reason = reason;
    if (category !== undefined) {
      this.#error = { ErrorCategory: category, Retryable: category === 1, ErrorMessage: reason };
    }
  }

  #outputLocation(): string {
    const { type, substatement } = this.#statement;
    const { output } = this.submission;
    if (substatement === 'SELECT') return `${output}${this.id}.csv`;
    return type === 'DML' ? `${output}${this.id}` : `${output}${this.id}.txt`;
  }

  /** Results lie in S3, too, where Athena leaves some. */
  async #leave(result: ResultSet): Promise<void> {
    const { type, substatement } = this.#statement;
    if (type === 'DML' && substatement !== 'SELECT') return;
    const text = result.rows.map((row) => `${row.map((value) => value ?? '').join('\t')}\n`).join('');
    const { bucket, key } = s3Address(this.#outputLocation());
    const body = Buffer.from(substatement === 'SELECT' ? toCsv(result) : text);
    await this.#moto.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
  }
}

const START: Progress = { state: 'QUEUED', physicalInputBytes: 0, elapsedTimeMillis: 0, queuedTimeMillis: 0 };

function sum(one: Progress, other: Progress): Progress {
  return {
    state: other.state,
    physicalInputBytes: one.physicalInputBytes + other.physicalInputBytes,
    elapsedTimeMillis: one.elapsedTimeMillis + other.elapsedTimeMillis,
    queuedTimeMillis: one.queuedTimeMillis + other.queuedTimeMillis,
  };
}
