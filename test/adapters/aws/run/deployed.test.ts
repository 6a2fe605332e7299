import { GetObjectCommand, type GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { runDeployed } from '../../../../adapters/aws/run/deployed.ts';
import { CONNECTION, mockStacks, OUTPUTS } from '../stage.ts';

const { stacks, deployed } = mockStacks();
const machine = mockClient(SFNClient);
const s3 = mockClient(S3Client);
afterEach(() => {
  stacks.reset();
  machine.reset();
  s3.reset();
});

const RUN = '20260131T100000-1f2e3d';
const ASKED = { runId: RUN, datasets: ['tea-shop'], full: false, models: [], months: null };

const SESSION = {
  ...{ version: 1, options: { runId: RUN, datasets: [], full: false }, startedAt: 0, warnings: [], unclaimed: [] },
  ...{ times: [], errors: [], failedRules: [], freshness: [], published: {}, report: 's3://report/index.html' },
  ...{ states: [], project: null, scope: null, changes: [], ruleReads: [], failed: [], causes: [] },
  datasets: [
    {
      ...{ dataset: 'tea-shop', tables: ['sales', 'notes'], learnt: [], isKnown: true, checked: true, failed: false },
      plan: { tables: [{ files: [{}], refusals: [] }], skipped: 2, strays: [], left: [], shared: [] },
      loads: [
        [
          'sales',
          {
            books: { table_name: 'sales', rows_read: 5, rows_loaded: 4, rows_duplicate: 0, rows_quarantined: 1 },
            ...{ filesLoaded: 1, filesRefused: 0, hasLearnt: false },
          },
        ],
      ],
      refresh: null,
    },
  ],
};

/** The run's session as it lies in the lake's bucket. */
function left(session: object): void {
  const text = JSON.stringify({ session, leases: {}, left: null, claim: null });
  const Body = { transformToString: async () => text } as GetObjectCommandOutput['Body'] & object;
  s3.on(GetObjectCommand, { Bucket: 'lake', Key: `runs/${RUN}/session.json` }).resolves({ Body, ETag: '"1"' });
}

const at = (seconds: number) => ({ timestamp: new Date(1_000_000 + seconds * 1000) });
const INPUT = JSON.stringify({ run_id: RUN, dataset: 'tea-shop', batch: { table: 'sales', files: 3 } });

const EVENTS: readonly HistoryEvent[] = [
  { id: 1, type: 'ExecutionStarted', ...at(0) },
  {
    id: 2,
    previousEventId: 1,
    type: 'TaskStateEntered',
    ...at(1),
    stateEnteredEventDetails: { name: 'LoadBatch', input: INPUT },
  },
  { id: 3, previousEventId: 2, type: 'LambdaFunctionScheduled', ...at(1) },
  {
    ...{ id: 4, previousEventId: 3, type: 'LambdaFunctionFailed', ...at(2) },
    lambdaFunctionFailedEventDetails: { error: 'Landfall.Transient', cause: '{"errorMessage":"busy"}' },
  },
  { id: 5, previousEventId: 4, type: 'LambdaFunctionScheduled', ...at(3) },
  {
    ...{ id: 6, previousEventId: 5, type: 'LambdaFunctionFailed', ...at(4) },
    lambdaFunctionFailedEventDetails: { error: 'Landfall.too-big', cause: '{"errorMessage":"no room"}' },
  },
  {
    id: 7,
    previousEventId: 6,
    type: 'TaskStateExited',
    ...at(5),
    stateExitedEventDetails: { name: 'LoadBatch', output: '{}' },
  },
] as HistoryEvent[];
const ends = (type: string, more: object = {}) =>
  ({ id: 8, previousEventId: 7, type, ...at(6), ...more }) as HistoryEvent;

/** Two looks at a history that grows on its last page. */
function history(end: HistoryEvent): void {
  machine.on(StartExecutionCommand).resolves({ executionArn: 'arn:run' });
  machine
    .on(GetExecutionHistoryCommand)
    .resolvesOnce({ events: EVENTS.slice(0, 2), nextToken: 'second' })
    .resolvesOnce({ events: EVENTS.slice(2, 4) })
    .resolves({ events: [...EVENTS.slice(2), end] });
}

async function follow() {
  const steps: string[] = [];
  let begun = 0;
  const progress = { step: (name: string, detail = '') => void steps.push(`${name}: ${detail}`) };
  const onBegun = () => {
    begun += 1;
  };
  const result = runDeployed('prod', ASKED, { connection: CONNECTION, progress, onBegun, wait: async () => undefined });
  return { result: await result, steps, begun };
}

describe('a run of a deployed stage', () => {
  it('is begun as on a laptop, followed page by page, and told of from what it left', async () => {
    deployed(OUTPUTS);
    history(ends('ExecutionSucceeded'));
    left(SESSION);
    const { result, steps, begun } = await follow();
    expect(machine.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: OUTPUTS.StateMachineArn,
      name: RUN,
      input: JSON.stringify({ datasets: ['tea-shop'], full: false, models: [], months: null }),
    });
    expect(begun).toBe(1);
    expect(steps).toEqual([`run: ${RUN} on prod`, 'load batch: tea-shop.sales, 3 files']);
    const tokens = machine.commandCalls(GetExecutionHistoryCommand).map(({ args }) => args[0].input.nextToken);
    expect(tokens).toEqual([undefined, 'second', 'second']);
    expect(result).toMatchObject({
      ...{ runId: RUN, status: 'succeeded', refused: true, report: 's3://report/index.html' },
      datasets: [
        {
          ...{ dataset: 'tea-shop', status: 'succeeded', filesLoaded: 1, filesSkipped: 2 },
          tables: [
            { table_name: 'sales', rows_loaded: 4, rows_quarantined: 1 },
            { table_name: 'notes', rows_loaded: 0 },
          ],
        },
      ],
    });
  });

  it('that failed has a result, with what failed', async () => {
    deployed(OUTPUTS);
    history(ends('ExecutionFailed'));
    left({ ...SESSION, errors: [{ code: 'too-big', message: 'no room' }] });
    const { result } = await follow();
    expect(result).toMatchObject({ status: 'failed', errors: [{ code: 'too-big' }] });
  });

  it.each([
    ['a data set that nobody knows', 'unknown-dataset', 2],
    ['a contract with a mistake', 'wrong-contract', 1],
  ])('that was never planned throws why: %s', async (message, code, exitCode) => {
    deployed(OUTPUTS);
    history(ends('ExecutionFailed'));
    left({
      ...SESSION,
      causes: [
        ['passing', [{ code: 'aws-busy', message: 'x' }]],
        ['x', [{ code, message }]],
      ],
    });
    await expect(follow()).rejects.toMatchObject({ exitCode, problems: [{ code, message }] });
  });

  it.each([
    [ends('ExecutionAborted'), 'it was stopped'],
    [ends('ExecutionTimedOut'), 'it took longer than it may'],
    [ends('ExecutionFailed', { executionFailedEventDetails: { error: 'A.b', cause: 'c' } }), 'A.b: c'],
  ])('that left nothing, or was ended from outside, says so', async (end, why) => {
    deployed(OUTPUTS);
    history(end);
    s3.on(GetObjectCommand).rejects(Object.assign(new Error('none'), { name: 'NoSuchKey' }));
    await expect(follow()).rejects.toMatchObject({
      problems: [{ code: 'run-failed', message: `run ${RUN} failed: ${why}` }],
    });
  });

  it('that may not be begun says why', async () => {
    deployed(OUTPUTS);
    const denied = Object.assign(new Error('no'), {
      name: 'AccessDeniedException',
      $metadata: { httpStatusCode: 400 },
    });
    machine.on(StartExecutionCommand).rejects(denied);
    await expect(follow()).rejects.toMatchObject({ problems: [{ code: 'aws-denied' }] });
  });
});
