/** One task of the state machine. Which, its function is told; the rest is in its input. */

import type { RunOptions } from '../../../core/pipeline/session.ts';
import { LandfallError } from '../../../core/problems.ts';
import { saidBy } from './history.ts';
import { BULK_LEASE_MS, type RunHome } from './home.ts';
import { Run, type TaskName } from './run.ts';

/** Behind these nothing comes for their data set: they give its lease back. */
const LAST: ReadonlySet<TaskName> = new Set<TaskName>(['PublishWarehouse', 'RecordFailure']);

/** @throws Error named as the workflow's Retry and Catch know it */
export async function planTask(home: RunHome, options: RunOptions): Promise<unknown> {
  const run = await Run.begin(home, options);
  return run.perform('Plan', {});
}

/**
 * @param input `run_id`, mostly `dataset`, and what the task takes besides
 * @throws Error named as the workflow's Retry and Catch know it
 */
export async function runTask(home: RunHome, name: TaskName, input: TaskInput): Promise<unknown> {
  const run = await Run.open(home, input.run_id);
  if (run === null) throw named(noRun(input.run_id));
  const { error } = input;
  const output = await run.perform(
    name,
    (error === undefined ? input : { ...input, error: { ...error, Cause: saidBy(error.Cause) } }) as never,
  );
  // The state machine starts the crawler itself; what it is started for is kept here.
  if (name === 'CheckHeaders') {
    const { crawl, crawler, load } = output as { crawl: boolean; crawler: string; load: string };
    if (crawl) await run.perform('StartCrawler', { Name: crawler });
    if (load === 'bulk' && input.dataset !== undefined) await run.keep(input.dataset, BULK_LEASE_MS);
  }
  if (LAST.has(name) && input.dataset !== undefined) await run.release(input.dataset);
  return output;
}

export interface TaskInput {
  readonly run_id: string;
  readonly dataset?: string | undefined;
  readonly error?: { readonly Error: string; readonly Cause: string } | undefined;
}

export function noRun(runId: string): LandfallError {
  const message = `there is no run ${runId}: its session is not in the lake's bucket`;
  return new LandfallError({ code: 'no-run', message, hint: 'start a new run' });
}

function named(error: LandfallError): Error {
  return Object.assign(error, { name: `Landfall.${error.problems[0]?.code}` });
}
