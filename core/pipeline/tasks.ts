/**
 * The tasks of the workflow, by the name of their state in `workflow/pipeline.asl.json`: each takes and gives small JSON.
 * Who runs the workflow binds them, on a laptop to the states, on AWS to functions.
 */

import { planLoad } from '../plans/load-plan.ts';
import type { RunOutcome } from '../ports.ts';
import { LandfallError } from '../problems.ts';
import { outcomeOf, statusOf } from './finish.ts';
import { crawlerOf, headersOf, howToLoad } from './headers.ts';
import { loadTable } from './load.ts';
import { type ModelGraph, modelGraph, trackedColumns } from './model-graph.ts';
import { listDataset, planDataset } from './plan.ts';
import { publishWarehouse } from './publish.ts';
import { DatasetRefresh, dropUndefined } from './refresh.ts';
import { reportInput } from './report.ts';
import {
  chosen,
  type DatasetRun,
  datasetOf,
  noteChange,
  type ProjectSource,
  plannedOf,
  type Session,
} from './session.ts';
import { listUnclaimed } from './unclaimed.ts';

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
      const contracts = chosen(source, options.datasets);
      const plans = source.contracts.flatMap((contract) =>
        contract.tables.map((table) => planLoad(contract, table, 'duckdb')),
      );
      await lake.prepare(source.contracts, plans);
      for (const contract of contracts) {
        const listing = await listDataset(ports, contract, options).catch((error: unknown) => ({ error }));
        session.datasets.set(contract.dataset, { contract, listing, loads: new Map(), failed: false });
      }
      await noteStrays(session, source);
      beginReading(session);
      session.project = await source.load();
      session.graph = await modelGraph(ports, session.project);
      await lake.record({
        runId: options.runId,
        status: 'running',
        startedAt: session.startedAt,
        finishedAt: null,
        errors: [],
        details: '{}',
      });
      await dropUndefined(ports, session.graph);
      for (const table of await lake.stale()) session.changes.set(table, 'all');
      ports.report.prepare();
      // Where nothing is new there is most likely nothing to publish.
      if (options.full || isAnythingNew(session)) ports.warehouse?.prepare();
      const datasets = inOrder([...session.datasets.values()], session.graph);
      return { run_id: options.runId, datasets, max_concurrency: MAX_CONCURRENCY };
    },

    async CheckHeaders({ dataset }: DatasetInput) {
      const entry = datasetOf(session, dataset);
      if ('error' in entry.listing) throw entry.listing.error;
      entry.plan = await (entry.planning ?? planDataset(ports, entry.listing, options));
      session.warnings.push(...entry.plan.strays, ...entry.plan.left);
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

    async RefreshModels({ dataset }: DatasetInput) {
      const entry = datasetOf(session, dataset);
      const { graph } = plannedOf(session);
      const { changes } = session;
      if (entry.refresh === undefined) {
        const what = { schema: entry.contract.schema, changes, full: options.full };
        entry.refresh = await DatasetRefresh.begin(ports, graph, what, session);
        for (const table of entry.refresh.produces) noteChange(session, table, 'all');
        await lake.settle(settled(session, graph));
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

    async WriteReport() {
      const { project } = plannedOf(session);
      const input = await reportInput(ports, project, options.runId, session);
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

/** Data sets whose models others read come before these; of a circle, the first by name. */
function inOrder(datasets: readonly DatasetRun[], { graph }: ModelGraph): string[] {
  const ordered = new Set<DatasetRun>();
  const visiting = new Set<DatasetRun>();
  const visit = (entry: DatasetRun) => {
    if (ordered.has(entry) || visiting.has(entry)) return;
    visiting.add(entry);
    const { schema } = entry.contract;
    const own = graph.nodes.filter(({ produces }) => produces.some((table) => schemaOf(table) === schema));
    const read = new Set(own.flatMap(({ reads }) => reads.map(schemaOf)));
    for (const other of datasets) if (read.has(other.contract.schema)) visit(other);
    ordered.add(entry);
  };
  for (const entry of datasets) visit(entry);
  return [...ordered].map(({ contract }) => contract.dataset);
}

function isAnythingNew({ datasets }: Session): boolean {
  return [...datasets.values()].some(({ listing }) => !('error' in listing) && listing.candidates.length > 0);
}

/** A run for some data sets looks at those alone. */
async function noteStrays({ ports, options, unclaimed, warnings, datasets }: Session, source: ProjectSource) {
  const listings = [...datasets.values()].flatMap(({ listing }) => ('error' in listing ? [] : [listing]));
  const isWhole = options.datasets.length === 0 && listings.length === datasets.size;
  const beside = isWhole ? await listUnclaimed(ports, source.contracts, options.places) : [];
  unclaimed.push(...beside.map(({ problem }) => problem));
  warnings.push(...unclaimed);
  const known = listings.flatMap(({ contract: { dataset }, strays }) =>
    strays.map((problem) => ({ dataset, problem })),
  );
  const looked = isWhole ? null : listings.map(({ contract }) => contract.dataset);
  await ports.lake.recordStrays(options.runId, [...known, ...beside], looked);
}

/** Files are read while the project is: both take a while, and neither needs the other. */
function beginReading(session: Session): void {
  const entries = [...session.datasets.values()];
  const listed = entries.flatMap(({ listing }) => ('error' in listing ? [] : [listing]));
  session.ports.landing.expect(listed.flatMap(({ candidates }) => candidates.map(({ file }) => file)));
  for (const entry of entries) {
    if ('error' in entry.listing) continue;
    entry.planning = planDataset(session.ports, entry.listing, session.options);
    entry.planning.catch(() => undefined);
  }
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
  if (outcome.change !== 'none') noteChange(session, `${contract.schema}.${table}`, outcome.change);
  for (const other of outcome.alsoChanged) noteChange(session, other, 'all');
  return outcome.books;
}

/** Changed tables that no data set reads whose refresh has not begun: who is to know of their change knows. */
function settled({ datasets, changes }: Session, { graph }: ModelGraph): string[] {
  const begun = new Set(
    [...datasets.values()].filter(({ refresh }) => refresh !== undefined).map(({ contract }) => contract.schema),
  );
  const readers = (table: string) => graph.nodes.filter(({ reads }) => reads.includes(table));
  return [...changes.keys()].filter((table) =>
    readers(table).every(({ produces }) => produces.every((made) => begun.has(schemaOf(made)))),
  );
}

function schemaOf(table: string): string {
  return table.slice(0, table.indexOf('.'));
}
