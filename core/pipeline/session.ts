/** What the tasks of one run share. A task takes and gives names and counts; what is large stays here. */

import type { Contract } from '../contracts/types.ts';
import type { Freshness } from '../freshness/types.ts';
import type { TableBooks } from '../loads.ts';
import type { Ports } from '../ports.ts';
import { formatProblem, LandfallError, type Problem, TransientError } from '../problems.ts';
import type { Project } from '../project.ts';
import type { FailedRule, RuleReads } from '../quality/types.ts';
import type { Listing, PlanPorts } from './listing.ts';
import type { ModelGraph } from './model-graph.ts';
import type { Months } from './months.ts';
import type { DatasetPlan } from './plan.ts';
import type { DatasetRefresh, NodeTime } from './refresh.ts';
import type { Places } from './unclaimed.ts';

export interface RunOptions {
  readonly runId: string;
  /** Hyphenated names; empty means all. */
  readonly datasets: readonly string[];
  /** Loads every file again and refreshes every model in full. */
  readonly full: boolean;
  /** Loads again what has rows in these months, and nothing else that is known; then `full` is of the models alone. */
  readonly months?: Months;
  /** Loads nothing: these models and results are refreshed in full, and what reads them. `schema.name` each. */
  readonly models?: readonly string[];
  /** Asks no quality rule, so that models are made whatever the data is like; the next run asks them. */
  readonly regardless?: boolean;
  /** New files of this many bytes, unpacked, are loaded in bulk. */
  readonly bulkBytes?: number;
  /** `landing` and `contracts` by default. */
  readonly places?: Places;
}

/** Contracts first, for planning needs no more; the rest is read while files are. */
export interface ProjectSource {
  readonly contracts: readonly Contract[];
  /** @throws LandfallError with every mistake of every file. */
  load(): Promise<Project>;
}

/** One data set on its way through a run. */
export interface DatasetRun {
  /** With the columns that the lake has learnt. */
  contract: Contract;
  /** Or why it could not be listed. None where the process that planned the run is another: it is listed again. */
  readonly listing?: Listing | { readonly error: unknown };
  /** Begun as soon as the files are known; whoever waits for it is told of its failure. */
  planning?: Promise<DatasetPlan>;
  plan?: DatasetPlan;
  /** By table. */
  readonly loads: Map<string, TableLoad>;
  /** Whether anything of the data set has ever landed. */
  isKnown: boolean;
  /** Whether no quality rule is broken, as this run found. */
  checked: boolean;
  refresh?: DatasetRefresh;
  failed: boolean;
}

/** What a run keeps of one table's load. */
export interface TableLoad {
  readonly books: TableBooks;
  readonly filesLoaded: number;
  readonly filesRefused: number;
  /** Whether the table has got columns. */
  readonly hasLearnt: boolean;
}

/** What a run knows before it changes anything. */
export interface Planning {
  /** Each task runs in a process of its own: none begins what a later one would finish. */
  readonly isApart: boolean;
  readonly ports: PlanPorts;
  readonly options: RunOptions;
  /** There once the run is planned. */
  project: Project | null;
  graph: ModelGraph | null;
  /** Where models were asked for: the tables that are to be made, besides what reads them. */
  scope?: ReadonlySet<string>;
  readonly datasets: Map<string, DatasetRun>;
  /** Tables whose rows changed in this run or before a run that was killed. */
  readonly changes: Map<string, 'rows' | 'all'>;
  readonly warnings: Problem[];
  /** What lies in the landing zone and no contract is for. */
  readonly unclaimed: Problem[];
}

export interface Session extends Planning {
  readonly ports: Ports;
  readonly startedAt: number;
  /** Of every contract, whichever the run is for. */
  ruleReads: RuleReads;
  /** Tables of models and analyses that failed in this run, and clean tables that break a rule. */
  readonly failed: Set<string>;
  readonly times: NodeTime[];
  readonly errors: Problem[];
  readonly failedRules: FailedRule[];
  /** How every promise of the run's data sets stands; empty until that is asked. */
  freshness: readonly Freshness[];
  /** By table: how it was published. */
  readonly published: Record<string, string>;
  report: string | null;
  /** By the cause that a failed task gave: all that is known of the failure. */
  readonly causes: Map<string, readonly Problem[]>;
  /** States left so far, as the workflow's event log tells them. */
  readonly states: StateTime[];
}

/** One visit to a state of the workflow. */
export interface StateTime {
  readonly state: string;
  readonly type: string;
  /** None where the state is the whole run's. */
  readonly dataset?: string;
  /** Of a state that is visited once a table. */
  readonly table?: string;
  /** Milliseconds since 1970, UTC. */
  readonly enteredAt: number;
  /** Milliseconds. */
  readonly elapsed: number;
  /** Bytes of JSON. */
  readonly input: number;
  readonly output: number;
  /** How often the task was tried again. */
  readonly retries: number;
  /** Why it failed, though it may have been caught. */
  readonly error?: string;
}

export function newPlanning<Needed extends PlanPorts>(
  ports: Needed,
  options: RunOptions,
  isApart = false,
): Planning & { ports: Needed } {
  return {
    isApart,
    ports,
    options,
    project: null,
    graph: null,
    datasets: new Map(),
    changes: new Map(),
    warnings: [],
    unclaimed: [],
  };
}

export function newSession(ports: Ports, options: RunOptions, isApart = false): Session {
  return {
    ...newPlanning(ports, options, isApart),
    startedAt: ports.clock.now(),
    failed: new Set(),
    times: [],
    errors: [],
    ruleReads: new Map(),
    failedRules: [],
    freshness: [],
    published: {},
    report: null,
    causes: new Map(),
    states: [],
  };
}

/** The contracts of the data sets that a run is for. @throws LandfallError exit code 2 on a name that no contract has. */
export function chosen(
  { contracts }: Pick<ProjectSource, 'contracts'>,
  datasets: readonly string[],
): readonly Contract[] {
  const known = contracts.map(({ dataset }) => dataset);
  const unknown = datasets.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new LandfallError(
      unknown.map((name) => ({
        code: 'unknown-dataset',
        message: `there is no contract for "${name}", expected one of ${known.join(', ')}`,
      })),
      2,
    );
  }
  return contracts.filter(({ dataset }) => datasets.length === 0 || datasets.includes(dataset));
}

/** The data set's place in the run. @throws where the run has no such data set: a task was given what no plan gave. */
export function datasetOf(session: Session, dataset: string): DatasetRun {
  const found = session.datasets.get(dataset);
  if (found === undefined) throw new Error(`run ${session.options.runId} has no data set ${dataset}`);
  return found;
}

/** Undefined where it could not be listed, or this process did not. */
export function listed({ listing }: DatasetRun): Listing | undefined {
  return listing === undefined || 'error' in listing ? undefined : listing;
}

/** The project and its graph. @throws where the run is not planned yet. */
export function plannedOf(session: Planning): { project: Project; graph: ModelGraph } {
  const { project, graph } = session;
  if (project === null || graph === null) throw new Error(`run ${session.options.runId} is not planned yet`);
  return { project, graph };
}

/**
 * What a task throws when `error` ended it: a name that the workflow's Retry and Catch know, and one cause in a few words,
 * by which `RecordFailure` finds all that is known.
 */
export function failedTask(session: Pick<Session, 'causes'>, state: string, error: unknown): Error {
  const problems = problemsOf(error, state);
  const cause = (problems[0] === undefined ? state : formatProblem(problems[0])).slice(0, LONGEST_CAUSE);
  session.causes.set(cause, problems);
  return Object.assign(new Error(cause), { name: errorName(error, problems) });
}

/** Characters: Step Functions cuts what is much longer, and then nothing is found by it. */
const LONGEST_CAUSE = 2000;

/** Another run works on the data set: the workflow waits for longer than for what is merely away. */
export const BUSY = 'lease-busy';

/** Names of errors for which the workflow tries a task again. */
export const TRIED_AGAIN = { busy: 'Landfall.Busy', transient: 'Landfall.Transient' } as const;

function errorName(error: unknown, [first]: readonly Problem[]): string {
  if (first?.code === BUSY) return TRIED_AGAIN.busy;
  return error instanceof TransientError ? TRIED_AGAIN.transient : `Landfall.${first?.code ?? 'unexpected'}`;
}

export function noteChange(session: Session, table: string, change: 'rows' | 'all'): void {
  session.changes.set(table, session.changes.get(table) === 'all' ? 'all' : change);
}

/** Every failure as problems; what is no problem of ours keeps its message and is named after where it happened. */
export function problemsOf(error: unknown, where: string): readonly Problem[] {
  if (error instanceof LandfallError) return error.problems;
  return [{ code: 'unexpected', message: `${where}: ${error instanceof Error ? error.message : String(error)}` }];
}
