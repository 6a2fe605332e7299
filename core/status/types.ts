/** What is asked where a status is told, be it of a laptop's lake or of a deployed stage. */

import type { StateTime } from '../pipeline/session.ts';
import type { ResultTable } from '../tabular.ts';

export interface StatusSource {
  /** Answers SELECTs, each in its place. */
  ask(questions: readonly string[]): Promise<readonly ResultTable[]>;
  /** Tables whose rows are counted, `schema.table`, in order: the books, and what people query but for views. */
  tables(): Promise<readonly string[]>;
  /** The last runs, the newest first: those of the books, and what else is known of runs. */
  runs(books: ResultTable): Promise<ResultTable>;
  /** How far a run came; nothing of one that left no trace. */
  visits(runId: string): Promise<RunVisits>;
  /** Who works on which data set now, and what is open; nothing where a run is one process. */
  work(): Promise<ResultTable>;
}

export interface RunVisits {
  readonly ended: readonly StateTime[];
  /** States that were entered and not left, the outermost first. */
  readonly open: readonly StateTime[];
}

/** By the names that scripts read. */
export type Status = Readonly<
  Record<
    | 'runs'
    | 'states'
    | 'work'
    | 'loads'
    | 'rows'
    | 'refused'
    | 'stray_files'
    | 'quarantine'
    | 'drift'
    | 'quality'
    | 'freshness',
    ResultTable
  >
>;
