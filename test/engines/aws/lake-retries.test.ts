/** What a killed or repeated function leaves of a refresh. */

import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { TABLES } from '../../../adapters/aws/lake/context.ts';
import type { Model } from '../../../core/models/types.ts';
import { aModel } from '../../core/models/graph-models.ts';
import { AwsLake } from '../support/aws-lake.ts';

let aws: AwsLake;

beforeAll(async () => {
  aws = await AwsLake.open(['retried']);
});
afterAll(() => aws?.close());
beforeEach(async () => {
  await aws.empty();
  await fill(1);
});

const fill = (n: number) => aws.fill('retried.numbers', [{ name: 'n', type: 'integer' }], `SELECT ${n} AS n`);
const model: Model = { ...aModel('retried.doubled'), sql: 'SELECT 2 * n AS twice FROM retried.numbers' };
const rows = async () => (await aws.lake.read('SELECT twice FROM retried.doubled')).rows;
const places = async () => (await aws.context.glue.list(TABLES, 'retried__')).map(({ Name = '' }) => Name).sort();
const place = async () => (await aws.context.facts.all('versions')).get('retried.doubled');
const creations = () => aws.bridge.calls.filter(({ action }) => action === 'StartQueryExecution').length;

test('a refresh that is tried again makes nothing a second time', async () => {
  await aws.lake.refresh(model, 'full', []);
  const before = await place();
  aws.bridge.reset();
  await aws.lake.refresh(model, 'full', []);
  expect(await place()).toEqual(before);
  expect(await places()).toHaveLength(1);
  expect(creations()).toBeGreaterThan(0);
  expect(await rows()).toEqual([[2]]);
});

test('the table before is there until the refresh after, and then goes', async () => {
  const seen: string[][] = [];
  for (const n of [1, 2, 3]) {
    await fill(n);
    await aws.lake.refresh(model, 'full', []);
    seen.push(await places());
    expect(await rows()).toEqual([[2 * n]]);
  }
  const [first = [], second = [], third = []] = seen;
  expect([first.length, second.length, third.length]).toEqual([1, 2, 2]);
  expect(second).toContain(first[0]);
  expect(third).not.toContain(first[0]);
});

test('what a function left that was killed before it switched the view goes with the next refresh', async () => {
  await aws.lake.refresh(model, 'full', []);
  await fill(2);
  aws.bridge.fail({
    service: 'glue',
    action: 'UpdateTable',
    times: 99,
    error: { code: 'KilledException', message: 'x' },
  });
  aws.bridge.fail({
    service: 'glue',
    action: 'GetTable',
    times: 99,
    resource: 'doubled',
    error: { code: 'KilledException', message: 'x' },
  });
  await expect(aws.lake.refresh(model, 'full', [])).rejects.toThrow();
  aws.bridge.reset();
  expect(await rows()).toEqual([[2]]);
  await fill(3);
  await aws.lake.refresh(model, 'full', []);
  expect(await rows()).toEqual([[6]]);
  await fill(4);
  await aws.lake.refresh(model, 'full', []);
  expect(await rows()).toEqual([[8]]);
  expect(await places()).toHaveLength(2);
});
