import { createHash } from 'node:crypto';
import { type PlanInput, planInput } from '../../adapters/aws/run/events.ts';
import type { RunHome } from '../../adapters/aws/run/home.ts';
import { planTask } from '../../adapters/aws/run/task.ts';
import { newRunId, RUN_ID } from '../../adapters/run-id.ts';
import { parseMonths } from '../../core/pipeline/months.ts';
import type { RunOptions } from '../../core/pipeline/session.ts';
import type { MakeHome } from '../shared/handlers.ts';
import { follow, type Handler, logger, observed } from '../shared/observe.ts';

/** The first state of a run, whoever started it. */
export function planHandler(makeHome: MakeHome<RunHome & { readonly largeBytes: number }>): Handler {
  return observed(async (event, context) => {
    const input = planInput(event);
    const runId = runIdOf(input);
    follow(runId, { task: 'Plan' });
    const home = await makeHome(context, 'Plan');
    const planned = await planTask(home, optionsOf(input, runId, home.largeBytes));
    logger.info('done');
    return planned;
  });
}

/** The execution's name where whoever started it made a run's id of that; else the same id for each try. */
function runIdOf({ execution, started }: PlanInput): string {
  if (RUN_ID.test(execution)) return execution;
  return newRunId(Date.parse(started), createHash('sha256').update(execution).digest('hex').slice(0, 6));
}

function optionsOf({ asked }: PlanInput, runId: string, bulkBytes: number): RunOptions {
  const { datasets, full, models, months } = asked;
  return {
    ...{ runId, datasets, full, bulkBytes },
    ...(models.length === 0 ? {} : { models }),
    ...(months === null ? {} : { months: parseMonths(months) }),
  };
}
