/** What a planned run would refresh and publish, and why, by the very decisions that the run itself takes. */

import type { Node } from '../models/graph.ts';
import type { Change, RefreshStep } from '../models/refresh.ts';
import type { Hasher, MadeTable, TableState } from '../ports.ts';
import { warehouseTables } from '../warehouse/tables.ts';
import type { PublishedTable } from '../warehouse/types.ts';
import { outOfDate, surplusTables } from './publish-plan.ts';
import { datasetSteps } from './refresh-plan.ts';
import { type DatasetRun, listed, type Planning, plannedOf } from './session.ts';

/** What holds of a forecast: it happens, or it does where the files that load change rows of the tables they go into. */
export type Certainty = 'will' | 'may';

export type RefreshReason =
  /** It was asked for by its name, or with all others. */
  | { readonly kind: 'asked' | 'full' }
  /** The lake never had it; or what an earlier run began of it did not come to its end. */
  | { readonly kind: 'never-made' | 'unfinished' }
  /** Its SQL or settings changed, or the columns of what it reads. */
  | { readonly kind: 'definition' }
  /** A table that it reads changes: files load into it, it is refreshed, or an earlier run changed it and went no further. */
  | { readonly kind: Cause; readonly table: string };

export interface RefreshForecast {
  /** A model's table, or `analysis schema.name`. */
  readonly name: string;
  readonly dataset: string;
  readonly produces: readonly string[];
  /** Of an incremental one: where too many values change it is done in full. */
  readonly mode: RefreshStep['mode'];
  /** The columns by which it is refreshed incrementally; empty otherwise. */
  readonly by: readonly string[];
  readonly certainty: Certainty;
  readonly why: readonly RefreshReason[];
}

export interface PublishForecast {
  readonly table: string;
  /**
   * `new`, `definition`, `rows`: as it stands the warehouse has none, one of other columns or comments, or one of other
   * rows. `changes`: the run changes it. `unknown`: only the warehouse itself can tell what it holds. `surplus`: it is
   * dropped, for nobody wants it there any more.
   */
  readonly why: 'new' | 'definition' | 'rows' | 'changes' | 'unknown' | 'surplus';
  readonly certainty: Certainty;
}

export interface LakeFacts {
  readonly made: ReadonlyMap<string, MadeTable>;
  readonly states: ReadonlyMap<string, TableState>;
  /** Tables that are there, whole or not. */
  readonly existing: ReadonlySet<string>;
}

/** @param turns data sets in their order, without those that fail */
export function forecastRefreshes(
  planning: Planning,
  turns: readonly DatasetRun[],
  facts: LakeFacts,
): readonly RefreshForecast[] {
  const certain = new Set(simulate(planning, turns, facts, new Map()).map(({ step }) => step.node));
  const loads = new Map(turns.flatMap(loadedTables));
  return simulate(planning, turns, facts, loads).map(({ step, changed, dataset }) => ({
    name: step.node.name,
    dataset,
    produces: step.node.produces,
    mode: step.mode,
    by: step.mode === 'incremental' ? step.node.model.by : [],
    certainty: certain.has(step.node) ? 'will' : 'may',
    why: reasonsOf(step.node, planning, facts, changed),
  }));
}

type Cause = 'loaded' | 'refreshed' | 'stale';

interface Turn {
  readonly step: RefreshStep;
  readonly dataset: string;
  /** By table that has changed when the step's turn comes: why. */
  readonly changed: ReadonlyMap<string, Cause>;
}

/** Goes through the data sets as a run does. @param loads tables whose rows the run's files are taken to change */
function simulate(
  planning: Planning,
  turns: readonly DatasetRun[],
  { made }: LakeFacts,
  loads: ReadonlyMap<string, Change>,
): Turn[] {
  const { options, scope } = planning;
  const { graph } = plannedOf(planning);
  const changes = new Map(planning.changes);
  const changed = new Map<string, Cause>([...changes.keys()].map((table) => [table, 'stale']));
  const all: Turn[] = [];
  for (const { contract } of turns) {
    for (const [table, change] of loads) {
      if (!table.startsWith(`${contract.schema}.`)) continue;
      changes.set(table, changes.get(table) === 'all' ? 'all' : change);
      changed.set(table, 'loaded');
    }
    const steps = datasetSteps(graph, made, { schema: contract.schema, changes, full: options.full, scope });
    for (const table of steps.flatMap(({ node }) => node.produces)) {
      changes.set(table, 'all');
      changed.set(table, 'refreshed');
    }
    all.push(...steps.map((step) => ({ step, dataset: contract.dataset, changed: new Map(changed) })));
  }
  return all;
}

/** Whether rows really change is seen only as files load; that some may is known before. */
function loadedTables(entry: DatasetRun): [string, Change][] {
  const { contract, plan } = entry;
  const known = [...(listed(entry)?.known.values() ?? [])];
  return (plan?.tables ?? []).flatMap(({ table, files, reasons }): [string, Change][] => {
    if (files.length === 0) return [];
    const isFirst = !known.some((entry) => entry.table === table.name);
    const name = `${contract.schema}.${table.name}`;
    const left = files.flatMap(({ file }) => {
      const before = reasons.get(file.key) === 'other-table' ? known.find(({ key }) => key === file.key) : undefined;
      return before === undefined ? [] : [[`${contract.schema}.${before.table}`, 'all'] as [string, Change]];
    });
    return [[name, table.load === 'replace' || isFirst ? 'all' : 'rows'], ...left];
  });
}

function reasonsOf(
  node: Node,
  planning: Planning,
  { made, existing }: LakeFacts,
  changed: Turn['changed'],
): readonly RefreshReason[] {
  const { options, scope } = planning;
  const { graph } = plannedOf(planning);
  const inputs = node.reads.flatMap((table) => {
    const kind = changed.get(table);
    return kind === undefined ? [] : [{ kind, table }];
  });
  const isAsked = options.models?.some((table) => node.produces.includes(table)) === true;
  const own: RefreshReason[] = isAsked ? [{ kind: 'asked' }] : options.full ? [{ kind: 'full' }] : [];
  const isInScope = scope === undefined || node.produces.some((table) => scope.has(table));
  const unmade = node.produces.filter((table) => !made.has(table));
  if (unmade.some((table) => !existing.has(table))) own.push({ kind: 'never-made' });
  else if (unmade.length > 0) own.push({ kind: 'unfinished' });
  else if (node.produces.some((table) => made.get(table)?.definition !== graph.definitions.get(table))) {
    own.push({ kind: 'definition' });
  }
  return isInScope ? [...own, ...inputs] : inputs;
}

/** @param held what the warehouse holds; null where that is not known */
export function forecastPublications(
  planning: Planning,
  turns: readonly DatasetRun[],
  { states }: LakeFacts,
  refreshes: readonly RefreshForecast[],
  { hasher, held }: { hasher: Hasher; held: ReadonlyMap<string, PublishedTable> | null },
): readonly PublishForecast[] {
  const { project } = plannedOf(planning);
  const wanted = warehouseTables(project);
  const datasets = turns.map(({ contract }) => contract.dataset);
  const changing = new Map<string, Certainty>(turns.flatMap(loadedTables).map(([table]) => [table, 'may']));
  for (const { produces, certainty } of refreshes) for (const table of produces) changing.set(table, certainty);
  const published = wanted.flatMap((table): PublishForecast[] => {
    if (!datasets.includes(table.dataset)) return [];
    const name = table.table;
    const found = outOfDate(hasher, table, states.get(name), held?.get(name));
    if (found !== undefined && held !== null) return [{ table: name, why: found.why, certainty: 'will' }];
    const certainty = changing.get(name);
    if (certainty !== undefined) {
      const why = held !== null && !held.has(name) ? 'new' : 'changes';
      return [{ table: name, why, certainty }];
    }
    return held === null && found !== undefined ? [{ table: name, why: 'unknown', certainty: 'may' }] : [];
  });
  const surplus = surplusTables(project, wanted, held?.keys() ?? [], datasets);
  const dropped = [...surplus.values()].flat();
  return [...published, ...dropped.map((table): PublishForecast => ({ table, why: 'surplus', certainty: 'will' }))];
}
