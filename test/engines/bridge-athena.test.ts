/** Athena's calls over Trino, by the SDK's own client. */

import { randomUUID } from 'node:crypto';
import {
  BatchGetQueryExecutionCommand,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListQueryExecutionsCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bridge } from '../bridge/bridge.ts';
import { AthenaUser } from './support/athena.ts';
import { openBridge } from './support/engines.ts';
import { readObject } from './support/s3.ts';

let bridge: Bridge;
let athena: AthenaUser;

beforeAll(async () => {
  bridge = await openBridge();
  athena = new AthenaUser(bridge.url);
});

afterAll(async () => {
  athena?.client.destroy();
  await bridge?.close();
});

const numbers = (count: number) => `SELECT n FROM UNNEST(sequence(1, ${count})) AS t (n) ORDER BY n`;

describe('a query', () => {
  test('ends as succeeded, and its values are as Athena shows them', async () => {
    const id = await athena.succeed(`SELECT
      'é, "x"' AS words, CAST(null AS varchar) AS nothing, '' AS blank, 9007199254740993 AS large, 1 AS small,
      1e10 AS huge, 0.1e0 AS tenth, CAST('NaN' AS double) AS nan, CAST(1.5 AS real) AS half,
      CAST(123.40 AS decimal(9, 2)) AS price, true AS yes, DATE '2020-01-31' AS day,
      TIMESTAMP '2020-01-31 10:00:00.000' AS milli, TIMESTAMP '2020-01-31 10:00:00.123456' AS micro,
      TIMESTAMP '2020-01-31 10:00:00.000 UTC' AS zoned, X'6162' AS bytes, ARRAY[1, null] AS list,
      MAP(ARRAY['a'], ARRAY[1.5e0]) AS dictionary, CAST(ROW(1, 'b') AS row(x integer, y varchar)) AS record`);
    const { ResultSet, UpdateCount } = await athena.client.send(new GetQueryResultsCommand({ QueryExecutionId: id }));
    const [header, row] = (ResultSet?.Rows ?? []).map(({ Data = [] }) => Data);
    const columns = ResultSet?.ResultSetMetadata?.ColumnInfo ?? [];
    expect(UpdateCount).toBe(0);
    expect(header?.map(({ VarCharValue }) => VarCharValue)).toEqual(columns.map(({ Name }) => Name));
    // Null is a value that is not there.
    expect(row?.[1]).toEqual({});
    expect(row?.map(({ VarCharValue }, at) => [columns[at]?.Type, VarCharValue])).toEqual([
      ['varchar', 'é, "x"'],
      ['varchar', undefined],
      ['varchar', ''],
      ['bigint', '9007199254740993'],
      ['integer', '1'],
      ['double', '1.0E10'],
      ['double', '0.1'],
      ['double', 'NaN'],
      ['float', '1.5'],
      ['decimal', '123.40'],
      ['boolean', 'true'],
      ['date', '2020-01-31'],
      ['timestamp', '2020-01-31 10:00:00.000'],
      ['timestamp', '2020-01-31 10:00:00.123456'],
      ['timestamp with time zone', '2020-01-31 10:00:00.000 UTC'],
      ['varbinary', '61 62'],
      ['array', '[1, null]'],
      ['map', '{a=1.5}'],
      ['row', '{x=1, y=b}'],
    ]);
    expect(columns[9]).toMatchObject({ Precision: 9, Scale: 2 });
  });

  test('tells what it was, where its result lies and what it read', async () => {
    const { QueryExecutionId, ...execution } = await athena.run("SELECT 'a\"b' AS x, null AS y", {
      QueryExecutionContext: { Database: 'default', Catalog: 'AwsDataCatalog' },
    });
    expect(execution).toMatchObject({
      StatementType: 'DML',
      WorkGroup: 'primary',
      Status: { State: 'SUCCEEDED', SubmissionDateTime: expect.any(Date), CompletionDateTime: expect.any(Date) },
      ResultConfiguration: { OutputLocation: `s3://lake/results/${QueryExecutionId}.csv` },
      Statistics: { DataScannedInBytes: 0, EngineExecutionTimeInMillis: expect.any(Number) },
      EngineVersion: { EffectiveEngineVersion: 'Athena engine version 3' },
    });
    expect(await readObject('lake', `results/${QueryExecutionId}.csv`)).toBe('"x","y"\n"a""b",\n');
  });

  test('gives its rows page by page, the header as the first of them', async () => {
    const id = await athena.succeed(numbers(2500));
    const pages: number[] = [];
    const values: string[] = [];
    for (let NextToken: string | undefined; ; ) {
      const page = await athena.client.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken }));
      const rows = page.ResultSet?.Rows ?? [];
      pages.push(rows.length);
      values.push(...rows.map(({ Data = [] }) => Data[0]?.VarCharValue ?? ''));
      NextToken = page.NextToken;
      if (NextToken === undefined) break;
    }
    expect(pages).toEqual([1000, 1000, 501]);
    expect(values).toEqual(['n', ...Array.from({ length: 2500 }, (_, index) => String(index + 1))]);
    const one = await athena.client.send(new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1 }));
    expect(one.ResultSet?.Rows).toEqual([{ Data: [{ VarCharValue: 'n' }] }]);
    await expect(
      athena.client.send(new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1001 })),
    ).rejects.toMatchObject({ name: 'InvalidRequestException' });
  });

  test('takes parameters as SQL, and a semicolon at its end', async () => {
    expect(
      await athena.rows("SELECT ? + 1 AS n, ? AS t, 'it''s' AS u;", { ExecutionParameters: ['41', "'o''clock'"] }),
    ).toEqual([
      ['n', 't', 'u'],
      ['42', "o'clock", "it's"],
    ]);
  });

  test('is the same query under the same token, and none under it with another text', async () => {
    const ClientRequestToken = randomUUID();
    const ids = await Promise.all([1, 2, 3].map(() => athena.submit('SELECT 1', { ClientRequestToken })));
    expect(new Set([...ids, await athena.submit('SELECT 1', { ClientRequestToken })]).size).toBe(1);
    await expect(athena.submit('SELECT 2', { ClientRequestToken })).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: 'Idempotent parameters do not match',
    });
    await expect(athena.submit('SELECT 1', { ClientRequestToken: 'short' })).rejects.toThrow('32 to 128');
  });

  test('that fails says why in the engine’s words', async () => {
    const missing = await athena.run('SELECT * FROM nowhere.nothing');
    expect(missing.Status).toMatchObject({
      State: 'FAILED',
      StateChangeReason: expect.stringMatching(/^(TABLE|SCHEMA)_NOT_FOUND: line 1:15: /),
      AthenaError: { ErrorCategory: 2, Retryable: false },
    });
    expect(await athena.failure('SELECT 1 / 0')).toBe('FAILED: DIVISION_BY_ZERO: Division by zero');
    await expect(
      athena.client.send(new GetQueryResultsCommand({ QueryExecutionId: missing.QueryExecutionId ?? '' })),
    ).rejects.toThrow('Final query state: FAILED');
  });

  test.each([
    ['SELEC 1', 'Queries of this type are not supported'],
    ['SELECT 1 FROM', 'line 1:14: mismatched input'],
    ['SELECT 1; SELECT 2', 'Only one sql statement is allowed'],
    ['TRUNCATE TABLE a.b', 'Queries of this type are not supported'],
    ['CALL system.runtime.kill_query()', 'Queries of this type are not supported'],
    ['SELECT * FROM iceberg.a.b', "Catalog 'iceberg' not found"],
    [`SELECT '${'x'.repeat(262_144)}'`, 'length less than or equal to 262144'],
    [`CREATE DATABASE ${'x'.repeat(256)}`, 'longer than 255'],
  ])('that is none is refused at once: %.40s', async (sql, message) => {
    await expect(athena.submit(sql)).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringContaining(message),
    });
  });

  test('is stopped, and stays so', async () => {
    const id = await athena.submit(
      'SELECT count(*) FROM UNNEST(sequence(1, 9999)) AS a (x), UNNEST(sequence(1, 9999)) AS b (y), UNNEST(sequence(1, 9999)) AS c (z)',
    );
    await expect(athena.client.send(new GetQueryResultsCommand({ QueryExecutionId: id }))).rejects.toThrow(
      'Query has not yet finished',
    );
    await athena.client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    await athena.client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    expect((await athena.ended(id)).Status).toMatchObject({
      State: 'CANCELLED',
      StateChangeReason: 'Query cancelled by user',
    });
  });

  test('is found by its id among others', async () => {
    const ids = await Promise.all([athena.submit('SELECT 1'), athena.submit('SELECT 2')]);
    const found = await athena.client.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds: [...ids, 'none'] }));
    expect(found.QueryExecutions?.map(({ Query }) => Query)).toEqual(['SELECT 1', 'SELECT 2']);
    expect(found.UnprocessedQueryExecutionIds).toMatchObject([{ QueryExecutionId: 'none' }]);
    const { QueryExecutionIds } = await athena.client.send(new ListQueryExecutionsCommand({ MaxResults: 2 }));
    expect(new Set(QueryExecutionIds)).toEqual(new Set(ids));
    await expect(athena.client.send(new GetQueryExecutionCommand({ QueryExecutionId: 'none' }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
  });
});

describe('a workgroup', () => {
  test('must be there and say where results go', async () => {
    await expect(athena.submit('SELECT 1', { WorkGroup: 'unknown' })).rejects.toThrow('WorkGroup unknown is not found');
    await expect(athena.submit('SELECT 1', { ResultConfiguration: {} })).rejects.toThrow('No output location provided');
    await expect(
      athena.submit('SELECT 1', { ResultConfiguration: { OutputLocation: 's3://no-such-bucket/' } }),
    ).rejects.toThrow('Unable to verify/create output bucket no-such-bucket');
  });

  test('overrules its clients, and stops what reads too much', async () => {
    await athena.client.send(
      new CreateWorkGroupCommand({
        Name: 'frugal',
        Configuration: {
          EnforceWorkGroupConfiguration: true,
          BytesScannedCutoffPerQuery: 10,
          ResultConfiguration: { OutputLocation: 's3://lake/frugal' },
        },
      }),
    );
    const { QueryExecutionId, ResultConfiguration } = await athena.run('SELECT 1', { WorkGroup: 'frugal' });
    expect(ResultConfiguration?.OutputLocation).toBe(`s3://lake/frugal/${QueryExecutionId}.csv`);
    await athena.succeed("CREATE DATABASE IF NOT EXISTS frugal LOCATION 's3://lake/frugal-data/'");
    await athena.succeed(
      `CREATE TABLE frugal.wide WITH (table_type = 'ICEBERG', is_external = false, location = 's3://lake/frugal-data/wide')
        AS SELECT n, CAST(random() AS varchar) AS t FROM UNNEST(sequence(1, 5000)) AS x (n)`,
    );
    expect(await athena.failure('SELECT sum(length(t)) FROM frugal.wide', { WorkGroup: 'frugal' })).toContain(
      'CANCELLED: Query cancelled! : Bytes scanned limit was exceeded',
    );
    const full = await athena.run('SELECT sum(length(t)) FROM frugal.wide');
    expect(full.Statistics?.DataScannedInBytes).toBeGreaterThan(1000);
  });
});
