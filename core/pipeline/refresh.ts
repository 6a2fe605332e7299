/** Models and analyses follow what was loaded: in their order, each by as little as it needs, and no others. */

import { requireColumns } from '../analyses/method.ts';
import { questionOf, readsOf } from '../analyses/methods.ts';
import type { Analysis } from '../analyses/types.ts';
import type { Node } from '../models/graph.ts';
import type { RefreshStep } from '../models/refresh.ts';
import type { MadeTable, Ports, RefreshMode } from '../ports.ts';
import { LandfallError, type Problem, TransientError } from '../problems.ts';
import { asReady, sideBySide } from '../side-by-side.ts';
import type { ModelGraph } from './model-graph.ts';
import { datasetSteps, type RefreshAsk, undefinedTables } from './refresh-plan.ts';

export interface NodeTime {
  /** A model's table, or `analysis schema.name`. */
  readonly name: string;
  readonly mode: RefreshMode | 'analysis';
  /** Milliseconds. */
  readonly elapsed: number;
  readonly note?: string;
}

/** What a refresh tells the run, as it goes. */
export interface RefreshBooks {
  readonly times: NodeTime[];
  readonly errors: Problem[];
  readonly warnings: Problem[];
  /** Tables of nodes that failed, here or before. */
  readonly failed: Set<string>;
}

/** What is left of a refresh, as plain JSON. */
export interface RefreshLeft {
  readonly steps: readonly {
    readonly name: string;
    readonly mode: RefreshStep['mode'];
    readonly changed: readonly string[];
  }[];
  /** Analyses that are due, by name. */
  readonly pending: readonly string[];
}

/**
 * A data set's models and analyses, refreshed in turns: models as far as they can be, then the analyses that they began,
 * until nothing is left. A node that fails leaves its table as it was; what reads it is left alone too, and the rest goes
 * on.
 */
export class DatasetRefresh {
  private readonly ports: Ports;
  private readonly models: ModelGraph;
  private readonly books: RefreshBooks;
  private steps: readonly RefreshStep[];
  /** Analyses that compute beside the engine, and what waits for each and publishes it. */
  private readonly pending = new Map<Node, () => Promise<NodeDone>>();
  /** By table, the definitions that the lake has still to be told of. */
  private readonly made = new Map<string, MadeTable>();

  /** Analyses are begun where they are finished. */
  private readonly isApart: boolean;

  private constructor(
    ports: Ports,
    models: ModelGraph,
    books: RefreshBooks,
    steps: readonly RefreshStep[],
    isApart: boolean,
  ) {
    this.ports = ports;
    this.models = models;
    this.books = books;
    this.steps = steps;
    this.isApart = isApart;
  }

  /** @param isApart whether another process may finish what this one begins: then it begins no analysis */
  static async begin(
    ports: Ports,
    models: ModelGraph,
    what: RefreshAsk,
    books: RefreshBooks,
    isApart = false,
  ): Promise<DatasetRefresh> {
    const steps = datasetSteps(models, await ports.lake.models(), what);
    // What is not made by the end of this run, for it failed or was killed, is missing for the next.
    await ports.lake.undefine(steps.flatMap(({ node }) => node.produces));
    return new DatasetRefresh(ports, models, books, steps, isApart);
  }

  /** Goes on with what another process left. @throws where the graph lacks one of its nodes */
  static resume(ports: Ports, models: ModelGraph, books: RefreshBooks, left: RefreshLeft): DatasetRefresh {
    const nodes = new Map(models.graph.nodes.map((node) => [node.name, node]));
    const nodeOf = (name: string) => {
      const node = nodes.get(name);
      if (node === undefined) throw new Error(`there is no ${name} to be refreshed`);
      return node;
    };
    const steps = left.steps.map(({ name, mode, changed }) => {
      return { mode, node: nodeOf(name), changedInputs: changed } as RefreshStep;
    });
    const refresh = new DatasetRefresh(ports, models, books, steps, true);
    for (const name of left.pending) refresh.expect(nodeOf(name));
    return refresh;
  }

  get left(): RefreshLeft {
    return {
      steps: this.steps.map(({ node, mode, changedInputs }) => ({ name: node.name, mode, changed: changedInputs })),
      pending: [...this.pending.keys()].map(({ name }) => name),
    };
  }

  /** Tables that this refresh changes or has changed. */
  get produces(): readonly string[] {
    return this.steps.flatMap(({ node }) => node.produces);
  }

  /**
   * Refreshes every model that waits for no analysis, as many at a time as the lake takes, and begins every analysis whose
   * input is there.
   *
   * @throws TransientError where the engine was busy; what was refreshed by then is not refreshed again
   */
  async refreshModels(): Promise<void> {
    // Of models on their way, of those that wait for one, and of analyses.
    const unsettled = new Set([...this.produces, ...[...this.pending.keys()].flatMap(({ produces }) => produces)]);
    const done = new Set<RefreshStep>();
    const isReady = ({ node: { reads } }: RefreshStep) =>
      !this.isDiskFull &&
      (!reads.some((table) => unsettled.has(table)) || reads.some((table) => this.books.failed.has(table)));
    try {
      await asReady(this.steps, isReady, this.ports.lake.refreshesAtOnce, async (step) => {
        await this.take(step);
        done.add(step);
        if (!this.pending.has(step.node)) for (const table of step.node.produces) unsettled.delete(table);
      });
    } finally {
      this.steps = this.isDiskFull ? [] : this.steps.filter((step) => !done.has(step));
      await this.tellMade();
    }
  }

  /** Nothing that follows could be written either, and one message is enough. */
  private get isDiskFull(): boolean {
    return this.books.errors.some(({ code }) => code === 'disk-full');
  }

  /**
   * Publishes what the analyses found.
   *
   * @param kinds leaves analyses of other kinds for later
   * @returns whether models were waiting for it, or analyses are left
   * @throws TransientError where the engine was busy; what was published by then stays so
   */
  async finishAnalyses(kinds?: readonly Analysis['kind'][]): Promise<boolean> {
    try {
      const isWanted = (node: Node) => node.kind !== 'analysis' || kinds?.includes(node.analysis.kind) !== false;
      const due = [...this.pending].filter(([node]) => isWanted(node));
      await sideBySide(due, this.ports.lake.refreshesAtOnce, async ([node, finish]) => {
        await this.make(node, finish);
        this.pending.delete(node);
      });
    } finally {
      await this.tellMade();
    }
    return this.steps.length + this.pending.size > 0;
  }

  private async take(step: RefreshStep): Promise<void> {
    const { node } = step;
    if (node.reads.some((table) => this.books.failed.has(table))) {
      for (const table of node.produces) this.books.failed.add(table);
      return;
    }
    this.ports.progress.step('refresh', `${node.name} (${step.mode})`);
    if (step.mode !== 'analysis') await this.make(node, () => refreshModel(this.ports, this.models, step));
    else if (this.isApart) this.expect(node);
    else {
      const { analysis, name } = step.node;
      await this.attempt(node, async () => void this.pending.set(node, await analyse(this.ports, analysis, name)));
    }
  }

  private expect(node: Node): void {
    if (node.kind !== 'analysis') throw new Error(`${node.name} is no analysis`);
    const { analysis, name } = node;
    this.pending.set(node, async () => (await analyse(this.ports, analysis, name))());
  }

  /** At once for all: of each by itself the disk would be waited for. What a kill leaves untold is made again. */
  private async tellMade(): Promise<void> {
    await this.ports.lake.define(this.made);
    this.made.clear();
  }

  private async make(node: Node, work: () => Promise<NodeDone>): Promise<void> {
    await this.attempt(node, async () => {
      const { time, notes, warned } = await work();
      this.books.times.push(time);
      this.books.warnings.push(...notes);
      const at = this.ports.clock.now();
      for (const table of node.produces) {
        this.made.set(table, { definition: this.models.definitions.get(table) ?? '', at, warned });
      }
    });
  }

  private async attempt(node: Node, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof TransientError) throw error;
      this.books.errors.push(...failure(error, node));
      for (const table of node.produces) this.books.failed.add(table);
    }
  }
}

/** Drops the tables of models that have no definition any more. */
export async function dropUndefined(ports: Ports, models: ModelGraph): Promise<void> {
  for (const table of undefinedTables(models, await ports.lake.models())) await ports.lake.drop(table);
}

interface NodeDone {
  readonly time: NodeTime;
  readonly notes: readonly Problem[];
  /** The audits that warn, by name. */
  readonly warned: readonly string[];
}

async function refreshModel(
  ports: Ports,
  models: ModelGraph,
  step: Exclude<RefreshStep, { mode: 'analysis' }>,
): Promise<NodeDone> {
  const { model } = step.node;
  if (model.materialize === 'incremental' && !models.incremental.has(model.table)) {
    const verdict = await models.judge(model);
    if (!verdict.legal) throw new LandfallError(verdict.problems);
  }
  const { mode, elapsed, warnings, warned } = await ports.lake.refresh(model, step.mode, step.changedInputs);
  return { time: { name: model.table, mode, elapsed }, notes: warnings, warned };
}

/** Starts an analysis; gives what waits for its end and publishes what it found. */
async function analyse(ports: Ports, analysis: Analysis, name: string): Promise<() => Promise<NodeDone>> {
  const started = ports.clock.now();
  const { columns } = await ports.lake.read(`SELECT * FROM ${analysis.input} LIMIT 0`);
  requireColumns(analysis, readsOf(analysis), columns);
  const answer = await ports.lake.read(questionOf(analysis));
  const concluded = ports.analyst.conclude(analysis, answer);
  // Told by whoever waits.
  concluded.catch(() => undefined);
  const { file, input } = analysis;
  const warning = (message: string): Problem => ({
    code: 'analysis-warns',
    file,
    message: `analysis ${analysis.name}: of ${input}, ${message}`,
  });
  return async () => {
    const { tables, note, warnings = [] } = await concluded;
    const names: Readonly<Record<string, string>> = analysis.outputs;
    const outputs = Object.entries(tables).map(([role, table]) => [names[role] ?? role, table] as const);
    await ports.lake.publish(analysis, new Map(outputs));
    return {
      time: { name, mode: 'analysis', elapsed: ports.clock.now() - started, note },
      notes: warnings.map(warning),
      warned: [],
    };
  };
}

function failure(error: unknown, node: Node): readonly Problem[] {
  if (error instanceof LandfallError)
    return error.problems.map((problem) => ({ ...problem, message: `${node.name}: ${problem.message}` }));
  return [{ code: 'unexpected', message: `${node.name}: ${error instanceof Error ? error.message : String(error)}` }];
}
