/** The engines that are up are those that are pinned, and what they say comes back unchanged. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askMoto } from '../bridge/moto-ask.ts';
import { connect, engines } from './support/engines.ts';
import { Spark } from './support/spark.ts';
import { readCsvSql, TrinoError } from './support/trino.ts';

const trino = connect();
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-infrastructure-'));
  await trino.run("CREATE SCHEMA iceberg.infrastructure WITH (location = 's3://lake/infrastructure/')");
});

afterAll(async () => {
  await trino.run('DROP SCHEMA iceberg.infrastructure CASCADE');
  rmSync(folder, { recursive: true, force: true });
});

describe('versions', () => {
  test("Trino's is the pinned one", async () => {
    const pins = JSON.parse(readFileSync(new URL('pins.json', import.meta.url), 'utf8')) as {
      readonly part: string;
      readonly artifact: string;
      readonly version: string;
    }[];
    const pinned = pins.find(({ artifact }) => artifact === 'trino-server-core')?.version;
    expect((await trino.rows('SELECT version()')).rows).toEqual([[pinned]]);
    const info = (await (await fetch(`${engines().trino.url}/v1/info`)).json()) as { nodeVersion: { version: string } };
    expect(info.nodeVersion.version).toBe(pinned);
    expect(engines().jars).toHaveLength(pins.filter(({ part }) => part === 'jars').length);
  });

  test('those of the Python packages are the pinned ones', () => {
    const pins = readFileSync(new URL('requirements/engines.in', import.meta.url), 'utf8').match(/^[a-z].*==.*$/gm);
    const wanted = pins?.map((pin) => pin.replace(/\[.*\]/, '').split('=='));
    const script = 'import importlib.metadata as m, json, sys; print(json.dumps([m.version(n) for n in sys.argv[1:]]))';
    const names = wanted?.map(([name]) => name ?? '') ?? [];
    const found = execFileSync(engines().python('engines'), ['-c', script, ...names], { encoding: 'utf8' });
    expect(names).toContain('pyspark');
    expect(JSON.parse(found)).toEqual(wanted?.map(([, version]) => version));
  });
});

test('what is left in the temporary folder goes with the engines', () => {
  expect(tmpdir()).toBe(join(engines().folder, 'tmp'));
});

test('moto has the buckets, and no column statistics', async () => {
  const { moto } = engines();
  const list = await (await fetch(moto.url, { headers: { Host: 's3.amazonaws.com' } })).text();
  expect([...list.matchAll(/<Name>(.*?)<\/Name>/g)].map(([, name]) => name)).toEqual(['lake', 'landing']);
  const columns = { DatabaseName: 'a', TableName: 'b', ColumnNames: ['c'] };
  const answer = await askMoto(moto.url, 'AWSGlue.GetColumnStatisticsForTable', columns);
  expect(answer).toEqual({ ColumnStatisticsList: [], Errors: [] });
});

describe('one lake', () => {
  test('Trino and Spark read what the other wrote, and awsdatacatalog serves Iceberg tables', async () => {
    await trino.run(`CREATE TABLE iceberg.infrastructure.round_trip (id bigint, word varchar)
      WITH (location = 's3://lake/infrastructure/round_trip/', partitioning = ARRAY['bucket(id, 2)'])`);
    expect(await trino.run("INSERT INTO awsdatacatalog.infrastructure.round_trip VALUES (1, 'one'), (2, NULL)")).toBe(
      2,
    );
    const spark = await Spark.start({ cwd: folder });
    try {
      const table = 'glue_catalog.infrastructure.round_trip';
      expect(await spark.rows(`SELECT * FROM ${table} ORDER BY id`)).toEqual([
        ['1', 'one'],
        ['2', null],
      ]);
      await spark.rows(`INSERT INTO ${table} VALUES (3, '')`);
      expect(await spark.rows("SELECT substring_index(version(), ' ', 1)")).toEqual([['3.5.4']]);
      // Those that it is handed it copies, 350 MB a session; it reads them where they are.
      expect(await spark.rows('LIST JARS')).toEqual([]);
    } finally {
      await spark.stop();
    }
    const { rows } = await connect({ schema: 'infrastructure' }).rows('SELECT * FROM round_trip ORDER BY id');
    expect(rows).toEqual([
      [1, 'one'],
      [2, null],
      [3, ''],
    ]);
  });

  test('a Hive table can be made by CTAS and read', async () => {
    await trino.run("CREATE TABLE awsdatacatalog.infrastructure.made AS SELECT 1 AS one, DATE '2020-02-29' AS day");
    expect((await trino.rows('SELECT * FROM awsdatacatalog.infrastructure.made')).rows).toEqual([[1, '2020-02-29']]);
    await trino.run('DROP TABLE awsdatacatalog.infrastructure.made');
  });
});

describe('values', () => {
  const VALUES = `SELECT * FROM (VALUES
    (1, BIGINT '9007199254740993', DECIMAL '1234567890123456.78', 0.1e0 + 0.2e0, DATE '1969-12-31',
      TIMESTAMP '2020-01-31 10:00:00.123456', true, '"12345678901234567", \\'),
    (2, BIGINT '-9223372036854775808', DECIMAL '-0.01', -0e0, DATE '9999-12-31',
      TIMESTAMP '1900-01-01 00:00:00.000000', false, ''),
    (3, BIGINT '9007199254740991', DECIMAL '0.00', nan(), DATE '2020-02-29',
      TIMESTAMP '2020-03-29 02:30:00.000001', NULL, U&'line\\000a\\00fc\\4e16'),
    (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) AS t (id, b, dec, dbl, d, ts, flag, word)`;

  test('keep their precision through the client', async () => {
    const { columns, rows } = await trino.rows(`${VALUES} ORDER BY id`);
    expect(columns.map(({ type }) => type)).toEqual([
      'integer',
      'bigint',
      'decimal(18, 2)',
      'double',
      'date',
      'timestamp(6)',
      'boolean',
      expect.stringMatching(/^varchar/),
    ]);
    expect(rows).toEqual([
      [
        1,
        '9007199254740993',
        '1234567890123456.78',
        0.30000000000000004,
        '1969-12-31',
        '2020-01-31 10:00:00.123456',
        true,
        '"12345678901234567", \\',
      ],
      [2, '-9223372036854775808', '-0.01', -0, '9999-12-31', '1900-01-01 00:00:00.000000', false, ''],
      [3, 9007199254740991, '0.00', 'NaN', '2020-02-29', '2020-03-29 02:30:00.000001', null, 'line\nü世'],
      [4, null, null, null, null, null, null, null],
    ]);
  });

  test('and through a file', async () => {
    const path = join(folder, "it's.csv");
    const written = await trino.writeCsv(VALUES, path);
    expect(written.rows).toBe(4);
    expect(written.columns.map(({ name }) => name)).toEqual(['id', 'b', 'dec', 'dbl', 'd', 'ts', 'flag', 'word']);
    expect(
      await duckdb(`SELECT id, b::BIGINT, dec::DECIMAL(18, 2), dbl::DOUBLE, d::DATE, ts::TIMESTAMP, flag::BOOLEAN, word
        FROM ${readCsvSql(path, written.columns)} ORDER BY id`),
    ).toEqual([
      [
        '1',
        '9007199254740993',
        '1234567890123456.78',
        0.30000000000000004,
        '1969-12-31',
        '2020-01-31 10:00:00.123456',
        true,
        '"12345678901234567", \\',
      ],
      ['2', '-9223372036854775808', '-0.01', -0, '9999-12-31', '1900-01-01 00:00:00', false, ''],
      ['3', '9007199254740991', '0.00', 'NaN', '2020-02-29', '2020-03-29 02:30:00.000001', null, 'line\nü世'],
      ['4', null, null, null, null, null, null, null],
    ]);
  });

  test('a result of many pages arrives whole', async () => {
    const path = join(folder, 'many.csv');
    const many = `SELECT a.n * 1000 + b.n AS n, rpad('', 100, 'x') AS x
      FROM UNNEST(sequence(0, 199)) a (n) CROSS JOIN UNNEST(sequence(0, 999)) b (n)`;
    const { columns, rows } = await trino.writeCsv(many, path);
    expect(rows).toBe(200_000);
    const counted = 'count(*), count(DISTINCT n), min(n::INT), max(n::INT), min(x) = max(x)';
    expect(await duckdb(`SELECT ${counted} FROM ${readCsvSql(path, columns)}`)).toEqual([
      ['200000', '200000', 0, 199_999, true],
    ]);
  });

  test('of an empty result there are the columns', async () => {
    const path = join(folder, 'empty.csv');
    const { columns, rows } = await trino.writeCsv("SELECT 1 AS a, '' AS b WHERE false", path);
    expect(rows).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe('"a","b"\n');
    expect(await duckdb(`SELECT * FROM ${readCsvSql(path, columns)}`)).toEqual([]);
  });

  test('null, the empty text and what looks like null stay apart in a column that is alone', async () => {
    const path = join(folder, 'alone.csv');
    const { columns } = await trino.writeCsv("SELECT x FROM (VALUES NULL, '', '\\N', 'NULL') AS t (x)", path);
    const sorted = await duckdb(`SELECT x FROM ${readCsvSql(path, columns)} ORDER BY x NULLS FIRST`);
    expect(sorted).toEqual([[null], [''], ['NULL'], ['\\N']]);
  });
});

describe('errors', () => {
  test('name the place, the kind and the statement', async () => {
    const sql = 'SELECT 1,\n  nowhere\nFROM (VALUES 1) AS t (here)';
    const error = await trino.rows(sql).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(TrinoError);
    expect(error).toMatchObject({ errorName: 'COLUMN_NOT_FOUND', line: 2, column: 3, sql });
    expect((error as TrinoError).message).toBe(
      `COLUMN_NOT_FOUND: line 2:3: Column 'nowhere' cannot be resolved\n${sql}`,
    );
  });

  test('that come up while a query runs have no place', async () => {
    const failing = trino.writeCsv('SELECT 1 / (n - 1) FROM (VALUES 1, 2) AS t (n)', join(folder, 'failing.csv'));
    await expect(failing).rejects.toMatchObject({ errorName: 'DIVISION_BY_ZERO', line: null, column: null });
  });

  test('of a file that cannot be written are its own', async () => {
    await expect(trino.writeCsv('SELECT 1', join(folder, 'absent', 'file.csv'))).rejects.toThrow('ENOENT');
  });
});

async function duckdb(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
