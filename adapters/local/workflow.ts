/** Runs `workflow/pipeline.asl.json` on a laptop: the file that is deployed, each Task bound to a function of the core. */

import { readFile } from 'node:fs/promises';
import type { StateMachineDefinition } from 'aws-local-stepfunctions';
import { failedTask, type Session } from '../../core/pipeline/session.ts';
import type { BatchInput, Tasks } from '../../core/pipeline/tasks.ts';
import { begunInWords, type RunEvent, Visits } from '../shared/visits.ts';
import type { RunLog } from './run-log.ts';

/** What runs on a laptop, and what is deployed. */
export const DEFINITION = new URL('../../workflow/pipeline.asl.json', import.meta.url);

/** A crawler of the catalog on a laptop is done as soon as it is started. */
const NO_WAIT = { WaitForCrawler: 0 };

/**
 * Runs the workflow to its end; how it ended stands in the session.
 * @throws what the first state threw: then there is no run to speak of
 */
export async function runWorkflow(session: Session, tasks: Tasks, log: RunLog): Promise<void> {
  const [{ StateMachine }, definition] = await Promise.all([library(), readDefinition()]);
  // The definition is checked by a test: checking it takes longer than most runs.
  const machine = new StateMachine(unhurried(definition), { validationOptions: { noValidate: true } });
  let fatal: { error: unknown } | undefined;
  const batches = new Batches();
  const handlers = bound(definition, tasks).map(([name, work]) => {
    const handler = async (input: unknown) => {
      if (!batches.begin(input)) throw new Error('a batch before it failed');
      try {
        return (await work(input)) as never;
      } catch (error) {
        batches.failed(input);
        if (name === 'Plan' || name === 'FinishRun') fatal = { error };
        throw failedTask(session, name, error);
      }
    };
    return [name, handler] as const;
  });
  const { runId, full, datasets, models, months } = session.options;
  const execution = machine.run(
    { full, datasets: [...datasets], models: [...(models ?? [])], months: months?.text ?? null },
    {
      overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers), waitTimeOverrides: NO_WAIT },
      context: { Execution: { Name: runId, StartTime: new Date(session.startedAt).toISOString() } },
    },
  );
  const events = execution.eventLogs as AsyncIterable<RunEvent>;
  const following = follow(batches.without(events), session, log);
  // Told below.
  following.catch(() => undefined);
  const ended = await execution.result.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  // Not before the workflow has ended: whoever started it closes what its tasks work on.
  await following;
  if (fatal !== undefined) throw fatal.error;
  if (ended !== undefined && session.errors.length === 0) throw ended.error;
}

/**
 * Step Functions begins no further item of a Map once one has failed. The interpreter would, beside the states that
 * follow, and a laptop's lake has one writer: such an item is neither worked on nor told of.
 */
class Batches {
  private readonly begun = new Set<string>();
  /** Data sets of which a batch failed. */
  private readonly broken = new Set<string>();

  /** @returns whether the task may go on; a batch that failed may, for it is tried again */
  begin(input: unknown): boolean {
    const batch = batchOf(input);
    if (this.isLeft(batch)) return false;
    if (batch !== null) this.begun.add(`${batch.dataset} ${batch.table}`);
    return true;
  }

  failed(input: unknown): void {
    const batch = batchOf(input);
    if (batch !== null) this.broken.add(batch.dataset);
  }

  async *without(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
    for await (const event of events) if (!this.isLeft(batchOf(event.state?.input))) yield event;
  }

  private isLeft(batch: ReturnType<typeof batchOf>): boolean {
    return batch !== null && this.broken.has(batch.dataset) && !this.begun.has(`${batch.dataset} ${batch.table}`);
  }
}

/** Null where the input is not that of one table's load. */
function batchOf(input: unknown): { dataset: string; table: string } | null {
  const { dataset, batch } = (input ?? {}) as Partial<BatchInput>;
  return dataset === undefined || batch === undefined ? null : { dataset, table: batch.table };
}

type Task = (input: unknown) => Promise<unknown>;

/** Every Task state with its function: the one of its name, or that of a state with the same resource. */
function bound(definition: unknown, tasks: Tasks): [string, Task][] {
  const named = tasks as Readonly<Record<string, unknown>> as Readonly<Record<string, Task>>;
  const resources = tasksIn(definition);
  return [...resources].map(([name, resource]) => {
    const alike = [...resources].filter((other) => other[1] === resource).map(([other]) => named[other]);
    const work = named[name] ?? alike.find((task) => task !== undefined);
    if (work === undefined) throw new Error(`the workflow's Task ${name} has no function`);
    return [name, work];
  });
}

/** By name, the resource of each Task of the machine and of those within it. */
export function tasksIn(node: unknown, found = new Map<string, string>()): Map<string, string> {
  if (typeof node !== 'object' || node === null) return found;
  for (const [name, child] of Object.entries(node)) {
    if (child?.Type === 'Task') found.set(name, String(child.Resource));
    tasksIn(child, found);
  }
  return found;
}

export async function readDefinition(): Promise<StateMachineDefinition> {
  return JSON.parse(await readFile(DEFINITION, 'utf8')) as StateMachineDefinition;
}

/** Seconds: the longest that a timer takes. */
const FOREVER = 2_147_483;

/** The interpreter gives a Task a minute where the definition says nothing; Step Functions gives it as long as it takes. */
export function unhurried(definition: StateMachineDefinition): StateMachineDefinition {
  const text = JSON.stringify(definition, (_, node) =>
    node?.Type === 'Task' ? { TimeoutSeconds: FOREVER, ...node } : node,
  );
  return JSON.parse(text) as StateMachineDefinition;
}

export async function library() {
  // aws-local-stepfunctions asks for Node 22; this is all that Node 20 lacks.
  const promises = Promise as unknown as { withResolvers?: () => unknown };
  promises.withResolvers ??= () => {
    const settle: Record<string, unknown> = {};
    const promise = new Promise((resolve, reject) => Object.assign(settle, { resolve, reject }));
    return { promise, ...settle };
  };
  return import('aws-local-stepfunctions');
}

async function follow(events: AsyncIterable<RunEvent>, session: Session, log: RunLog): Promise<void> {
  const visits = new Visits();
  for await (const event of events) {
    log.write(event);
    const begun = begunInWords(event);
    if (begun !== undefined) session.ports.progress.step(...begun);
    const visit = visits.see(event);
    if (visit !== undefined) session.states.push(visit);
  }
}
