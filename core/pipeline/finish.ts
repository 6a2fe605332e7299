/** How a run ended, for whoever started it and for whoever is told. */

import { lateProblem } from '../freshness/freshness.ts';
import type { Freshness } from '../freshness/types.ts';
import type { TableBooks } from '../loads.ts';
import type { RunOutcome } from '../ports.ts';
import type { Problem } from '../problems.ts';
import type { FailedRule } from '../quality/types.ts';
import type { NodeTime } from './refresh.ts';
import type { Session, TableLoad } from './session.ts';

export interface DatasetResult {
  readonly dataset: string;
  readonly status: 'succeeded' | 'failed' | 'skipped';
  readonly tables: readonly TableBooks[];
  readonly filesLoaded: number;
  readonly filesSkipped: number;
  readonly filesRefused: number;
}

export interface RunResult {
  readonly runId: string;
  readonly status: 'succeeded' | 'failed';
  readonly datasets: readonly DatasetResult[];
  readonly models: readonly NodeTime[];
  /** By table: how it was published to the warehouse. */
  readonly warehouse: Readonly<Record<string, string>>;
  /** Where the report is; null where none was written. */
  readonly report: string | null;
  /** What failed. */
  readonly errors: readonly Problem[];
  /** Files that were refused, audits that warn, and the like. */
  readonly warnings: readonly Problem[];
  /** Whether this run refused a row or a file. */
  readonly refused: boolean;
  /** Promises that are not kept. */
  readonly late: readonly Freshness[];
  readonly failedRules: readonly FailedRule[];
}

type Told =
  | 'options'
  | 'times'
  | 'published'
  | 'report'
  | 'errors'
  | 'warnings'
  | 'unclaimed'
  | 'freshness'
  | 'failedRules';

/** What a run's result is made of, of a session in memory and of a frozen one alike. */
export interface Ended extends Pick<Session, Told> {
  readonly datasets: readonly EndedDataset[];
}

interface EndedDataset {
  readonly dataset: string;
  /** Of the contract. */
  readonly tables: readonly string[];
  /** Null where it could not be planned. */
  readonly plan: {
    readonly tables: readonly { readonly files: readonly unknown[]; readonly refusals: readonly unknown[] }[];
    readonly skipped: number;
    readonly strays: readonly unknown[];
  } | null;
  readonly loads: readonly (readonly [table: string, load: TableLoad])[];
  readonly failed: boolean;
}

export function statusOf({ errors }: Pick<Session, 'errors'>): 'succeeded' | 'failed' {
  return errors.length === 0 ? 'succeeded' : 'failed';
}

export function resultOf(session: Session): RunResult {
  const datasets = [...session.datasets.values()].map(({ contract, plan = null, loads, failed }) => ({
    ...{ dataset: contract.dataset, tables: contract.tables.map(({ name }) => name), plan, failed },
    loads: [...loads],
  }));
  return resultOfEnded({ ...session, datasets });
}

/** Of a run that another process did: what it left frozen tells all of it. */
export function resultOfEnded(run: Ended): RunResult {
  const { options, times, report, errors, warnings } = run;
  const datasets = run.datasets.map(datasetResult);
  const strays = run.unclaimed.length > 0 || run.datasets.some(({ plan }) => plan !== null && plan.strays.length > 0);
  const refused = datasets.some(
    ({ filesRefused, tables }) => filesRefused > 0 || tables.some(({ rows_quarantined }) => rows_quarantined > 0),
  );
  return {
    runId: options.runId,
    status: statusOf(run),
    datasets,
    models: times,
    warehouse: run.published,
    report,
    errors,
    warnings,
    refused: refused || strays,
    late: run.freshness.filter(({ status }) => status === 'late'),
    failedRules: run.failedRules,
  };
}

/** Whether a run that is done wants a look: it refused something, data is late, or a rule warns. */
export function needsAttention({ refused, late, failedRules }: RunResult): boolean {
  return refused || late.length > 0 || failedRules.some(({ severity }) => severity === 'warning');
}

export function outcomeOf(session: Session): RunOutcome {
  const result = resultOf(session);
  const { runId, status, datasets, report, errors, late, failedRules } = result;
  return {
    run_id: runId,
    status,
    needs_attention: needsAttention(result),
    datasets: datasets.map(({ dataset, status: state, tables, filesRefused }) => ({
      dataset,
      status: state,
      rows_loaded: tables.reduce((sum, { rows_loaded }) => sum + rows_loaded, 0),
      rows_quarantined: tables.reduce((sum, { rows_quarantined }) => sum + rows_quarantined, 0),
      files_refused: filesRefused,
    })),
    late: late.map((promise) => ({
      dataset: promise.dataset,
      element: promise.element ?? '',
      message: lateProblem(promise).message,
    })),
    failed_rules: failedRules
      .filter(({ severity }) => severity !== 'info')
      .map(({ dataset, table, column, rule, severity, expected, observed }) => ({
        ...{ dataset, table, column, rule, severity, expected, observed },
      })),
    report,
    errors,
  };
}

function datasetResult({ dataset, tables: names, plan, loads, failed }: EndedDataset): DatasetResult {
  if (plan === null) {
    return { dataset, status: 'failed', tables: [], filesLoaded: 0, filesSkipped: 0, filesRefused: 0 };
  }
  const byTable = new Map(loads);
  const outcomes = [...byTable.values()];
  const fresh = plan.tables.reduce((sum, { files, refusals }) => sum + files.length + refusals.length, 0);
  return {
    dataset,
    status: failed ? 'failed' : fresh === 0 ? 'skipped' : 'succeeded',
    tables: names.map((name) => byTable.get(name)?.books ?? noRows(name)),
    filesLoaded: outcomes.reduce((sum, { filesLoaded }) => sum + filesLoaded, 0),
    filesSkipped: plan.skipped,
    filesRefused: outcomes.reduce((sum, { filesRefused }) => sum + filesRefused, 0),
  };
}

function noRows(table: string): TableBooks {
  return { table_name: table, rows_read: 0, rows_loaded: 0, rows_duplicate: 0, rows_quarantined: 0 };
}
