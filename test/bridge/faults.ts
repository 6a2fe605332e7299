/** Failures on demand, for tests of what retries them. */

import type { Call } from './calls.ts';
import { AwsError } from './protocol.ts';

export interface Fault {
  readonly service: string;
  readonly action: string;
  /** How many calls fail; one by default. */
  readonly times?: number;
  /** Only calls whose resource has this in it. */
  readonly resource?: string;
  /**
   * `throttled` (the default) as the service says it, an error of one's own, or `lost`: the call is done, and the
   * connection breaks before its answer.
   */
  readonly error?: 'throttled' | 'lost' | { readonly code: string; readonly message: string; readonly status?: number };
  /** Milliseconds to wait before anything else. */
  readonly delay?: number;
}

export interface Outcome {
  /** What is answered without the call being made. */
  readonly error: AwsError | null;
  /** Whether the call is made and its answer lost. */
  readonly lost: boolean;
  readonly delay: number;
}

/** What is to happen to the next so many of something. */
class Pending<Ask extends { readonly times?: number }> {
  readonly #all: { readonly ask: Ask; left: number }[] = [];

  add(ask: Ask): void {
    this.#all.push({ ask, left: ask.times ?? 1 });
  }

  clear(): void {
    this.#all.length = 0;
  }

  /** The first that is meant; counts it. Undefined where none is. */
  protected next(isMeant: (ask: Ask) => boolean): Ask | undefined {
    const own = this.#all.find(({ ask, left }) => left > 0 && isMeant(ask));
    if (own !== undefined) own.left -= 1;
    return own?.ask;
  }
}

export class Faults extends Pending<Fault> {
  /** What becomes of a call; counts it. Null where nothing was asked for it. */
  take(call: Call): Outcome | null {
    const own = this.next(
      ({ service, action, resource = '' }) =>
        service === call.service && action === call.action && call.resource.includes(resource),
    );
    if (own === undefined) return null;
    const { error = 'throttled', delay = 0 } = own;
    if (error === 'lost') return { error: null, lost: true, delay };
    if (error === 'throttled') return { error: throttled(call), lost: false, delay };
    const { code, message, status } = error;
    return { error: new AwsError(code, message, status === undefined ? {} : { status }), lost: false, delay };
  }
}

function throttled({ service, action }: Call): AwsError {
  switch (service) {
    case 's3':
      return new AwsError('SlowDown', 'Please reduce your request rate.', { status: 503 });
    case 'athena':
      return new AwsError('TooManyRequestsException', `Rate exceeded for ${action}`, {
        fields: { Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' },
      });
    case 'dynamodb':
      return new AwsError('ProvisionedThroughputExceededException', 'The level of configured throughput was exceeded.');
    default:
      return new AwsError('ThrottlingException', 'Rate exceeded');
  }
}

export interface FailingStatements {
  /** Such as `ERROR: 1023 Detail: Serializable isolation violation`. */
  readonly reason: string;
  /** How many; one by default. */
  readonly times?: number;
  /** Only statements with this text in them. */
  readonly containing?: string;
}

/** Statements that a service takes, and that end as failed with nothing done. */
export class StatementFaults extends Pending<FailingStatements> {
  /** Why a statement is to fail; counts it. Null where it is not. */
  take(sql: string): string | null {
    return this.next(({ containing = '' }) => sql.includes(containing))?.reason ?? null;
  }
}

export interface DoubledStatements {
  /** Only statements with this text in them. */
  readonly containing: string;
  /** How many; one by default. */
  readonly times?: number;
}

/**
 * Statements that run twice at once, as one of a function that was given up runs beside its successor's: what is told is
 * the end of the one that failed.
 */
export class Doubles extends Pending<DoubledStatements> {
  /** Why they failed; grows as they do. */
  readonly failures: string[] = [];

  override clear(): void {
    super.clear();
    this.failures.length = 0;
  }

  /** Runs a statement; counts it where it runs twice. @throws what either of both threw */
  async run<Result>(sql: string, work: () => Promise<Result>): Promise<Result> {
    if (this.next(({ containing }) => sql.includes(containing)) === undefined) return work();
    const [first, second] = [work(), work()];
    for (const end of await Promise.allSettled([first, second])) {
      if (end.status === 'fulfilled') continue;
      this.failures.push(String(end.reason));
      throw end.reason;
    }
    return first;
  }
}
