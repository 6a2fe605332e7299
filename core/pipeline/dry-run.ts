/** Says what a run would load, refuse, refresh and publish, and why; nothing is changed anywhere. */

import type { LoadOutcome } from '../loads.ts';
import type { Ports } from '../ports.ts';
import type { Problem } from '../problems.ts';
import type { PublishedTable } from '../warehouse/types.ts';
import { driftProblems } from './drift.ts';
import type { DatasetResult, RunResult } from './finish.ts';
import { forecastPublications, forecastRefreshes, type PublishForecast, type RefreshForecast } from './forecast.ts';
import type { LoadReason, PlanPorts } from './listing.ts';
import { planDataset } from './plan.ts';
import { planRun } from './plan-run.ts';
import { undefinedTables } from './refresh-plan.ts';
import { type DatasetRun, newPlanning, type ProjectSource, plannedOf, problemsOf, type RunOptions } from './session.ts';

export interface LoadForecast {
  /** The file's key. */
  readonly file: string;
  readonly dataset: string;
  /** `schema.name`. */
  readonly table: string;
  readonly why: LoadReason;
}

export interface Forecast {
  /** Rows are judged only as they load: a file may still be refused whole, for its name or for too many bad rows. */
  readonly loads: readonly LoadForecast[];
  readonly refusals: readonly (LoadForecast & { readonly problem: Problem })[];
  readonly refreshes: readonly RefreshForecast[];
  /** Null where the warehouse is left alone. */
  readonly publications: readonly PublishForecast[] | null;
  /** Tables of models that have no definition any more. */
  readonly drops: readonly string[];
}

export interface DryRunPorts extends PlanPorts {
  readonly progress: Ports['progress'];
  /** Null where the warehouse is left alone; it gives null where only a started warehouse could tell. */
  readonly warehouse: { published(): Promise<ReadonlyMap<string, PublishedTable> | null> } | null;
}

/** @param ports of a lake that may be written to and is thrown away */
export async function dryRun(
  ports: DryRunPorts,
  source: ProjectSource,
  options: RunOptions,
): Promise<RunResult & { readonly forecast: Forecast }> {
  const planning = newPlanning(ports, options);
  const { lake } = ports;
  const { datasets, warnings } = planning;
  const turns: DatasetRun[] = [];
  const errors: Problem[] = [];
  for (const dataset of await planRun(planning, source)) {
    const entry = datasets.get(dataset);
    if (entry === undefined) continue;
    try {
      if (entry.listing === undefined) throw new Error(`${dataset} is not listed`);
      if ('error' in entry.listing) throw entry.listing.error;
      ports.progress.step('look into files', dataset);
      const plan = await (entry.planning ?? planDataset(ports, entry.listing));
      entry.plan = plan;
      warnings.push(...plan.strays, ...plan.left, ...entry.listing.gone);
      turns.push(entry);
    } catch (error) {
      entry.failed = true;
      errors.push(...problemsOf(error, dataset));
    }
  }
  const { graph } = plannedOf(planning);
  const made = await lake.models();
  const facts = { made, states: await lake.tables(), existing: new Set((await lake.columns()).keys()) };
  const refreshes = forecastRefreshes(planning, turns, facts);
  const refusals = turns.flatMap(refusalsOf);
  warnings.push(...driftProblems(turns.flatMap(driftOf)));
  warnings.push(...refusals.map(({ problem }) => problem));
  let publications: readonly PublishForecast[] | null = null;
  if (ports.warehouse !== null) {
    const held = await ports.warehouse.published();
    publications = forecastPublications(planning, turns, facts, refreshes, { hasher: ports.hasher, held });
  }
  return {
    runId: options.runId,
    status: errors.length === 0 ? 'succeeded' : 'failed',
    datasets: [...datasets.values()].map(datasetResult),
    models: [],
    warehouse: {},
    report: null,
    errors,
    warnings,
    refused: false,
    late: [],
    failedRules: [],
    forecast: { loads: turns.flatMap(loadsOf), refusals, refreshes, publications, drops: undefinedTables(graph, made) },
  };
}

function loadsOf({ contract, plan }: DatasetRun): LoadForecast[] {
  return (plan?.tables ?? []).flatMap(({ table, files, reasons }) =>
    files.map(({ file: { key } }) => ({
      file: key,
      dataset: contract.dataset,
      table: `${contract.schema}.${table.name}`,
      why: reasons.get(key) ?? 'new',
    })),
  );
}

function driftOf({ plan }: DatasetRun): LoadOutcome['drift'] {
  return (plan?.tables ?? []).flatMap(({ files }) =>
    files.flatMap(({ file: { key }, drift }) => (drift?.findings ?? []).map((finding) => ({ key, finding }))),
  );
}

function refusalsOf({ contract, plan }: DatasetRun): Forecast['refusals'] {
  return (plan?.tables ?? []).flatMap(({ table, refusals, reasons }) =>
    refusals.map(({ file: { key }, problem }) => ({
      file: key,
      dataset: contract.dataset,
      table: `${contract.schema}.${table.name}`,
      why: reasons.get(key) ?? 'new',
      problem,
    })),
  );
}

function datasetResult({ contract, plan, failed }: DatasetRun): DatasetResult {
  const count = (what: 'files' | 'refusals') => plan?.tables.reduce((sum, table) => sum + table[what].length, 0) ?? 0;
  return {
    dataset: contract.dataset,
    status: failed ? 'failed' : 'skipped',
    tables: [],
    filesLoaded: failed ? 0 : count('files'),
    filesSkipped: plan?.skipped ?? 0,
    filesRefused: failed ? 0 : count('refusals'),
  };
}
