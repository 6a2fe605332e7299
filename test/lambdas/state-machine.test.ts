/** The state machine with the functions that it calls on AWS: each state thaws the session, under leases, as handlers do. */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { TaskName } from '../../adapters/aws/run/run.ts';
import { planTask, runTask } from '../../adapters/aws/run/task.ts';
import { library, readDefinition } from '../../adapters/local/workflow.ts';
import { TransientError } from '../../core/problems.ts';
import { planHandler } from '../../lambdas/plan/plan.ts';
import { taskHandler } from '../../lambdas/shared/handlers.ts';
import { logger } from '../../lambdas/shared/observe.ts';
import { LocalHome } from './local-home.ts';

logger.setLogLevel('SILENT');

const CONTEXT = { getRemainingTimeInMillis: () => 60_000 } as Context;
const RUN = '20260131T100000-1f2e3d';

let home: LocalHome;
beforeEach(async () => {
  home = await LocalHome.open();
}, 60_000);
afterEach(() => home.close());

/** By the state's name, the task that its function does. */
const ALIKE: Readonly<Record<string, TaskName>> = {
  RecordFreshnessFailure: 'RecordFailure',
  RecordReportFailure: 'RecordFailure',
};
const TASKS: readonly TaskName[] = [
  ...(['CheckHeaders', 'LoadBatch', 'CheckQuality', 'RefreshModels', 'RunAnalyses', 'PublishWarehouse'] as const),
  ...(['RecordFailure', 'CheckFreshness', 'WriteReport', 'FinishRun', 'Notify'] as const),
];

interface Ended {
  readonly visited: readonly string[];
  readonly failed: boolean;
}

async function execute(asked: object = {}, runId = RUN): Promise<Ended> {
  const visited: string[] = [];
  const make = async () => home;
  const call = (name: string, handler: (event: unknown, context: Context) => Promise<unknown>) =>
    [
      name,
      async (input: unknown) => {
        const { dataset } = input as { dataset?: string };
        visited.push(dataset === undefined ? name : `${name} ${dataset}`);
        try {
          return (await handler(JSON.parse(JSON.stringify(input)), CONTEXT)) as never;
        } catch (error) {
          // As Step Functions tells of what a function threw.
          const { name: errorType, message: errorMessage } = error as Error;
          throw Object.assign(new Error(JSON.stringify({ errorType, errorMessage, trace: [] })), { name: errorType });
        }
      },
    ] as const;
  const states = [...TASKS, ...Object.keys(ALIKE)].map((name) =>
    call(name, taskHandler(make, ALIKE[name] ?? (name as TaskName))),
  );
  const glue = ['StartCrawler', 'GetCrawler'].map((name) => call(name, async () => ({ Crawler: { State: 'READY' } })));
  const handlers = Object.fromEntries([call('Plan', planHandler(make)), ...states, ...glue]);
  const { StateMachine } = await library();
  const machine = new StateMachine(await readDefinition(), { validationOptions: { noValidate: true } });
  const execution = machine.run(
    asked as never,
    {
      overrides: {
        taskResourceLocalHandlers: handlers,
        waitTimeOverrides: { WaitForCrawler: 0 },
        retryIntervalOverrides: { CheckHeaders: 200 },
      },
      context: { Execution: { Name: runId, StartTime: '2026-01-31T10:00:00Z' } },
    } as never,
  );
  const failed = await execution.result.then(
    () => false,
    () => true,
  );
  return { visited, failed };
}

const runs = () => home.rows('SELECT run_id, status FROM ops.runs ORDER BY started_at');

it('every data set goes through, and gives its lease back', async () => {
  const { failed, visited } = await execute({ full: false, datasets: [], models: [], months: null });
  expect({ failed, outcomes: home.outcomes }).toMatchObject({ failed: false, outcomes: [{ status: 'succeeded' }] });
  expect(visited).toEqual(expect.arrayContaining(['PublishWarehouse bike-sharing', 'PublishWarehouse city-weather']));
  expect(await runs()).toEqual([[RUN, 'succeeded']]);
  expect(home.published).toContain('city_weather.rainy_days');
  for (const dataset of ['bike-sharing', 'city-weather'])
    expect(await home.leases.acquire(dataset, 'next', 1)).not.toBeNull();
  // The header was kept when it was seen: the next run crawls nothing.
  expect(
    (await execute({}, '20260131T110000-000000')).visited.filter((name) => name.startsWith('StartCrawler')),
  ).toEqual([]);
}, 60_000);

it('a data set that fails leaves the others running, and its error is told as it was', async () => {
  home.bikes.model('bike-sharing/broken', 'full', 'SELECT CAST(rider AS integer) AS n FROM bike_sharing.trips');
  home.bikes.edit('contracts/city-weather.odcs.yaml', (text) =>
    text.replace(
      '    properties:',
      '    quality:\n      - {name: enough, metric: rowCount, mustBeGreaterThan: 100}\n    properties:',
    ),
  );
  await home.changeProject();
  const { failed, visited } = await execute();
  expect(failed).toBe(true);
  expect(visited).toContain('RecordFailure city-weather');
  expect(visited).toContain('PublishWarehouse bike-sharing');
  const [outcome] = home.outcomes;
  expect(outcome?.errors.map(({ code }) => code).sort()).toEqual(['bad-model', 'rule-failed']);
  expect(await home.leases.acquire('city-weather', 'next', 1)).not.toBeNull();
}, 60_000);

it('waits for a data set that another run has, and goes round again for what came meanwhile', async () => {
  const held = await home.leases.acquire('bike-sharing', 'another', 60_000);
  const execution = execute({ datasets: ['bike-sharing'] });
  await new Promise((resolve) => setTimeout(resolve, 300));
  if (held === null) throw new Error('it is free');
  const came = await home.leases.release(held);
  expect(came).toBeGreaterThan(0);
  expect(await home.leases.release(held, came)).toBe(0);
  const { failed, visited } = await execution;
  expect(failed).toBe(false);
  expect(visited.filter((name) => name.startsWith('CheckHeaders')).length).toBeGreaterThan(1);
}, 60_000);

it('gives back the lease of a task that never came to its end, killed or busy to the last try', async () => {
  const dataset = 'city-weather';
  await planTask(home, { runId: RUN, datasets: [dataset], full: false });
  home.instead = () => {
    throw new TransientError({ code: 'athena-busy', message: 'later' });
  };
  await expect(runTask(home, 'CheckHeaders', { run_id: RUN, dataset })).rejects.toThrow('later');
  home.instead = (ports) => ports;
  await runTask(home, 'RecordFailure', { run_id: RUN, dataset, error: { Error: 'Lambda.Unknown', Cause: '' } });
  expect(await home.leases.acquire(dataset, 'next', 1)).not.toBeNull();
}, 60_000);

describe('planTask', () => {
  it('begins a run of the same name anew: the state machine tries it again', async () => {
    const options = { runId: RUN, datasets: [], full: false };
    const first = await planTask(home, options);
    expect(await planTask(home, options)).toEqual(first);
  }, 60_000);
});
