/** What the ledger and the state machine add to the books of a deployed stage. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetObjectCommand, type GetObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { openStage } from '../../../adapters/aws/stage.ts';
import { deployedStatus } from '../../../adapters/aws/status.ts';
import type { Contract } from '../../../core/contracts/types.ts';
import { gatherStatus } from '../../../core/status/status.ts';
import type { ResultTable, Value } from '../../../core/tabular.ts';
import { CONNECTION, mockStacks, OUTPUTS } from './stage.ts';

const { stacks, deployed } = mockStacks();
const machine = mockClient(SFNClient);
const s3 = mockClient(S3Client);
const glue = mockClient(GlueClient);
const ledger = mockClient(DynamoDBDocumentClient);
const mocks = [stacks, machine, s3, glue, ledger, mockClient(DynamoDBClient)];
beforeEach(() => {
  deployed(OUTPUTS);
  glue.on(GetTablesCommand).resolves({ TableList: [] });
  ledger.on(QueryCommand).resolves({ Items: [] });
  ledger.on(GetCommand).resolves({});
  machine.on(ListExecutionsCommand).resolves({ executions: [] });
});
afterEach(() => {
  for (const mock of mocks) mock.reset();
});

const NAMES = ['run_id', 'status', 'started_at', 'finished_at', 'errors'];
const booked = (...rows: readonly Value[][]): ResultTable => ({
  columns: NAMES.map((name) => ({ name, type: 'string' })),
  rows,
});
const at = (hour: number) => new Date(Date.UTC(2026, 0, 31, hour));
const shown = (hour: number) => `2026-01-31 ${String(hour).padStart(2, '0')}:00:00.000`;
const execution = (name: string, status: string, start: number, stop?: number) =>
  ({
    ...{ executionArn: `arn:${name}`, stateMachineArn: 'x', name, status, startDate: at(start) },
    ...(stop === undefined ? {} : { stopDate: at(stop) }),
  }) as never;

async function status(books: ResultTable, contracts: readonly Contract[] = []) {
  const stage = await openStage('prod', CONNECTION);
  const asked: string[] = [];
  const warned: string[] = [];
  const athena = {
    async read(sql: string) {
      asked.push(sql);
      return /FROM ops.runs/.test(sql) ? books : { columns: [], rows: [] };
    },
  } as unknown as typeof stage.athena;
  const { source } = deployedStatus({ ...stage, athena }, contracts, (message) => warned.push(message));
  return { found: await gatherStatus(source, contracts, at(12).getTime()), asked, warned };
}

it('has runs that the books lack, or take for running though they were stopped', async () => {
  machine.on(ListExecutionsCommand).resolves({
    executions: [
      execution('never-planned', 'FAILED', 9, 10),
      execution('stopped', 'ABORTED', 7, 8),
      execution('done', 'SUCCEEDED', 5, 6),
      execution('on-its-way', 'RUNNING', 11),
    ],
  });
  machine
    .on(DescribeExecutionCommand, { executionArn: 'arn:never-planned' })
    .resolves({ status: 'FAILED', error: 'Landfall.wrong-contract', cause: '{"errorMessage":"a.yaml:3: no name"}' })
    .on(DescribeExecutionCommand, { executionArn: 'arn:stopped' })
    .resolves({ status: 'ABORTED' });
  machine.on(GetExecutionHistoryCommand).resolves({ events: [] });
  const { found } = await status(
    booked(
      ['on-its-way', 'running', shown(11), null, '[]'],
      ['stopped', 'running', shown(7), null, '[]'],
      ['by-events', 'succeeded', shown(6), shown(6), '[]'],
      ['done', 'succeeded', shown(5), shown(6), '[]'],
    ),
  );
  const failure = (message: string) => JSON.stringify([{ code: 'run-failed', message }]);
  expect(found.runs.rows).toEqual([
    ['on-its-way', 'running', shown(11), null, '[]'],
    ['never-planned', 'failed', shown(9), shown(10), failure('Landfall.wrong-contract: a.yaml:3: no name')],
    ['stopped', 'failed', shown(7), shown(8), failure('it was stopped')],
    ['by-events', 'succeeded', shown(6), shown(6), '[]'],
    ['done', 'succeeded', shown(5), shown(6), '[]'],
  ]);
});

it('tells of the last run state by state, with tries and failures', async () => {
  machine.on(ListExecutionsCommand).resolves({ executions: [execution('last', 'FAILED', 9, 10)] });
  const input = JSON.stringify({ dataset: 'tea-shop', batch: { table: 'sales', files: 3 } });
  const event = (id: number, type: string, more: object = {}) =>
    ({ id, previousEventId: id - 1, type, timestamp: at(9), ...more }) as HistoryEvent;
  const failedBy = (error: string, cause: string) => ({
    lambdaFunctionFailedEventDetails: { error, cause: JSON.stringify({ errorMessage: cause }) },
  });
  machine.on(GetExecutionHistoryCommand).resolves({
    events: [
      event(2, 'TaskStateEntered', { stateEnteredEventDetails: { name: 'LoadBatch', input } }),
      event(3, 'LambdaFunctionScheduled'),
      event(4, 'LambdaFunctionFailed', failedBy('Landfall.Transient', 'busy')),
      event(5, 'LambdaFunctionScheduled'),
      event(6, 'LambdaFunctionFailed', failedBy('Landfall.too-big', 'no room')),
      event(7, 'TaskStateExited', { stateExitedEventDetails: { name: 'LoadBatch', output: '{}' } }),
      event(8, 'TaskStateEntered', { stateEnteredEventDetails: { name: 'RefreshModels', input }, previousEventId: 7 }),
    ],
  });
  const { found } = await status(booked(['last', 'failed', shown(9), shown(10), '[]']));
  expect(found.states.rows).toEqual([
    ['tea-shop', 'LoadBatch sales', 'failed', shown(9), 0, 1, 'Landfall.too-big: no room'],
    ['tea-shop', 'RefreshModels sales', 'unfinished', shown(9), 3600, 0, null],
  ]);
});

it('tells of a run that events drove from what it keeps itself', async () => {
  const times = { enteredAt: at(8).getTime(), elapsed: 1500, input: 1, output: 1, retries: 0 };
  const states = [{ state: 'RefreshModels', type: 'Task', dataset: 'tea-shop', ...times }];
  const text = JSON.stringify({ session: { states }, leases: {}, left: 'aggregated', claim: null });
  const Body = { transformToString: async () => text } as GetObjectCommandOutput['Body'] & object;
  s3.on(GetObjectCommand, { Bucket: 'lake', Key: 'runs/by-events/session.json' }).resolves({ Body, ETag: '"1"' });
  const { found } = await status(booked(['by-events', 'running', shown(8), null, '[]']));
  expect(found.states.rows).toEqual([['tea-shop', 'RefreshModels', 'done', shown(8), 1.5, 0, null]]);
});

it('says who works on a data set, and which batches a killed load left', async () => {
  const contracts = ['tea-shop', 'quiet', 'left'].map(
    (dataset) => ({ dataset, schema: dataset, tables: [] }) as unknown as Contract,
  );
  const lease = (pk: string) => ({ TableName: 'ledger', Key: { pk, sk: 'lease' } });
  const until = Date.now() + 60_000;
  ledger
    .on(GetCommand, lease('lease#tea-shop'))
    .resolves({ Item: { owner: 'run-1', token: 3, expiresAt: until, came: 1 } })
    .on(GetCommand, lease('lease#quiet'))
    .resolves({ Item: { owner: 'run-0', token: 2, expiresAt: 1000, came: 0 } });
  ledger
    .on(QueryCommand, { ExpressionAttributeValues: { ':pk': 'open#left' } })
    .resolves({ Items: [{ pk: 'open#left', sk: 'b', dataset: 'left', table: 'notes', state: 'staged' }] });
  const { found } = await status(booked(), contracts);
  const time = new Date(until).toISOString().replace('T', ' ').replace('Z', '');
  expect(found.work.rows).toEqual([
    ['tea-shop', 'run-1', time, true, null],
    ['left', null, null, false, 'notes: staged'],
  ]);
});

it('counts books, clean tables and models with a table of their own, and no view', async () => {
  const fact = (place: string | null) => JSON.stringify({ version: 'v', columns: [], change: null, place });
  ledger.on(QueryCommand, { ExpressionAttributeValues: { ':pk': 'facts#versions' } }).resolves({
    Items: [
      { pk: 'facts#versions', sk: 'tea_shop.sales', fact: fact(null) },
      { pk: 'facts#versions', sk: 'tea_shop.monthly', fact: fact('tea_shop__monthly__v1') },
    ],
  });
  const view = (Name: string) => ({ Name, TableType: 'VIRTUAL_VIEW' });
  glue.on(GetTablesCommand, { DatabaseName: 'ops' }).resolves({ TableList: [view('runs'), view('drift')] });
  glue.on(GetTablesCommand, { DatabaseName: 'tea_shop' }).resolves({
    TableList: [{ Name: 'sales', TableType: 'EXTERNAL_TABLE' }, view('monthly'), view('recent')],
  });
  const { asked } = await status(booked());
  const counts = asked.filter((sql) => sql.includes('count(*) AS "rows"'));
  expect(counts).toEqual([
    [
      `SELECT 'ops.drift' AS table_name, count(*) AS "rows" FROM "ops"."drift"`,
      `SELECT 'ops.runs' AS table_name, count(*) AS "rows" FROM "ops"."runs"`,
      `SELECT 'tea_shop.monthly' AS table_name, count(*) AS "rows" FROM "tea_shop"."monthly"`,
      `SELECT 'tea_shop.sales' AS table_name, count(*) AS "rows" FROM "tea_shop"."sales" ORDER BY table_name`,
    ].join(' UNION ALL '),
  ]);
  // Drift is asked for, for there is such a book; quality is not.
  expect(asked.some((sql) => /FROM ops.drift/.test(sql))).toBe(true);
  expect(asked.some((sql) => /ops.quality/.test(sql))).toBe(false);
});

it('is told without what the role may not ask, and says so', async () => {
  const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 400 } });
  machine.on(ListExecutionsCommand).rejects(denied);
  const books = booked(['a', 'succeeded', shown(6), shown(7), '[]']);
  s3.on(GetObjectCommand).rejects(Object.assign(new Error('none'), { name: 'NoSuchKey' }));
  const { found, warned } = await status(books);
  expect(found.runs.rows).toEqual(books.rows);
  expect(warned).toEqual([expect.stringContaining("can't be listed: AccessDeniedException")]);
});
