import { affected, type Graph, type Node } from './graph.ts';
import type { IncrementalLegal } from './incremental.ts';
import type { Model } from './types.ts';

/** Whether only some rows of a table changed, and which is known by column values, or it must be taken as all new. */
export type Change = 'rows' | 'all';

/** What is to be done to one node; steps stand in the order in which they are to be done. */
export type RefreshStep =
  | {
      readonly mode: 'view' | 'full' | 'incremental';
      readonly node: Extract<Node, { kind: 'model' }>;
      /**
       * Tables, sorted. Of an incremental step those whose changed values of `by` tell what to refresh, views looked
       * through; of another step the direct inputs that changed, none where only the definition did.
       */
      readonly changedInputs: readonly string[];
    }
  | {
      readonly mode: 'analysis';
      readonly node: Extract<Node, { kind: 'analysis' }>;
      readonly changedInputs: readonly string[];
    };

export interface RefreshInput {
  readonly graph: Graph;
  /** By clean table; one that isn't here didn't change. */
  readonly changes: ReadonlyMap<string, Change>;
  /** Tables of models and analyses that exist as their present definition makes them. */
  readonly existing: ReadonlySet<string>;
  /** By the table of an incremental model: what `checkIncremental` says of it. */
  readonly incremental: ReadonlyMap<string, IncrementalLegal>;
}

/**
 * What to refresh after clean tables or definitions changed: every node downstream of a change, and those whose
 * tables don't exist as defined, with everything downstream of these. Nothing else.
 *
 * A model is refreshed incrementally where it is incremental and exists as defined, where of the tables it reads none
 * of `fullOnChange` changed, and where each changed carrier tells its changed values of `by`: a clean table of which
 * rows changed, or a model that was itself refreshed incrementally by the same columns.
 */
export function planRefresh(input: RefreshInput): readonly RefreshStep[] {
  const state: State = { input, changed: new Map(input.changes), refreshedBy: new Map(), redefinedViews: new Set() };
  return nodesToRefresh(input).map((node) => {
    const step = stepOf(node, state);
    note(step, state);
    return step;
  });
}

interface State {
  readonly input: RefreshInput;
  /** Grows as steps are planned. */
  readonly changed: Map<string, Change>;
  /** By an incremental model's table: the columns by which it is refreshed now. */
  readonly refreshedBy: Map<string, readonly string[]>;
  /** Views whose definition, or that of a view they read, changed: what they give may differ in any row. */
  readonly redefinedViews: Set<string>;
}

function nodesToRefresh({ graph, changes, existing }: RefreshInput): readonly Node[] {
  const missing = graph.nodes.filter((node) => node.produces.some((table) => !existing.has(table)));
  const touched = affected(graph, new Set([...changes.keys(), ...missing.flatMap((node) => node.produces)]));
  return analysesFirst(graph.nodes.filter((node) => missing.includes(node) || touched.includes(node)));
}

/**
 * Analyses compute beside the engine: each starts as soon as what it needs is there, and what needs them comes last, so
 * that the engine has something to do meanwhile.
 */
function analysesFirst(nodes: readonly Node[]): readonly Node[] {
  const makers = new Map(nodes.flatMap((node) => node.produces.map((table) => [table, node] as const)));
  const ordered = new Set<Node>();
  const add = (node: Node | undefined) => {
    if (node === undefined || ordered.has(node)) return;
    for (const table of node.reads) add(makers.get(table));
    ordered.add(node);
  };
  const analyses = nodes.filter(({ kind }) => kind === 'analysis');
  for (const analysis of analyses) add(analysis);
  const behind = affected({ nodes }, new Set(analyses.flatMap(({ produces }) => produces)));
  for (const node of nodes) if (!behind.includes(node)) add(node);
  for (const node of behind) add(node);
  return [...ordered];
}

function stepOf(node: Node, state: State): RefreshStep {
  const changedInputs = node.reads.filter((table) => state.changed.has(table));
  if (node.kind === 'analysis') return { mode: 'analysis', node, changedInputs };
  if (node.model.materialize === 'view') return { mode: 'view', node, changedInputs };
  const carriers = changedCarriers(node.model, node.reads, state);
  return carriers === undefined
    ? { mode: 'full', node, changedInputs }
    : { mode: 'incremental', node, changedInputs: carriers };
}

/** The carriers by whose changed values the model can be refreshed; undefined where it can't be. */
function changedCarriers(model: Model, reads: readonly string[], state: State): readonly string[] | undefined {
  const legality = state.input.incremental.get(model.table);
  if (model.materialize !== 'incremental' || legality === undefined) return undefined;
  if (!state.input.existing.has(model.table) || reads.some((table) => state.redefinedViews.has(table)))
    return undefined;
  if (legality.fullOnChange.some((table) => state.changed.has(table))) return undefined;
  const carriers = legality.carriers.filter((table) => state.changed.has(table));
  return carriers.length > 0 && carriers.every((table) => tellsValues(table, model.by, state)) ? carriers : undefined;
}

function tellsValues(table: string, by: readonly string[], state: State): boolean {
  if (state.changed.get(table) !== 'rows') return false;
  const refreshedBy = state.refreshedBy.get(table);
  return refreshedBy === undefined || [...refreshedBy].sort().join() === [...by].sort().join();
}

/** What the step changes, for the steps after it. */
function note(step: RefreshStep, state: State): void {
  for (const table of step.node.produces) {
    if (step.mode === 'view') noteView(step.node, table, state);
    else state.changed.set(table, step.mode === 'incremental' ? 'rows' : 'all');
    if (step.mode === 'incremental') state.refreshedBy.set(table, step.node.model.by);
  }
}

/** A view passes changes through; readers that can be incremental look at the tables behind it. */
function noteView(node: Node, table: string, state: State): void {
  const isRedefined = !state.input.existing.has(table) || node.reads.some((read) => state.redefinedViews.has(read));
  if (isRedefined) state.redefinedViews.add(table);
  const hasAll = node.reads.some((read) => state.changed.get(read) === 'all');
  state.changed.set(table, isRedefined || hasAll ? 'all' : 'rows');
}
