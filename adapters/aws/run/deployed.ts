/** A run of a deployed stage, as a command line sees it: it is begun, followed, and told of as a run on a laptop is. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type HistoryEvent, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { type RunResult, resultOfEnded } from '../../../core/pipeline/finish.ts';
import type { Progress } from '../../../core/ports.ts';
import { LandfallError, type Problem } from '../../../core/problems.ts';
import { begunInWords } from '../../shared/visits.ts';
import { type Connection, makeClient } from '../clients.ts';
import { readOutputs } from '../deployment.ts';
import { failed } from '../errors.ts';
import { Bucket } from '../objects/bucket.ts';
import type { ObjectStore } from '../objects/types.ts';
import { turns, whyEnded } from './executions.ts';
import { RunStore } from './store.ts';

/** What a run is asked for; hyphenated names of data sets, tables as `schema.name`. */
export interface Asked {
  readonly runId: string;
  readonly datasets: readonly string[];
  readonly full: boolean;
  readonly models: readonly string[];
  /** As `parseMonths` takes it. */
  readonly months: string | null;
}

export interface Following {
  readonly connection?: Connection;
  readonly progress: Progress;
  /** Called once the run is on its way: what happens to the caller from here on does nothing to it. */
  readonly onBegun: () => void;
  /** For tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** Milliseconds between two looks at a run on its way. */
const TURN = 2000;

/**
 * Begins a run of the stage and follows it to its end.
 *
 * @throws LandfallError what ended it, where it never came to have a result; `not-deployed` and the like
 */
export async function runDeployed(stage: string, asked: Asked, following: Following): Promise<RunResult> {
  const { connection = {}, progress, wait = sleep } = following;
  const [{ StateMachineArn }, { LakeBucket }] = await Promise.all([
    readOutputs(stage, 'pipeline', connection),
    readOutputs(stage, 'storage', connection),
  ]);
  const client = makeClient(SFNClient, connection);
  const { runId, ...input } = asked;
  // The execution's name is the run's id, by which Plan goes.
  const { executionArn = '' } = await client
    .send(new StartExecutionCommand({ stateMachineArn: StateMachineArn, name: runId, input: JSON.stringify(input) }))
    .catch(failed(`the state machine ${StateMachineArn} can't be started`));
  following.onBegun();
  progress.step('run', `${runId} on ${stage}`);
  let end: HistoryEvent | undefined;
  for await (const { events, told } of turns(client, executionArn)) {
    for (const event of told) {
      const begun = begunInWords(event);
      if (begun !== undefined) progress.step(...begun);
    }
    end = events.find(({ type = '' }) => ENDS.has(type));
    if (end !== undefined) break;
    await wait(TURN);
  }
  return resultOf(runId, new Bucket(LakeBucket, connection), end);
}

const ENDS = new Set(['ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut']);

/** What a run that is told apart by its execution's end left in the lake's bucket. */
async function resultOf(runId: string, lake: ObjectStore, end: HistoryEvent | undefined): Promise<RunResult> {
  const session = (await new RunStore(lake).read(runId))?.stored.session;
  const isWhole = end?.type === 'ExecutionSucceeded' || (end?.type === 'ExecutionFailed' && session?.errors.length);
  if (session !== undefined && isWhole) return resultOfEnded(session);
  const { error, cause } = end?.executionFailedEventDetails ?? {};
  const why = whyEnded(end?.type ?? '', error, cause);
  if (end?.type === 'ExecutionAborted' || end?.type === 'ExecutionTimedOut') throw ended(runId, why);
  // What other tries failed by stands before it.
  const [, problems = []] = session?.causes[session.causes.length - 1] ?? [];
  if (problems.length > 0) throw new LandfallError(problems, exitCodeOf(problems));
  throw ended(runId, why);
}

/** Who named what isn't there learns it of Plan, on a laptop as here. */
const USAGE = new Set(['unknown-dataset', 'unknown-model', 'no-months', 'wrong-months']);
const exitCodeOf = (problems: readonly Problem[]) => (problems.every(({ code }) => USAGE.has(code)) ? 2 : 1);

function ended(runId: string, why: string): LandfallError {
  const hint = `the execution ${runId} of the state machine tells more; a new run loads what this one left`;
  return new LandfallError({ code: 'run-failed', message: `run ${runId} failed: ${why}`, hint });
}
