/** What handlers have in common: a task of the state machine, a step that a manifest begins, or either. */

import type { Context } from 'aws-lambda';
import { newObjects, taskInput } from '../../adapters/aws/run/events.ts';
import type { RunHome } from '../../adapters/aws/run/home.ts';
import { type Step, toldBy } from '../../adapters/aws/run/manifests.ts';
import type { TaskName } from '../../adapters/aws/run/run.ts';
import { takeStep } from '../../adapters/aws/run/step.ts';
import { runTask } from '../../adapters/aws/run/task.ts';
import { readSettings, variableOf } from '../../adapters/aws/settings.ts';
import { LandfallError } from '../../core/problems.ts';
import { type Defer, eachMessage, isMessages } from './messages.ts';
import { follow, type Handler, logger, observed } from './observe.ts';

/** @param what the task or step that it is for: each needs no more than its own */
export type MakeHome<Home extends RunHome = RunHome> = (context: Context, what: TaskName | Step) => Promise<Home>;

/** @param tasks those that the folder has; where they are several, the environment says which the function is */
export function taskHandler(makeHome: MakeHome, ...tasks: readonly TaskName[]): Handler {
  return observed((event, context) => performTask(makeHome, tasks, event, context));
}

/** @param tasks those that the folder has for the state machine; none where events alone begin it */
export function stepHandler(
  makeHome: MakeHome,
  step: Exclude<Step, 'ingest'>,
  tasks: readonly TaskName[] = [],
  defer?: Defer,
): Handler {
  return observed(async (event, context) => {
    if (!isMessages(event)) return performTask(makeHome, tasks, event, context);
    const home = await makeHome(context, step);
    return eachMessage(
      event,
      context,
      async ({ body }) => {
        for (const { key } of newObjects(body)) {
          const told = toldBy(key);
          follow(told.runId, { dataset: told.dataset });
          logger.info(step, { became: await takeStep(home, step, told) });
        }
      },
      defer,
    );
  });
}

async function performTask(makeHome: MakeHome, tasks: readonly TaskName[], event: unknown, context: Context) {
  const input = taskInput(event);
  const name = taskOf(tasks);
  follow(input.run_id, { dataset: input.dataset, task: name });
  const output = await runTask(await makeHome(context, name), name, input);
  logger.info('done');
  return output;
}

/** @throws LandfallError `wrong-environment` */
function taskOf(tasks: readonly TaskName[]): TaskName {
  const [only, ...others] = tasks;
  if (only !== undefined && others.length === 0) return only;
  const { task } = readSettings(['task']);
  const found = tasks.find((name) => name === task);
  if (found !== undefined) return found;
  const message = `environment variable ${variableOf('task')}: expected one of ${tasks.join(', ')}, found ${task}`;
  throw new LandfallError({ code: 'wrong-environment', message, hint: 'the stacks set it: deploy them again' });
}
