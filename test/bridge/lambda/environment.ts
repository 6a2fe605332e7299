/** One execution environment: a process that has a function's code and environment variables, and nothing else. */

import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';

/** What the runtime is told. */
export interface Invocation {
  readonly requestId: string;
  readonly arn: string;
  /** JSON. */
  readonly event: string;
  /** Milliseconds since 1970, UTC. */
  readonly deadline: number;
  /** Of X-Ray. */
  readonly trace: string;
}

/** What the runtime says: first that it is ready, or that it can't be; then what each event came to. */
export type Answer = { readonly isReady: true } | { readonly payload: string } | { readonly failure: Failure };

/** As Lambda tells whoever called. */
export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface EnvironmentOptions {
  /** The script that plays the runtime. */
  readonly runtime: string;
  /** The folder of the code, which is also where it starts. */
  readonly root: string;
  /** Its own `/tmp`, which ends with it; what it runs finds it by `TMPDIR`. */
  readonly temporary: string;
  /** All of them: none is handed down from this process. */
  readonly variables: Readonly<Record<string, string>>;
}

/** By the runtime, where an event's log ends, on each of both streams. */
const END = '\0';

export class ExecutionEnvironment {
  /** Whether it has ended; it takes no event then. */
  isOver = false;
  private readonly child: ChildProcess;
  private printed = '';
  /** Streams that print still, of an event. */
  private printing = 0;
  private onPrinted: () => void = () => undefined;
  private settle: (answer: Answer | null) => void = () => undefined;
  private readonly ended: Promise<void>;
  private isReady = false;

  constructor({ runtime, root, temporary, variables }: EnvironmentOptions) {
    this.child = fork(runtime, [], {
      cwd: root,
      env: { ...variables, TMPDIR: temporary },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.hear(text));
    }
    this.child.on('message', (answer: Answer) => this.settle(answer));
    this.ended = new Promise((done) => {
      const end = () => {
        this.isOver = true;
        rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
        this.settle(null);
        done();
      };
      // What it printed is read before.
      this.child.on('close', end).on('error', end);
    });
  }

  /** MiB that it held at most so far; null where the system does not tell. */
  peakMiB(): number | null {
    try {
      const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
      const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      return kib === undefined ? null : Math.ceil(Number(kib) / 1024);
    } catch {
      return null;
    }
  }

  /** What it printed since this was last asked. */
  takeLog(): string {
    const log = this.printed;
    this.printed = '';
    return log;
  }

  /**
   * One event, and what it came to. Between events the process stands still, as Lambda freezes it: what a handler began
   * and did not wait for gets no further.
   */
  async invoke(invocation: Invocation): Promise<Answer> {
    const seconds = (invocation.deadline - Date.now()) / 1000;
    const late = setTimeout(() => this.child.kill('SIGKILL'), seconds * 1000);
    try {
      const ready = this.isReady ? null : await this.next();
      this.isReady = true;
      if (ready !== null && !('isReady' in ready)) {
        await this.close();
        return ready;
      }
      const [answer, printed] = [this.next(), this.allPrinted()];
      this.child.kill('SIGCONT');
      this.child.send(invocation, () => undefined);
      const given = await answer;
      await Promise.race([printed, this.ended]);
      return given;
    } catch {
      await this.ended;
      const { exitCode, signalCode } = this.child;
      if (Date.now() >= invocation.deadline) {
        return failed('Sandbox.Timedout', `RequestId: ${invocation.requestId} Error: Task timed out`);
      }
      const how = exitCode === null ? `signal: ${signalCode}` : `exit status ${exitCode}`;
      return failed('Runtime.ExitError', `RequestId: ${invocation.requestId} Error: Runtime exited with error: ${how}`);
    } finally {
      clearTimeout(late);
      if (!this.isOver) this.child.kill('SIGSTOP');
    }
  }

  async close(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private hear(text: string): void {
    const parts = text.split(END);
    this.printed += parts.join('');
    this.printing -= parts.length - 1;
    if (this.printing <= 0) this.onPrinted();
  }

  /** Once both streams have told what an event printed. */
  private allPrinted(): Promise<void> {
    this.printing = 2;
    return new Promise((resolve) => {
      this.onPrinted = resolve;
    });
  }

  /** @throws where the process ended before it said anything */
  private next(): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.settle = (answer) => (answer === null ? reject(new Error('it has ended')) : resolve(answer));
      if (this.isOver) this.settle(null);
    });
  }
}

const failed = (errorType: string, errorMessage: string): Answer => ({ failure: { errorType, errorMessage } });

/** As `_X_AMZN_TRACE_ID` has it, of an event that is traced. */
export function newTrace(now: number): string {
  const seconds = Math.floor(now / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=1`;
}
