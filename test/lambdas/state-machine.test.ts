/** The state machine with the functions that it calls on AWS: each state thaws the session, under leases, as handlers do. */

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { TaskName } from '../../adapters/aws/run/run.ts';
import { planTask, runTask } from '../../adapters/aws/run/task.ts';
import { DEFINITION } from '../../adapters/local/workflow.ts';
import { TransientError } from '../../core/problems.ts';
import { planHandler } from '../../lambdas/plan/plan.ts';
import { taskHandler } from '../../lambdas/shared/handlers.ts';
import { logger } from '../../lambdas/shared/observe.ts';
import { FunctionError } from '../bridge/lambda/functions.ts';
import { execute as run } from '../bridge/states/machine.ts';
import { LocalHome } from './local-home.ts';

logger.setLogLevel('SILENT');

const CONTEXT = { getRemainingTimeInMillis: () => 60_000 } as Context;
const RUN = '20260131T100000-1f2e3d';

let home: LocalHome;
/** Names of errors that functions ended with. */
let thrown: string[];
beforeEach(async () => {
  thrown = [];
  home = await LocalHome.open();
}, 60_000);
afterEach(() => home.close());

/** By what the definition calls their functions. */
const TASKS: Readonly<Record<string, TaskName>> = {
  CheckHeadersFunctionArn: 'CheckHeaders',
  LoadFunctionArn: 'LoadBatch',
  CheckQualityFunctionArn: 'CheckQuality',
  RefreshFunctionArn: 'RefreshModels',
  AnalyseFunctionArn: 'RunAnalyses',
  PublishFunctionArn: 'PublishWarehouse',
  RecordFailureFunctionArn: 'RecordFailure',
  CheckFreshnessFunctionArn: 'CheckFreshness',
  ReportFunctionArn: 'WriteReport',
  FinishRunFunctionArn: 'FinishRun',
  NotifyFunctionArn: 'Notify',
};

const definition = readFileSync(DEFINITION, 'utf8').replaceAll(
  /\$\{(\w+FunctionArn)\}/g,
  'arn:aws:lambda:us-east-1:123456789012:function:$1',
);

interface Ended {
  readonly visited: readonly string[];
  readonly failed: boolean;
}

async function execute(asked: object = {}, runId = RUN): Promise<Ended> {
  const make = async () => home;
  const functions = new Map<string, (event: unknown, context: Context) => Promise<unknown>>([
    ['PlanFunctionArn', planHandler(make)],
    ...Object.entries(TASKS).map(([name, task]) => [name, taskHandler(make, task)] as const),
  ]);
  const { tasks, error } = await run(
    {
      definition,
      lambda: {
        invoke: async (name, event) => {
          try {
            return await functions.get(name)?.(JSON.parse(JSON.stringify(event)), CONTEXT);
          } catch (error) {
            const { name: errorType, message: errorMessage } = error as Error;
            thrown.push(errorType);
            throw new FunctionError(name, { errorType, errorMessage, trace: [] }, '');
          }
        },
      },
      glue: { send: async () => ({ $metadata: {}, Crawler: { State: 'READY' } }) as never },
      waits: { WaitForCrawler: 0 },
      retries: { CheckHeaders: 200 },
    },
    runId,
    asked,
  );
  const visited = tasks.map(({ state, input }) => {
    const { dataset } = input as { dataset?: string };
    return dataset === undefined ? state : `${state} ${dataset}`;
  });
  return { visited, failed: error !== null };
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
  while (!thrown.includes('Landfall.Busy')) await sleep(20);
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
