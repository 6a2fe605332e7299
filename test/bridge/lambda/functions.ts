/**
 * Lambda on one machine: functions as they are deployed run by plain `node`, each in a folder that holds its code alone,
 * with the environment variables of its definition and those that Lambda itself sets. What is real and what is not:
 * ../README.md.
 */

import { randomUUID } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { giveFiles } from '../../../infra/bundles/same-files.ts';
import { type Answer, ExecutionEnvironment, type Failure, newTrace } from './environment.ts';

export interface FunctionDefinition {
  readonly name: string;
  /** The folder that is deployed. */
  readonly code: string;
  /** `file.export`, the file an `.mjs`. */
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  /** Seconds. */
  readonly timeout: number;
  /** Of its own concurrency, where some is reserved for it: events beyond are refused. */
  readonly atOnce?: number;
}

export interface LambdaOptions {
  /** Where the functions ask AWS. */
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  /** Is told of every event once it is over. */
  readonly heard?: (invoked: Invoked) => void;
}

/** What one event took. */
export interface Invoked {
  readonly name: string;
  /** Whether a process was started for it. */
  readonly isCold: boolean;
  /** When it was called, in milliseconds since 1970, UTC. */
  readonly at: number;
  readonly milliseconds: number;
  /** MiB that its process held at most so far; null where that is not known. */
  readonly peakMiB: number | null;
  /** Null where it gave an answer. */
  readonly failure: string | null;
}

/** What a function threw, or why it was ended. */
export class FunctionError extends Error {
  readonly failure: Failure;
  /** What was printed while it ran. */
  readonly log: string;

  constructor(name: string, failure: Failure, log: string) {
    super(`${name}: ${failure.errorType}: ${failure.errorMessage}\n${log}`);
    this.name = failure.errorType;
    this.failure = failure;
    this.log = log;
  }
}

const RUNTIME = fileURLToPath(new URL('runtime.mjs', import.meta.url));

export class Lambda {
  readonly invoked: Invoked[] = [];
  /** What X-Ray's daemon was sent: JSON, a segment each. */
  readonly segments: string[] = [];
  private readonly options: LambdaOptions;
  private readonly folder: string;
  private readonly daemon: Socket;
  private readonly functions = new Map<string, FunctionDefinition>();
  /** Unpacked code, by the folder that it came from: the same code is the same for each function that has it. */
  private readonly roots = new Map<string, Promise<string>>();
  private readonly environments = new Map<string, ExecutionEnvironment[]>();
  private readonly idle = new Map<string, ExecutionEnvironment[]>();
  /** By function: events that it is at work on. */
  private readonly busy = new Map<string, number>();

  private constructor(options: LambdaOptions, folder: string, daemon: Socket) {
    this.options = options;
    this.folder = folder;
    // A header stands before it, on a line of its own.
    this.daemon = daemon.on('message', (text) => this.segments.push(text.toString().split('\n').slice(1).join('\n')));
  }

  /** To be closed. */
  static async open(options: LambdaOptions): Promise<Lambda> {
    const folder = await mkdtemp(join(tmpdir(), 'landfall-lambda-'));
    await cp(RUNTIME, join(folder, 'runtime', 'index.mjs'));
    const daemon = createSocket('udp4').bind(0, '127.0.0.1');
    await once(daemon, 'listening');
    return new Lambda(options, folder, daemon);
  }

  /** A function that is defined anew takes its next event in a process of its own. */
  define(definition: FunctionDefinition): void {
    this.functions.set(definition.name, definition);
    this.idle.delete(definition.name);
  }

  arnOf(name: string): string {
    const { region, account } = this.options;
    return `arn:aws:lambda:${region}:${account}:function:${name}`;
  }

  /** MiB that a function has. */
  memoryOf(name: string): number {
    return this.functions.get(name)?.memoryMiB ?? 0;
  }

  /** The key that signs a function's own calls, by which the bridge's `calls` tells them apart. */
  static accessKeyOf(name: string): string {
    return `lambda-${name}`;
  }

  /**
   * Events that come at once are taken by a process each, events that follow by the one that is there.
   *
   * @param event whatever JSON can hold
   * @throws FunctionError, Error of a function that is not defined
   */
  async invoke(name: string, event: unknown): Promise<unknown> {
    const definition = this.functions.get(name);
    if (definition === undefined) throw new Error(`there is no function ${name}`);
    const busy = this.busy.get(name) ?? 0;
    if (busy >= (definition.atOnce ?? Number.POSITIVE_INFINITY)) throw new FunctionError(name, THROTTLED, '');
    this.busy.set(name, busy + 1);
    try {
      return await this.work(definition, event);
    } finally {
      this.busy.set(name, (this.busy.get(name) ?? 1) - 1);
    }
  }

  private async work(definition: FunctionDefinition, event: unknown): Promise<unknown> {
    const { name } = definition;
    const start = Date.now();
    const warm = this.idle.get(name)?.pop();
    const environment = warm ?? (await this.start(definition));
    const answer = await environment.invoke({
      requestId: randomUUID(),
      arn: this.arnOf(name),
      event: JSON.stringify(event),
      deadline: Date.now() + definition.timeout * 1000,
      trace: newTrace(start),
    });
    const peakMiB = environment.peakMiB();
    if ((peakMiB ?? 0) > definition.memoryMiB) await environment.close();
    const failure = failureOf(definition, answer, peakMiB);
    const invoked = {
      ...{ name, isCold: warm === undefined, at: start, milliseconds: Date.now() - start, peakMiB },
      failure: failure?.errorType ?? null,
    };
    this.invoked.push(invoked);
    this.options.heard?.(invoked);
    const log = environment.takeLog();
    const isCurrent = this.functions.get(name) === definition;
    if (!environment.isOver && isCurrent) this.idle.set(name, [...(this.idle.get(name) ?? []), environment]);
    if (failure === null && 'payload' in answer) return JSON.parse(answer.payload);
    throw new FunctionError(name, failure ?? NOTHING, log);
  }

  /** Kills what works for a function now, as a machine does that fails. */
  async kill(name: string): Promise<void> {
    const idle = new Set(this.idle.get(name));
    await Promise.all((this.environments.get(name) ?? []).filter((one) => !idle.has(one)).map((one) => one.close()));
  }

  /** Ends every process, and removes what was unpacked. */
  async close(): Promise<void> {
    await Promise.all([...this.environments.values()].flat().map((one) => one.close()));
    this.daemon.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async start(definition: FunctionDefinition): Promise<ExecutionEnvironment> {
    const { name, code } = definition;
    const known = this.roots.get(code) ?? this.unpack(code);
    this.roots.set(code, known);
    const root = await known;
    const runtime = join(this.folder, 'runtime', 'index.mjs');
    const temporary = await mkdtemp(join(this.folder, 'tmp-'));
    const variables = this.variablesOf(definition, root);
    const environment = new ExecutionEnvironment({ runtime, root, temporary, variables });
    this.environments.set(name, [...(this.environments.get(name) ?? []), environment]);
    return environment;
  }

  private async unpack(code: string): Promise<string> {
    const root = join(this.folder, 'code', String(this.roots.size));
    await giveFiles(code, root);
    return root;
  }

  /** Lambda's own are those that it documents as defined at run time; it sets no HOME. */
  private variablesOf({ name, handler, variables, memoryMiB }: FunctionDefinition, root: string) {
    const { endpoint, region } = this.options;
    return {
      ...variables,
      _HANDLER: handler,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: `stream-${randomUUID()}`,
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_LAMBDA_LOG_LEVEL: 'INFO',
      AWS_ACCESS_KEY_ID: Lambda.accessKeyOf(name),
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_SESSION_TOKEN: 'x',
      AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR',
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${this.daemon.address().port}`,
      LAMBDA_TASK_ROOT: root,
      LAMBDA_RUNTIME_DIR: join(this.folder, 'runtime'),
      LANG: 'en_US.UTF-8',
      // Where Lambda has node; a function that starts another program finds what the machine has.
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin/:/bin`,
      TZ: ':UTC',
      // Here alone: on AWS the SDK knows where each service is.
      AWS_ENDPOINT_URL: endpoint,
    };
  }
}

/** Where Lambda would have killed it on the way, here its answer is lost. */
function failureOf({ memoryMiB }: FunctionDefinition, answer: Answer, peakMiB: number | null): Failure | null {
  if ((peakMiB ?? 0) > memoryMiB) {
    const errorMessage = `Error: Runtime exited with error: signal: killed; it held ${peakMiB} of ${memoryMiB} MiB`;
    return { errorType: 'Runtime.OutOfMemory', errorMessage };
  }
  if ('payload' in answer) return null;
  return 'failure' in answer ? answer.failure : NOTHING;
}

const THROTTLED: Failure = { errorType: 'Lambda.TooManyRequestsException', errorMessage: 'Rate Exceeded.' };
const NOTHING: Failure = { errorType: 'Runtime.Unknown', errorMessage: 'the runtime said nothing' };
