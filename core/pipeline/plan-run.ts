/** The first step of a run, and all of a dry run's: what lies there, what is defined, and which data sets have a turn. */

import { evolvedContract } from '../contracts/drift/evolve.ts';
import type { Contract } from '../contracts/types.ts';
import { LandfallError, type Problem } from '../problems.ts';
import { prepareEvolved } from './drift.ts';
import { type Listing, listDataset, nothingListed } from './listing.ts';
import { type ModelGraph, modelGraph } from './model-graph.ts';
import { monthColumns } from './months.ts';
import { planDataset } from './plan.ts';
import { modelScope, nodesOfScope, schemaOf } from './refresh-plan.ts';
import {
  chosen,
  type DatasetRun,
  listed,
  type Planning,
  type ProjectSource,
  plannedOf,
  type RunOptions,
  type Session,
} from './session.ts';
import { listUnclaimed } from './unclaimed.ts';

/**
 * Fills the planning but for what the files hold, which is read meanwhile.
 *
 * @returns the data sets in the order of their turns
 * @throws LandfallError with every mistake of the project; exit code 2 where the options name what is not there
 */
export async function planRun(planning: Planning, source: ProjectSource): Promise<string[]> {
  const { ports, options, datasets } = planning;
  const { lake } = ports;
  chosen(source, options.datasets);
  const evolved = await prepareEvolved(lake, source.contracts);
  const contracts = chosen({ contracts: evolved }, options.datasets);
  planning.warnings.push(...withoutMonths(contracts, options));
  const enter = (contract: Contract, listing: Listing | { readonly error: unknown }) =>
    datasets.set(contract.dataset, {
      contract,
      listing,
      loads: new Map(),
      isKnown: false,
      checked: false,
      failed: false,
    });
  if (options.models === undefined) {
    for (const contract of contracts) {
      enter(contract, await listDataset(ports, contract, options).catch((error: unknown) => ({ error })));
    }
    await noteStrays(planning, source);
    if (!planning.isApart) beginReading(planning);
  }
  const project = { ...(await source.load()), contracts: evolved };
  const graph = await modelGraph(ports, project);
  planning.project = project;
  planning.graph = graph;
  if (options.models === undefined) {
    for (const table of await lake.stale()) planning.changes.set(table, 'all');
  } else {
    planning.scope = modelScope(graph, await lake.models(), options.models);
    const schemas = new Set(nodesOfScope(graph.graph, planning.scope).map(schemaOf));
    const touched = contracts.filter(({ schema }) => schemas.has(schema));
    for (const contract of touched) enter(contract, nothingListed(contract));
  }
  return inOrder([...datasets.values()], graph);
}

/** A run for some data sets looks at those alone. */
async function noteStrays({ ports, options, unclaimed, warnings, datasets }: Planning, source: ProjectSource) {
  const listings = [...datasets.values()].flatMap((entry) => listed(entry) ?? []);
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
function beginReading({ ports, datasets }: Planning): void {
  const entries = [...datasets.values()];
  const listings = entries.flatMap((entry) => listed(entry) ?? []);
  ports.landing.expect(listings.flatMap(({ candidates }) => candidates.map(({ file }) => file)));
  for (const entry of entries) {
    const listing = listed(entry);
    if (listing === undefined) continue;
    entry.planning = planDataset(ports, listing);
    entry.planning.catch(() => undefined);
  }
}

/**
 * What lies there for a data set; listed again where another process planned the run, for what was planned then may have
 * been loaded meanwhile, and columns learnt of it.
 *
 * @throws what kept it from being listed
 */
export async function listingOf(session: Session, entry: DatasetRun): Promise<Listing> {
  const { listing } = entry;
  if (listing !== undefined) {
    if ('error' in listing) throw listing.error;
    return listing;
  }
  const { ports, options, changes } = session;
  if (options.models !== undefined) return nothingListed(entry.contract);
  const contract = evolvedContract(entry.contract, await ports.lake.learnt());
  if (contract !== entry.contract) {
    entry.contract = contract;
    await learnColumns(session);
  }
  for (const table of await ports.lake.stale()) if (!changes.has(table)) changes.set(table, 'all');
  return listDataset(ports, contract, options);
}

/** What reads a table whole has its new columns, too. */
export async function learnColumns(session: Session): Promise<void> {
  const { project } = plannedOf(session);
  const contracts = await prepareEvolved(session.ports.lake, project.contracts);
  session.project = { ...project, contracts };
  session.graph = await modelGraph(session.ports, session.project);
}

/** Data sets whose models others read come before these; of a circle, the first by name. */
function inOrder(datasets: readonly DatasetRun[], { graph }: ModelGraph): string[] {
  const ordered = new Set<DatasetRun>();
  const visiting = new Set<DatasetRun>();
  const visit = (entry: DatasetRun) => {
    if (ordered.has(entry) || visiting.has(entry)) return;
    visiting.add(entry);
    const own = graph.nodes.filter((node) => schemaOf(node) === entry.contract.schema);
    const read = new Set(own.flatMap(({ reads }) => reads.map((table) => table.slice(0, table.indexOf('.')))));
    for (const other of datasets) if (read.has(other.contract.schema)) visit(other);
    ordered.add(entry);
  };
  for (const entry of datasets) visit(entry);
  return [...ordered].map(({ contract }) => contract.dataset);
}

/** Says of which data sets no months can be loaded again. @throws LandfallError exit code 2 where that is each of them */
function withoutMonths(contracts: readonly Contract[], { months }: RunOptions): Problem[] {
  if (months === undefined) return [];
  const without = contracts.filter(({ tables }) => tables.every((table) => monthColumns(table).length === 0));
  if (without.length === contracts.length) {
    const names = contracts.map(({ dataset }) => dataset).join(', ');
    const message = `--months ${months.text}: no table of ${names} is partitioned by month`;
    const hint = 'say partitionBy: [month(column)] in the contract, or load everything again by --full';
    throw new LandfallError({ code: 'no-months', message, hint }, 2);
  }
  return without.map(({ dataset, file }) => ({
    code: 'no-months',
    file,
    message: `no table of ${dataset} is partitioned by month: of its files only those that are new are loaded`,
  }));
}
