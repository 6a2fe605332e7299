/** The client of Athena on a real engine: pages, types, tokens, throttling, and what is cancelled. */

import { randomBytes } from 'node:crypto';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { AthenaEngine } from '../../../adapters/aws/athena/index.ts';
import { TransientError } from '../../../core/problems.ts';
import type { Bridge } from '../../bridge/bridge.ts';
import { clientOptions } from '../support/athena.ts';
import { openBridge } from '../support/engines.ts';

/** A workgroup and a database of this run's own. */
const OWN = `athena_${randomBytes(4).toString('hex')}`;
let bridge: Bridge;
let client: AthenaClient;

const engine = (remaining?: () => number) =>
  new AthenaEngine({ client, workGroup: OWN, ...(remaining === undefined ? {} : { remaining }) });
const submitted = () => bridge.calls.filter(({ action }) => action === 'StartQueryExecution').length;

beforeAll(async () => {
  bridge = await openBridge();
  // The client's own tries are not what is tested here.
  client = new AthenaClient({ ...clientOptions(bridge.url), maxAttempts: 1 });
  const ResultConfiguration = { OutputLocation: `s3://lake/${OWN}/answers/` };
  await client.send(new CreateWorkGroupCommand({ Name: OWN, Configuration: { ResultConfiguration } }));
  await engine().run(`CREATE DATABASE ${OWN} LOCATION 's3://lake/${OWN}/'`);
});
afterEach(() => bridge.reset());
afterAll(async () => {
  client?.destroy();
  await bridge?.close();
});

test('a result of several pages is whole, and in its order', async () => {
  const { columns, rows } = await engine().read(
    'SELECT a * 100 + b AS n FROM UNNEST(sequence(0, 24)) AS x(a), UNNEST(sequence(0, 99)) AS y(b) ORDER BY n',
  );
  expect(columns).toEqual([{ name: 'n', type: 'bigint' }]);
  expect(rows.map(([n]) => n)).toEqual(Array.from({ length: 2500 }, (_, n) => n));
});

test('values are those of a laptop', async () => {
  const { columns, rows } =
    await engine().read(`SELECT 9007199254740993 AS big, 12 AS small, DECIMAL '1.50' AS price, 0.1e0 AS x,
    true AS yes, DATE '2020-01-31' AS day, TIMESTAMP '2020-01-31 10:00:00.123456' AS at, '' AS nothing, 'a
b"c' AS text, CAST(NULL AS varchar) AS missing`);
  expect(columns.map(({ type }) => type)).toEqual([
    ...['bigint', 'integer', 'double', 'double', 'boolean', 'date', 'timestamp', 'string', 'string', 'string'],
  ]);
  expect(rows).toEqual([
    ['9007199254740993', 12, 1.5, 0.1, true, '2020-01-31', '2020-01-31 10:00:00.123', '', 'a\nb"c', null],
  ]);
});

test('the names of columns may be values, too', async () => {
  expect((await engine().read("SELECT 'n' AS n")).rows).toEqual([['n']]);
  expect((await engine().read("SELECT 'n' AS n WHERE false")).rows).toEqual([]);
  expect((await engine().read(`SHOW TABLES IN ${OWN} '*'`)).rows).toEqual([]);
});

test('a token finds the query that it had begun', async () => {
  const sql = 'SELECT random() AS n';
  const [one, two] = [await engine().read(sql, { token: 'a' }), await engine().read(sql, { token: 'a' })];
  expect(two).toEqual(one);
  expect(await engine().read(sql, { token: 'b' })).not.toEqual(one);
  expect(await engine().read(sql)).not.toEqual(await engine().read(sql));
});

describe('a function whose time is short', () => {
  const SLOW =
    'SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a(x), UNNEST(sequence(1, 9000)) AS b(y) WHERE x * y % 7 = 3';

  test('leaves its query to the next try', async () => {
    const until = Date.now() + 2300;
    const error = await engine(() => until - Date.now())
      .read(SLOW, { token: 'slow' })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TransientError);
    const { rows } = await engine().read(SLOW, { token: 'slow' });
    expect(rows).toEqual([[expect.any(Number)]]);
    const asked = bridge.calls.filter(({ action }) => action === 'GetQueryExecution');
    expect(new Set(asked.map(({ resource }) => resource)).size).toBe(1);
    expect(submitted()).toBe(2);
  });

  test('cancels what runs', async () => {
    const own = engine();
    const running = own.run(SLOW.replace('= 3', '= 4')).catch((caught: unknown) => caught);
    while (!bridge.calls.some(({ action }) => action === 'GetQueryExecution')) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await own.cancel();
    expect(await running).toMatchObject({
      problems: [{ code: 'query-failed', message: expect.stringContaining('it was cancelled') }],
    });
  });
});

test('throttled calls are made again', async () => {
  for (const action of ['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults']) {
    bridge.fail({ service: 'athena', action });
  }
  expect((await engine().read('SELECT 1 AS one')).rows).toEqual([[1]]);
  expect(submitted()).toBe(2);
});

test('a submission whose answer is lost is no second query', async () => {
  bridge.fail({ service: 'athena', action: 'StartQueryExecution', error: 'lost' });
  const make = () =>
    engine().run(`CREATE TABLE ${OWN}.once WITH (format = 'PARQUET') AS SELECT 1 AS one`, { token: 'a' });
  await expect(make()).rejects.toThrow('socket hang up');
  await make();
  expect(submitted()).toBe(2);
});
