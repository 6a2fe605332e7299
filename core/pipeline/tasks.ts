/**
 * The tasks of the workflow, by the name of their state in `workflow/pipeline.asl.json`: each takes and gives small JSON.
 * Who runs the workflow binds them, on a laptop to the states, on AWS to functions.
 */

import type { Analysis } from '../analyses/types.ts';
import { freshnessOf, lateProblem } from '../freshness/freshness.ts';
import type { BulkJob } from '../loads.ts';
import type { RunOutcome } from '../ports.ts';
import { LandfallError } from '../problems.ts';
import { driftProblems } from './drift.ts';
import { outcomeOf, statusOf } from './finish.ts';
import { crawlerOf, headersOf, howToLoad } from './headers.ts';
import { handOver, loadTable } from './load.ts';
import { type ModelGraph, trackedColumns } from './model-graph.ts';
import { planDataset } from './plan.ts';
import { learnColumns, listingOf, planRun } from './plan-run.ts';
import { publishWarehouse } from './publish.ts';
import { checkQuality, checkRuleQueries } from './quality.ts';
import { DatasetRefresh, dropUndefined } from './refresh.ts';
import { reportInput } from './report.ts';
import {
  type DatasetRun,
  datasetOf,
  listed,
  noteChange,
  type ProjectSource,
  plannedOf,
  type Session,
  type TableLoad,
} from './session.ts';

export interface DatasetInput {
  readonly run_id: string;
  readonly dataset: string;
}

export interface AnalysesInput extends DatasetInput {
  /** Of the analyses that are due, those of these kinds alone; all by default. */
  readonly kinds?: readonly Analysis['kind'][];
}

export interface BatchInput extends DatasetInput {
  readonly batch: { readonly table: string };
}

export interface FailureInput {
  readonly run_id: string;
  /** None where the step is the whole run's. */
  readonly dataset?: string;
  readonly error: { readonly Error: string; readonly Cause: string };
}

export interface CrawlerInput {
  readonly Name: string;
}

/** One writer a lake: data sets follow each other on a laptop. */
const MAX_CONCURRENCY = 1;

const NO_JOB: BulkJob = { plan: '', result: '' };

export type Tasks = ReturnType<typeof tasksOf>;

export function tasksOf(session: Session, source: ProjectSource) {
  const { ports, options } = session;
  const { lake, clock } = ports;

  return {
    async Plan() {
      const datasets = await planRun(session, source);
      const { graph } = plannedOf(session);
      session.ruleReads = await checkRuleQueries(ports, source.contracts);
      await lake.record({
        runId: options.runId,
        status: 'running',
        startedAt: session.startedAt,
        finishedAt: null,
        errors: [],
        details: '{}',
      });
      await dropUndefined(ports, graph);
      ports.report.prepare();
      // Where nothing is new there is most likely nothing to publish.
      if (options.full || options.models !== undefined || isAnythingNew(session)) ports.warehouse?.prepare();
      return { run_id: options.runId, datasets, max_concurrency: MAX_CONCURRENCY };
    },

    async CheckHeaders({ dataset }: DatasetInput) {
      const entry = datasetOf(session, dataset);
      const listing = await listingOf(session, entry);
      const plan = await (entry.planning ?? planDataset(ports, listing));
      const how = howToLoad(plan, await ports.catalog.headers(dataset), options.bulkBytes);
      entry.plan = plan;
      entry.isKnown = listing.known.size > 0;
      session.warnings.push(...plan.strays, ...plan.left, ...listing.gone);
      const job = how.load === 'bulk' ? await handOver(ports, options.runId, plan) : NO_JOB;
      return job === null ? { ...how, load: 'incremental' as const, job: NO_JOB } : { ...how, job };
    },

    async StartCrawler({ Name }: CrawlerInput) {
      const entry = crawledBy(session, Name);
      if (entry.plan !== undefined) await ports.catalog.crawl(entry.contract.dataset, headersOf(entry.plan));
      return {};
    },

    /** The local catalog is up to date as soon as it is told. */
    async GetCrawler({ Name }: CrawlerInput) {
      return { Crawler: { Name, State: 'READY' } };
    },

    /** On AWS it is a job of Glue's. Whoever runs tasks in one process reads files of any size with the load itself. */
    async BulkLoad() {
      return { JobRunState: 'SUCCEEDED' };
    },

    async LoadBatch({ dataset, batch }: BatchInput) {
      return load(session, datasetOf(session, dataset), batch.table);
    },

    async CheckQuality({ dataset }: DatasetInput) {
      const entry = datasetOf(session, dataset);
      if (options.regardless === true) return { checked: 0, failed: 0 };
      const { checked, failed, errors, warnings } = await checkQuality(session, entry);
      session.failedRules.push(...failed);
      session.warnings.push(...warnings);
      if (errors.length > 0) throw new LandfallError(errors);
      entry.checked = true;
      return { checked, failed: failed.length };
    },

    async RefreshModels({ dataset }: DatasetInput) {
      const entry = datasetOf(session, dataset);
      const { graph } = plannedOf(session);
      const { changes, scope } = session;
      if (entry.refresh === undefined) {
        const what = { schema: entry.contract.schema, changes, full: options.full, scope };
        entry.refresh = await DatasetRefresh.begin(ports, graph, what, session, session.isApart);
        for (const table of entry.refresh.produces) noteChange(session, table, 'all');
        await lake.unsettle(entry.refresh.produces.filter((table) => !isSettled(session, graph, table)));
        await lake.settle([...changes.keys()].filter((table) => isSettled(session, graph, table)));
      }
      const before = session.times.length;
      const errors = session.errors.length;
      try {
        await entry.refresh.refreshModels();
      } finally {
        entry.failed ||= session.errors.length > errors;
      }
      return { refreshed: session.times.length - before };
    },

    async RunAnalyses({ dataset, kinds }: AnalysesInput) {
      const entry = datasetOf(session, dataset);
      const before = session.times.length;
      const errors = session.errors.length;
      try {
        const left = (await entry.refresh?.finishAnalyses(kinds)) ?? false;
        return { finished: session.times.length - before, models_left: left };
      } finally {
        entry.failed ||= session.errors.length > errors;
      }
    },

    async PublishWarehouse({ dataset }: DatasetInput) {
      // The warehouse leaves a core idle, and what is written now need not be written at the end.
      const atRest = ports.warehouse === null ? undefined : lake.flush();
      // Told below: nothing may go on while the run ends.
      atRest?.catch(() => undefined);
      const { tables, errors } = await publishWarehouse(ports, plannedOf(session).project, [dataset]);
      await atRest;
      Object.assign(session.published, tables);
      if (errors.length > 0) throw new LandfallError(errors);
      return { tables: Object.keys(tables).length };
    },

    async RecordFailure({ dataset, error }: FailureInput) {
      const entry = dataset === undefined ? undefined : session.datasets.get(dataset);
      if (entry !== undefined) entry.failed = true;
      const message = `${dataset ?? 'the run'}: ${error.Error}: ${error.Cause}`;
      session.errors.push(...(session.causes.get(error.Cause) ?? [{ code: 'step-failed', message }]));
      return { dataset: dataset ?? null, status: 'failed' };
    },

    async CheckFreshness() {
      const contracts = [...session.datasets.values()].map(({ contract }) => contract);
      session.freshness = await freshnessOf(contracts, (sql) => lake.read(sql), clock.now());
      const late = session.freshness.filter(({ status }) => status === 'late');
      session.warnings.push(...late.map(lateProblem));
      return { late: late.length };
    },

    async WriteReport() {
      const { project, graph } = plannedOf(session);
      const { errors, warnings, freshness } = session;
      const input = await reportInput(ports, project, graph, { runId: options.runId, errors, warnings, freshness });
      [session.report] = await Promise.all([ports.report.write(input), lake.flush()]);
      return { place: session.report };
    },

    async FinishRun() {
      const status = statusOf(session);
      await lake.record({
        runId: options.runId,
        status,
        startedAt: session.startedAt,
        finishedAt: clock.now(),
        errors: session.errors,
        details: JSON.stringify({ models: session.times, states: session.states, warehouse: session.published }),
      });
      return outcomeOf(session);
    },

    async Notify({ outcome }: { outcome: RunOutcome }) {
      await ports.notifier.notify(outcome);
      return {};
    },
  };
}

function isAnythingNew({ datasets }: Session): boolean {
  return [...datasets.values()].some((entry) => (listed(entry)?.candidates.length ?? 0) > 0);
}

function crawledBy(session: Session, name: string): DatasetRun {
  const found = [...session.datasets.keys()].find((dataset) => crawlerOf(dataset) === name);
  return datasetOf(session, found ?? name);
}

async function load(session: Session, entry: DatasetRun, table: string) {
  // Tried again, for what followed the load failed.
  const done = entry.loads.get(table) ?? (await loadNew(session, entry, table));
  if (done === null) return { table, rows_read: 0 };
  if (done.hasLearnt) await learnColumns(session);
  return done.books;
}

async function loadNew(session: Session, { contract, plan, loads }: DatasetRun, table: string) {
  const { ports, options } = session;
  const planned = plan?.tables.find((entry) => entry.table.name === table);
  if (planned === undefined) throw new Error(`nothing is planned for ${contract.schema}.${table}`);
  const { graph } = plannedOf(session);
  const siblings = plan?.tables.filter((entry) => entry !== planned).map((entry) => entry.plan) ?? [];
  const outcome = await loadTable(ports, options.runId, contract, planned, siblings, trackedColumns(graph));
  if (outcome === null) return null;
  const { books, filesLoaded, refusals, learnt } = outcome;
  const done: TableLoad = { books, filesLoaded, filesRefused: refusals.length, hasLearnt: learnt.length > 0 };
  loads.set(table, done);
  session.warnings.push(...refusals.map(({ problem }) => problem), ...outcome.left);
  session.warnings.push(...driftProblems(outcome.drift));
  if (outcome.change !== 'none') noteChange(session, `${contract.schema}.${table}`, outcome.change);
  for (const other of outcome.alsoChanged) noteChange(session, other, 'all');
  return done;
}

/** Whether every data set that reads a table has begun its refresh, and no rule has still to be held against it. */
function isSettled({ datasets, ruleReads }: Session, { graph }: ModelGraph, table: string): boolean {
  const schemas = (isDone: (entry: DatasetRun) => boolean) =>
    new Set([...datasets.values()].filter(isDone).map(({ contract }) => contract.schema));
  const begun = schemas(({ refresh }) => refresh !== undefined);
  const isRuled = [...ruleReads.values()].some((tables) => tables.has(table));
  if (isRuled && !schemas(({ checked }) => checked).has(schemaOf(table))) return false;
  return graph.nodes.every(
    ({ reads, produces }) => !reads.includes(table) || produces.every((made) => begun.has(schemaOf(made))),
  );
}

function schemaOf(table: string): string {
  return table.slice(0, table.indexOf('.'));
}
