/**
 * The tasks of the workflow, by the name of their state in `workflow/pipeline.asl.json`: each takes and gives small JSON.
 * Who runs the workflow binds them, on a laptop to the states, on AWS to functions.
 */

import { freshnessOf, lateProblem } from '../freshness/freshness.ts';
import type { RunOutcome } from '../ports.ts';
import { LandfallError } from '../problems.ts';
import { driftProblems, prepareEvolved } from './drift.ts';
import { outcomeOf, statusOf } from './finish.ts';
import { crawlerOf, headersOf, howToLoad } from './headers.ts';
import { loadTable } from './load.ts';
import { type ModelGraph, modelGraph, trackedColumns } from './model-graph.ts';
import { planDataset } from './plan.ts';
import { planRun } from './plan-run.ts';
import { publishWarehouse } from './publish.ts';
import { checkQuality, checkRuleQueries } from './quality.ts';
import { DatasetRefresh, dropUndefined } from './refresh.ts';
import { reportInput } from './report.ts';
import { type DatasetRun, datasetOf, noteChange, type ProjectSource, plannedOf, type Session } from './session.ts';

export interface DatasetInput {
  readonly run_id: string;
  readonly dataset: string;
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
      if ('error' in entry.listing) throw entry.listing.error;
      entry.plan = await (entry.planning ?? planDataset(ports, entry.listing));
      session.warnings.push(...entry.plan.strays, ...entry.plan.left, ...entry.listing.gone);
      return howToLoad(entry.plan, await ports.catalog.headers(dataset), options.bulkBytes);
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

    async BulkLoad({ Arguments }: { Arguments: Readonly<Record<string, string>> }) {
      const entry = datasetOf(session, Arguments['--dataset'] ?? '');
      for (const { table } of entry.plan?.tables ?? []) await load(session, entry, table.name);
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
        entry.refresh = await DatasetRefresh.begin(ports, graph, what, session);
        for (const table of entry.refresh.produces) noteChange(session, table, 'all');
        await lake.unsettle(entry.refresh.produces.filter((table) => !isSettled(session, graph, table)));
        await lake.settle([...changes.keys()].filter((table) => isSettled(session, graph, table)));
      }
      const before = session.times.length;
      const errors = session.errors.length;
      await entry.refresh.refreshModels();
      entry.failed ||= session.errors.length > errors;
      return { refreshed: session.times.length - before };
    },

    async RunAnalyses({ dataset }: DatasetInput) {
      const entry = datasetOf(session, dataset);
      const before = session.times.length;
      const errors = session.errors.length;
      const left = (await entry.refresh?.finishAnalyses()) ?? false;
      entry.failed ||= session.errors.length > errors;
      return { finished: session.times.length - before, models_left: left };
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
  return [...datasets.values()].some(({ listing }) => !('error' in listing) && listing.candidates.length > 0);
}

function crawledBy(session: Session, name: string): DatasetRun {
  const found = [...session.datasets.keys()].find((dataset) => crawlerOf(dataset) === name);
  return datasetOf(session, found ?? name);
}

async function load(session: Session, { contract, plan, loads }: DatasetRun, table: string) {
  const { ports, options } = session;
  const planned = plan?.tables.find((entry) => entry.table.name === table);
  if (planned === undefined) throw new Error(`nothing is planned for ${contract.schema}.${table}`);
  const { graph } = plannedOf(session);
  const siblings = plan?.tables.filter((entry) => entry !== planned).map((entry) => entry.plan) ?? [];
  const outcome = await loadTable(ports, options.runId, contract, planned, siblings, trackedColumns(graph));
  if (outcome === null) return { table, rows_read: 0 };
  loads.set(table, outcome);
  session.warnings.push(...outcome.refusals.map(({ problem }) => problem), ...outcome.left);
  session.warnings.push(...driftProblems(outcome.drift));
  if (outcome.learnt.length > 0) await learnColumns(session);
  if (outcome.change !== 'none') noteChange(session, `${contract.schema}.${table}`, outcome.change);
  for (const other of outcome.alsoChanged) noteChange(session, other, 'all');
  return outcome.books;
}

/** What reads a table whole has its new columns, too. */
async function learnColumns(session: Session): Promise<void> {
  const { project } = plannedOf(session);
  const contracts = await prepareEvolved(session.ports.lake, project.contracts);
  session.project = { ...project, contracts };
  session.graph = await modelGraph(session.ports, session.project);
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
