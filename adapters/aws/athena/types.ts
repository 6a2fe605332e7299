/** Athena, as the adapters need it. */

import type { ResultTable } from '../../../core/tabular.ts';

export interface RunOptions {
  /**
   * Makes a repeated submission the same query: a step that is tried again waits for the query that it had begun, and
   * begins no other. Without one, every submission is a query of its own.
   */
  readonly token?: string;
  /** The schema that names without one are of. */
  readonly schema?: string;
  /**
   * Where the query itself fails by no fault of its own, it is not submitted anew but told of as a TransientError of code
   * `query-failed`: an INSERT into files may have left some, which would count twice.
   */
  readonly isOnce?: boolean;
}

export interface QueryBooks {
  readonly queryId: string;
  /** What Athena bills for. */
  readonly scannedBytes: number;
  /** Milliseconds that the engine worked. */
  readonly elapsed: number;
}

export interface Athena {
  /**
   * Runs a statement to its end. Throttling, and commits that met another, are tried again with growing, jittered waits.
   *
   * @throws LandfallError `query-failed` with the engine's words; TransientError where the time that is left does not
   *   suffice: the query goes on, and the same token finds it again
   */
  run(sql: string, options?: RunOptions): Promise<QueryBooks>;
  /** A small result: dates and times as text, numbers as numbers, what a number can't hold as text. */
  read(sql: string, options?: RunOptions): Promise<ResultTable>;
  /** Cancels what is still running of what this was asked. */
  cancel(): Promise<void>;
  /** Every statement that was run so far, for the run's books. */
  readonly books: readonly QueryBooks[];
}
