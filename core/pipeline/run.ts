/** The whole sequence: plan, load, models and analyses, report. Each step is a function of its own; this is their order. */

import type { Contract } from '../contracts/types.ts';
import { planLoad } from '../plans/load-plan.ts';
import type { Ports, TableBooks } from '../ports.ts';
import { LandfallError, type Problem } from '../problems.ts';
import type { Project } from '../project.ts';
import { loadDataset } from './load.ts';
import { modelGraph, trackedColumns } from './model-graph.ts';
import { planDataset } from './plan.ts';
import { publishWarehouse } from './publish.ts';
import { type NodeTime, refresh } from './refresh.ts';
import { reportInput } from './report.ts';

export interface RunOptions {
  readonly runId: string;
  /** Hyphenated names; empty means all. */
  readonly datasets: readonly string[];
  /** Loads every file again and refreshes every model in full. */
  readonly full: boolean;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
}

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
  /** Where the report is; null where none was written. */
  readonly report: string | null;
  /** What failed. */
  readonly errors: readonly Problem[];
  /** Files that were refused, audits that warn, and the like. */
  readonly warnings: readonly Problem[];
  /** Whether this run refused a row or a file. */
  readonly refused: boolean;
}

/** @throws LandfallError where nothing can be done at all; a data set that fails leaves the others running. */
export async function run(ports: Ports, project: Project, options: RunOptions): Promise<RunResult> {
  const { lake, clock, progress } = ports;
  const contracts = chosen(project, options.datasets);
  const plans = project.contracts.flatMap((contract) =>
    contract.tables.map((table) => planLoad(contract, table, 'duckdb')),
  );
  if (options.dryRun) return dryRun(ports, contracts, options);
  await lake.prepare(project.contracts, plans);
  const graph = await modelGraph(ports, project);
  const startedAt = clock.now();
  await lake.record({
    runId: options.runId,
    status: 'running',
    startedAt,
    finishedAt: null,
    errors: [],
    details: '{}',
  });
  const changes = new Map<string, 'rows' | 'all'>([...(await lake.stale())].map((table) => [table, 'all']));
  const datasets: DatasetResult[] = [];
  const [errors, warnings]: [Problem[], Problem[]] = [[], []];
  const trackBy = trackedColumns(graph);
  for (const contract of contracts) {
    try {
      progress.step('plan', contract.dataset);
      const planned = await planDataset(ports, contract, options);
      warnings.push(...planned.strays);
      const fresh = planned.tables.reduce((sum, { files, refusals }) => sum + files.length + refusals.length, 0);
      ports.report.prepare();
      ports.warehouse?.prepare();
      const loaded = await loadDataset(ports, options.runId, planned, trackBy);
      for (const [table, change] of loaded.changes) changes.set(table, changes.get(table) === 'all' ? 'all' : change);
      warnings.push(...loaded.refusals.map(({ problem }) => problem));
      const status = fresh === 0 ? 'skipped' : 'succeeded';
      datasets.push(
        resultOf(contract.dataset, status, loaded.tables, loaded.filesLoaded, planned.skipped, loaded.refusals.length),
      );
    } catch (error) {
      errors.push(...problemsOf(error, contract.dataset));
      datasets.push(resultOf(contract.dataset, 'failed', [], 0, 0, 0));
    }
  }
  const refreshed = await refresh(ports, graph, changes, options.full);
  errors.push(...refreshed.errors);
  warnings.push(...refreshed.warnings);
  if (refreshed.errors.length === 0) await lake.settle();
  const published = await publishWarehouse(
    ports,
    project,
    contracts.map(({ dataset }) => dataset),
  );
  errors.push(...published.errors);
  const report = await writeReport(ports, project, options.runId, [...errors, ...warnings], errors);
  const status = errors.length === 0 ? 'succeeded' : 'failed';
  const details = JSON.stringify({
    models: refreshed.times,
    warehouse: published.tables,
    warehouseElapsed: published.elapsed,
  });
  await lake.record({ runId: options.runId, status, startedAt, finishedAt: clock.now(), errors, details });
  const refused = datasets.some(
    ({ filesRefused, tables }) => filesRefused > 0 || tables.some(({ rows_quarantined }) => rows_quarantined > 0),
  );
  const strays = warnings.some(({ code }) => code === 'stray-file');
  return {
    runId: options.runId,
    status,
    datasets,
    models: refreshed.times,
    report,
    errors,
    warnings,
    refused: refused || strays,
  };
}

/** Says what would be loaded and refused; the lake stays as it is. */
async function dryRun(ports: Ports, contracts: readonly Contract[], options: RunOptions): Promise<RunResult> {
  await ports.lake.prepare([], []);
  const datasets: DatasetResult[] = [];
  const [errors, warnings]: [Problem[], Problem[]] = [[], []];
  for (const contract of contracts) {
    try {
      const { tables, skipped, strays } = await planDataset(ports, contract, options);
      warnings.push(...strays, ...tables.flatMap(({ refusals }) => refusals.map(({ problem }) => problem)));
      for (const { table, files } of tables) {
        for (const { file } of files)
          ports.progress.step('would load', `${file.key} into ${contract.schema}.${table.name}`);
      }
      const fresh = tables.reduce((sum, { files }) => sum + files.length, 0);
      datasets.push(resultOf(contract.dataset, 'skipped', [], fresh, skipped, 0));
    } catch (error) {
      errors.push(...problemsOf(error, contract.dataset));
      datasets.push(resultOf(contract.dataset, 'failed', [], 0, 0, 0));
    }
  }
  const status = errors.length === 0 ? 'succeeded' : 'failed';
  return { runId: options.runId, status, datasets, models: [], report: null, errors, warnings, refused: false };
}

async function writeReport(
  ports: Ports,
  project: Project,
  runId: string,
  problems: readonly Problem[],
  errors: Problem[],
): Promise<string | null> {
  ports.progress.step('report');
  try {
    const input = await reportInput(ports, project, runId, problems);
    const [report] = await Promise.all([ports.report.write(input), ports.lake.flush()]);
    return report;
  } catch (error) {
    errors.push(...problemsOf(error, 'report'));
    return null;
  }
}

function chosen(project: Project, datasets: readonly string[]) {
  const unknown = datasets.filter((name) => !project.contracts.some(({ dataset }) => dataset === name));
  if (unknown.length > 0) {
    const known = project.contracts.map(({ dataset }) => dataset).join(', ');
    throw new LandfallError(
      unknown.map((name) => ({
        code: 'unknown-dataset',
        message: `there is no contract for "${name}", expected one of ${known}`,
      })),
      2,
    );
  }
  return project.contracts.filter(({ dataset }) => datasets.length === 0 || datasets.includes(dataset));
}

function resultOf(
  dataset: string,
  status: DatasetResult['status'],
  tables: readonly TableBooks[],
  filesLoaded: number,
  filesSkipped: number,
  filesRefused: number,
): DatasetResult {
  return { dataset, status, tables, filesLoaded, filesSkipped, filesRefused };
}

/** Every failure as problems; what is no problem of ours keeps its message and is named after where it happened. */
export function problemsOf(error: unknown, where: string): readonly Problem[] {
  if (error instanceof LandfallError) return error.problems;
  return [{ code: 'unexpected', message: `${where}: ${error instanceof Error ? error.message : String(error)}` }];
}
