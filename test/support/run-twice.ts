/** The same files, runs and mistakes twice: by one process, and by tasks that share nothing but a frozen session. */

import { openProject } from '../../adapters/local/project.ts';
import { RunLog } from '../../adapters/local/run-log.ts';
import { runWorkflow } from '../../adapters/local/workflow.ts';
import { openLocal } from '../../cli/local.ts';
import { resultOf } from '../../core/pipeline/finish.ts';
import { type FrozenSession, freeze, thaw } from '../../core/pipeline/frozen-session.ts';
import { newSession, type ProjectSource, type RunOptions, type Session } from '../../core/pipeline/session.ts';
import { type Tasks, tasksOf } from '../../core/pipeline/tasks.ts';
import type { Ports, Warehouse } from '../../core/ports.ts';
import { Bikes } from './bikes.ts';
import { Workspace } from './cli.ts';

/** What a run leaves in words: its result, what the report was made of, who was told what, and every table. */
export type Left = Readonly<Record<string, unknown>>;

export class Twin {
  readonly bikes = new Bikes(new Workspace());
  private readonly held = new Map<string, { version: string; definition: string }>();
  private readonly isFrozen: boolean;
  private count = 0;

  constructor(isFrozen: boolean) {
    this.isFrozen = isFrozen;
  }

  async run(options: Partial<RunOptions> = {}): Promise<Left> {
    const { landing, state } = this.bikes.work;
    const from = options.models === undefined ? landing : null;
    const source = await openProject(this.bikes.project, undefined);
    const local = await openLocal({ landing: from, state, warehouse: false });
    this.count += 1;
    const told: unknown[] = [];
    const ports: Ports = {
      ...local.ports,
      warehouse: this.warehouse(told),
      report: {
        prepare: () => undefined,
        answers: (questions, ask) => ask(questions),
        write: async (input) => `written ${told.push(['report', input])}`,
      },
      notifier: { notify: async (outcome) => void told.push(['notified', outcome]) },
      progress: { step: () => undefined },
    };
    try {
      const all = { datasets: [], full: false, runId: `run-${this.count}`, ...options };
      const session = newSession(ports, all);
      const runner = this.isFrozen ? new Thawing(ports, source, session) : null;
      const log = new RunLog(local.state.runs, all.runId);
      let thrown: unknown = null;
      await runWorkflow(session, runner?.tasks() ?? tasksOf(session, source), log).catch((error) => {
        thrown = error;
      });
      const ended = (await runner?.session()) ?? session;
      return plain({ thrown: String(thrown), result: resultOf(ended), told, lake: await tablesOf(ports) });
    } finally {
      await local.close();
    }
  }

  close(): void {
    this.bikes.work.close();
  }

  /** Remembers what it was given, and how. */
  private warehouse(told: unknown[]): Warehouse {
    return {
      prepare: () => undefined,
      published: async () => new Map(this.held),
      publish: async (publications, drops) => {
        for (const table of drops) this.held.delete(table);
        for (const { table, version, definition, mode } of publications) {
          this.held.set(table.table, { version, definition });
          told.push(['published', table.table, mode]);
        }
      },
    };
  }
}

/** Every task thaws the session from its text and leaves it as text, as functions do. */
class Thawing {
  private text: string;
  private readonly ports: Ports;
  private readonly source: ProjectSource;
  private readonly outer: Session;

  constructor(ports: Ports, source: ProjectSource, outer: Session) {
    this.ports = ports;
    this.source = source;
    this.outer = outer;
    this.text = JSON.stringify(freeze(newSession(ports, outer.options, true)));
  }

  tasks(): Tasks {
    const names = Object.keys(tasksOf(this.outer, this.source));
    const tasks = names.map((name) => [name, (input: unknown) => this.perform(name as keyof Tasks, input)]);
    return Object.fromEntries(tasks) as Tasks;
  }

  /** What the workflow's runner knows besides: it stands in for Step Functions. */
  async session(): Promise<Session> {
    const frozen = JSON.parse(this.text) as FrozenSession;
    return thaw({ ...frozen, causes: [...this.outer.causes] }, this.ports, this.source);
  }

  private async perform(name: keyof Tasks, input: unknown): Promise<unknown> {
    const session = await this.session();
    try {
      return await (tasksOf(session, this.source)[name] as (input: unknown) => Promise<unknown>)(input);
    } finally {
      this.text = JSON.stringify(freeze(session));
      this.outer.errors.splice(0, Number.POSITIVE_INFINITY, ...session.errors);
    }
  }
}

/** What no two lakes share: inodes and the like, and versions that no other lake has. */
const UNLIKE: ReadonlySet<string> = new Set(['fingerprint', 'version', 'since', 'changed']);

/** Every table of every schema, the lake's own books among them, as lines of text. */
async function tablesOf({ lake }: Ports): Promise<Record<string, readonly string[]>> {
  const all: Record<string, readonly string[]> = {};
  for (const name of [...(await lake.columns()).keys()].sort()) {
    const { columns, rows } = await lake.read(`SELECT * FROM ${name}`);
    const own = columns.flatMap(({ name: column }, at) => (UNLIKE.has(column) ? [] : [[column, at] as const]));
    const cell = (value: unknown, column: string) => (column === 'details' ? detailsOf(value) : shown(value));
    const lines = rows.map((row) => own.map(([column, at]) => cell(row[at], column)).join(' | '));
    all[name] = lines.sort();
  }
  return all;
}

/** How long things took, and how they were weighed, no two runs share. */
function detailsOf(text: unknown): string {
  const { models, warehouse } = JSON.parse(String(text)) as Record<string, unknown>;
  return JSON.stringify({ models: namesOf(models), warehouse });
}

const namesOf = (models: unknown) =>
  ((models ?? []) as { name: string; mode: string; note?: string }[])
    .map(({ name, mode, note }) => `${name} ${mode} ${note ?? ''}`)
    .sort();

const shown = (value: unknown) => (typeof value === 'number' ? value.toPrecision(10) : String(value));

/** Without what the clock gives; models by name, for analyses end when they end; doubles without their last digits. */
function plain(left: { result: ReturnType<typeof resultOf> } & Record<string, unknown>): Left {
  const all = { ...left, result: { ...left.result, models: namesOf(left.result.models) } };
  const text = JSON.stringify(all, (key, value) => {
    if (['elapsed', 'lateMs', 'details', 'version', 'since'].includes(key)) return null;
    return typeof value === 'number' ? Number(shown(value)) : value;
  });
  // Files have times of their own, of some months.
  const times = /20\d\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.]\d+)?/g;
  return JSON.parse(text.replaceAll(times, (time) => (/^2026-0[4-9]/.test(time) ? time : 'now'))) as Left;
}
