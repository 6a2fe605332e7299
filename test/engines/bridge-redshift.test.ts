/** The Redshift Data API over PostgreSQL, by the SDK's own client. */

import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  ListStatementsCommand,
} from '@aws-sdk/client-redshift-data';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bridge } from '../bridge/bridge.ts';
import { openBridge } from './support/engines.ts';
import { RedshiftUser, TARGET } from './support/redshift.ts';

let bridge: Bridge;
let redshift: RedshiftUser;

beforeAll(async () => {
  bridge = await openBridge();
  redshift = new RedshiftUser(bridge.url);
});

afterAll(async () => {
  redshift?.client.destroy();
  await bridge?.close();
});

describe('a statement', () => {
  test('ends as finished, with fields by their types', async () => {
    const { Id, ...described } = await redshift.succeed(`SELECT 'é' AS words, CAST(null AS integer) AS nothing,
      9007199254740991 AS large, CAST(1 AS smallint) AS small, CAST(0.1 AS double precision) AS tenth, true AS yes,
      CAST(1.50 AS numeric(9, 2)) AS price, CAST('2020-01-31' AS date) AS day,
      CAST('2020-01-31 10:00:00.123456' AS timestamp) AS at, CAST('x' AS varchar(7)) AS short;`);
    expect(described).toMatchObject({ ...TARGET, HasResultSet: true, ResultRows: 1, Status: 'FINISHED' });
    const { Records, ColumnMetadata, TotalNumRows } = await redshift.client.send(new GetStatementResultCommand({ Id }));
    expect(TotalNumRows).toBe(1);
    expect(Records).toEqual([
      [
        { stringValue: 'é' },
        { isNull: true },
        { longValue: 9007199254740991 },
        { longValue: 1 },
        { doubleValue: 0.1 },
        { booleanValue: true },
        { stringValue: '1.50' },
        { stringValue: '2020-01-31' },
        { stringValue: '2020-01-31 10:00:00.123456' },
        { stringValue: 'x' },
      ],
    ]);
    expect(ColumnMetadata?.map(({ name, typeName }) => `${name} ${typeName}`)).toEqual([
      'words varchar',
      'nothing int4',
      'large int8',
      'small int2',
      'tenth float8',
      'yes bool',
      'price numeric',
      'day date',
      'at timestamp',
      'short varchar',
    ]);
    expect(ColumnMetadata?.[6]).toMatchObject({ precision: 9, scale: 2 });
    expect(ColumnMetadata?.[9]).toMatchObject({ length: 7 });
  });

  test('gives its rows page by page', async () => {
    const digits = '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)';
    const { Id } = await redshift.succeed(
      `SELECT row_number() OVER (ORDER BY a.d, b.d, c.d, e.d, f.d) AS n
       FROM ${digits} a, ${digits} b, ${digits} c, ${digits} e, ${digits} f ORDER BY n`,
    );
    const pages: number[] = [];
    const values: unknown[] = [];
    for (let NextToken: string | undefined; ; ) {
      const page = await redshift.client.send(new GetStatementResultCommand({ Id, NextToken }));
      pages.push(page.Records?.length ?? 0);
      for (const [field] of page.Records ?? []) values.push(field?.longValue);
      NextToken = page.NextToken;
      if (NextToken === undefined) break;
    }
    expect(pages).toEqual([1000, 1000, 1000, 125]);
    expect(values).toEqual(Array.from({ length: 3125 }, (_, index) => index + 1));
  });

  test('has named parameters, each of them used', async () => {
    expect(
      await redshift.rows("SELECT :n + 1, :name || ':name', CAST(:day AS date), '1'::integer, :n * 2", [
        { name: 'n', value: '41' },
        { name: 'name', value: "o'clock; --" },
        { name: 'day', value: '2020-01-31' },
      ]),
    ).toEqual([[42, "o'clock; --:name", '2020-01-31', 1, 82]]);
    await expect(redshift.run('SELECT 1', [{ name: 'n', value: '1' }])).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameters list contains unused parameters. Unused parameters: [n]',
    });
  });

  test('is the same under the same token', async () => {
    const submit = (Sql: string) =>
      redshift.client.send(new ExecuteStatementCommand({ ...TARGET, Sql, ClientToken: 'once' }));
    const [one, two] = await Promise.all([submit('SELECT 1'), submit('SELECT 1')]);
    expect(one?.Id).toBe(two?.Id);
    await expect(submit('SELECT 2')).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('that fails says why, and has no result', async () => {
    const { Id, Status, Error: reason } = await redshift.run('SELECT * FROM nowhere');
    expect(`${Status}: ${reason}`).toBe('FAILED: ERROR: relation "nowhere" does not exist');
    await expect(redshift.client.send(new GetStatementResultCommand({ Id }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(redshift.client.send(new DescribeStatementCommand({ Id: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    const elsewhere = await redshift.client.send(
      new ExecuteStatementCommand({ ...TARGET, Database: 'elsewhere', Sql: 'SELECT 1' }),
    );
    expect((await redshift.ended(elsewhere.Id)).Error).toContain('database "elsewhere" does not exist');
  });

  test('is cancelled', async () => {
    const { Id } = await redshift.client.send(new ExecuteStatementCommand({ ...TARGET, Sql: 'SELECT pg_sleep(60)' }));
    await redshift.client.send(new CancelStatementCommand({ Id }));
    expect((await redshift.ended(Id)).Status).toBe('ABORTED');
    await expect(redshift.client.send(new CancelStatementCommand({ Id }))).rejects.toThrow('already in ABORTED state');
  });

  test('is waited for, and found by its name', async () => {
    const { Id } = await redshift.client.send(
      new ExecuteStatementCommand({ ...TARGET, Sql: 'SELECT pg_sleep(0.3)', StatementName: 'nap' }),
    );
    const { Status } = await redshift.client.send(new DescribeStatementCommand({ Id, WaitTimeSeconds: 20 }));
    expect(Status).toBe('FINISHED');
    const { Statements } = await redshift.client.send(new ListStatementsCommand({ StatementName: 'nap' }));
    expect(Statements).toMatchObject([{ Id, QueryString: 'SELECT pg_sleep(0.3)', Status: 'FINISHED' }]);
  });

  test.each([
    ['SELECT 1; SELECT 2', 'cannot insert multiple commands'],
    ['BEGIN', "BEGIN can't stand"],
    ["INSERT INTO t VALUES ('a\\b')", 'a literal with a backslash'],
    ['INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING', 'Redshift has no ON CONFLICT'],
    ['SELECT count(*) FILTER (WHERE true)', 'Redshift has no FILTER'],
    ['CREATE INDEX i ON t (a)', 'Redshift has no CREATE INDEX'],
    ['MERGE INTO t USING (SELECT 1 AS a) AS s ON t.a = s.a WHEN MATCHED THEN DELETE', 'MERGE wants a table'],
    ['MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE', 'MERGE wants WHEN MATCHED and WHEN NOT MATCHED'],
  ])('that Redshift would refuse is refused: %s', async (sql, reason) => {
    expect(await redshift.failure(sql)).toMatch(/^FAILED: /);
    expect(await redshift.failure(sql)).toContain(reason);
  });

  test.each([
    [{ ...TARGET, Sqls: [] }, '1 to 40 statements'],
    [{ ...TARGET, Sqls: Array.from({ length: 41 }, () => 'SELECT 1') }, '1 to 40 statements'],
    [{ ...TARGET, Sqls: [`SELECT '${'x'.repeat(102_400)}'`] }, '102400 bytes'],
    [{ ...TARGET, WorkgroupName: 'ab', Sqls: ['SELECT 1'] }, 'at least 3 characters'],
    [{ Database: 'landfall', Sqls: ['SELECT 1'] }, 'either WorkgroupName or ClusterIdentifier'],
  ])('that is none is refused at once (%#)', async (input, message) => {
    await expect(redshift.client.send(new BatchExecuteStatementCommand(input))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });
});

describe('a batch', () => {
  test('is one transaction, and each of its statements is told of', async () => {
    const done = await redshift.batch(
      'CREATE SCHEMA batches',
      'CREATE TABLE batches.t (a integer)',
      'INSERT INTO batches.t VALUES (1), (2)',
      'SELECT a FROM batches.t ORDER BY a',
    );
    expect(done.Status).toBe('FINISHED');
    expect(
      done.SubStatements?.map(({ Id, Status, ResultRows, HasResultSet }) => [Id, Status, ResultRows, HasResultSet]),
    ).toEqual([
      [`${done.Id}:1`, 'FINISHED', 0, false],
      [`${done.Id}:2`, 'FINISHED', 0, false],
      [`${done.Id}:3`, 'FINISHED', 2, false],
      [`${done.Id}:4`, 'FINISHED', 2, true],
    ]);
    const { Records } = await redshift.client.send(new GetStatementResultCommand({ Id: `${done.Id}:4` }));
    expect(Records).toEqual([[{ longValue: 1 }], [{ longValue: 2 }]]);
  });

  test('that fails leaves nothing', async () => {
    const failed = await redshift.batch('DELETE FROM batches.t', 'SELECT * FROM nowhere', 'SELECT 1');
    expect(failed).toMatchObject({
      Status: 'FAILED',
      Error: 'Query #2 failed with ERROR: relation "nowhere" does not exist',
    });
    expect(failed.SubStatements?.map(({ Status }) => Status)).toEqual(['FINISHED', 'FAILED', 'ABORTED']);
    expect(await redshift.rows('SELECT count(*) FROM batches.t')).toEqual([[2]]);
  });

  test('keeps what was done up to a TRUNCATE, for it commits', async () => {
    await redshift.batch('INSERT INTO batches.t VALUES (3)', 'TRUNCATE batches.t', 'SELECT * FROM nowhere');
    expect(await redshift.rows('SELECT count(*) FROM batches.t')).toEqual([[0]]);
  });

  test('fails on demand', async () => {
    bridge.failStatements({ reason: 'ERROR: 1023 Detail: Serializable isolation violation', containing: 'batches.t' });
    const insert = () => redshift.batch('SELECT 1', 'INSERT INTO batches.t VALUES (4)');
    expect((await insert()).Error).toContain('Query #2 failed with ERROR: ERROR: 1023');
    expect((await insert()).Status).toBe('FINISHED');
    expect(await redshift.rows('SELECT count(*) FROM batches.t')).toEqual([[1]]);
  });
});

describe('Redshift’s own words', () => {
  test('of tables go, and its types stay what they are there', async () => {
    await redshift.succeed(`CREATE TABLE IF NOT EXISTS public."odd table" (
        id bigint IDENTITY(1, 1), "name" varchar(3) ENCODE zstd NOT NULL DISTKEY, note text DEFAULT 'x, y', n numeric,
        day date SORTKEY, k int PRIMARY KEY, u int UNIQUE, PRIMARY KEY (day))
      DISTSTYLE KEY COMPOUND SORTKEY (day, "name")`);
    // Nobody holds a key, and a varchar counts bytes.
    const insert = (name: string, note = 'ok') =>
      redshift.batch(
        `INSERT INTO public."odd table" ("name", note, n, day, k, u) VALUES ('${name}', '${note}', 1.6, '2020-01-01', 1, 1)`,
      );
    expect((await insert('abc')).Status).toBe('FINISHED');
    expect((await insert('abc')).Status).toBe('FINISHED');
    expect((await insert('éé')).Error).toContain('value too long for type character varying(3)');
    expect((await insert('abcd')).Error).toContain('value too long for type character varying(3)');
    expect((await insert('a', 'x'.repeat(257))).Error).toContain('value too long for type character varying(256)');
    expect(await redshift.rows('SELECT id, n FROM public."odd table" ORDER BY id LIMIT 1')).toEqual([[1, '2']]);
    expect(await redshift.failure('INSERT INTO public."odd table" ("name", k) VALUES (\'a\', 1)')).toContain('"day"');
    await redshift.succeed('ALTER TABLE public."odd table" ALTER DISTSTYLE EVEN');
    await redshift.succeed('ALTER TABLE public."odd table" ADD COLUMN more varchar(max) ENCODE lzo');
    await redshift.succeed('CREATE TEMP TABLE x DISTSTYLE ALL AS SELECT 1 AS a');
    await redshift.succeed('CREATE TABLE copied DISTKEY (a) SORTKEY AUTO AS SELECT 1 AS a');
    await redshift.succeed('VACUUM FULL copied');
    await redshift.succeed('ANALYZE copied');
  });

  test('of users and roles are PostgreSQL’s', async () => {
    for (const sql of [
      'CREATE ROLE readers',
      'CREATE USER "IAMR:publish" PASSWORD DISABLE',
      'GRANT USAGE ON SCHEMA public TO ROLE readers',
      'GRANT SELECT ON ALL TABLES IN SCHEMA public TO ROLE readers',
      'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ROLE readers',
      'GRANT ROLE readers TO "IAMR:publish"',
      'REVOKE ROLE readers FROM "IAMR:publish"',
    ]) {
      await redshift.succeed(sql);
    }
  });

  test('MERGE joins a table with another', async () => {
    const done = await redshift.batch(
      'CREATE TABLE target (id integer, t varchar(5))',
      'CREATE TEMP TABLE staged (LIKE target)',
      "INSERT INTO target VALUES (1, 'old'), (2, 'kept')",
      "INSERT INTO staged VALUES (1, 'new'), (3, 'more')",
      'MERGE INTO target USING staged ON target.id = staged.id WHEN MATCHED THEN UPDATE SET t = staged.t WHEN NOT MATCHED THEN INSERT VALUES (staged.id, staged.t)',
      'SELECT * FROM target ORDER BY id',
    );
    expect(done.Error).toBeUndefined();
    const long = await redshift.batch('CREATE TEMP TABLE s (LIKE target)', "INSERT INTO s VALUES (1, 'ééé')");
    expect(long.Error).toContain('value too long for type character varying(5)');
    expect(done.SubStatements?.[4]?.ResultRows).toBe(2);
    const { Records } = await redshift.client.send(new GetStatementResultCommand({ Id: `${done.Id}:6` }));
    expect(Records?.map(([id, t]) => [id?.longValue, t?.stringValue])).toEqual([
      [1, 'new'],
      [2, 'kept'],
      [3, 'more'],
    ]);
  });
});
