/** COPY and UNLOAD between PostgreSQL and Parquet in S3. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bridge } from '../bridge/bridge.ts';
import { openBridge } from './support/engines.ts';
import { RedshiftUser } from './support/redshift.ts';
import { listObjects, putObject, readBytes } from './support/s3.ts';

const ROLE = "IAM_ROLE 'arn:aws:iam::123456789012:role/redshift'";

let bridge: Bridge;
let redshift: RedshiftUser;
const folder = mkdtempSync(join(tmpdir(), 'landfall-copy-'));

beforeAll(async () => {
  bridge = await openBridge();
  redshift = new RedshiftUser(bridge.url);
  await redshift.succeed('CREATE SCHEMA files');
});

afterAll(async () => {
  redshift?.client.destroy();
  await bridge?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function duckdb(sql: string): Promise<readonly unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Puts what a query of DuckDB's gives where COPY finds it. */
async function parquet(key: string, query: string): Promise<void> {
  const path = join(folder, 'rows.parquet');
  await duckdb(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  await putObject('lake', key, readFileSync(path));
}

const ODD = `SELECT * FROM (VALUES
  (1::BIGINT, 'é "q", \\N', 1.50::DECIMAL(9,2), TIMESTAMP '2020-01-31 10:00:00.123456', DATE '2020-01-31', 0.1::DOUBLE, true, 7::INTEGER),
  (-9223372036854775808, '', -9999999.99::DECIMAL(9,2), TIMESTAMP '1970-01-01 00:00:00', DATE '0001-01-01', 'nan'::DOUBLE, false, -1),
  (9223372036854775807, 'two' || chr(10) || 'lines', 0::DECIMAL(9,2), TIMESTAMP '2999-12-31 23:59:59.999999', DATE '9999-12-31', '-inf'::DOUBLE, true, 0),
  (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)) AS t (a, b, c, d, e, f, g, h)`;

test('what is unloaded is what was copied, odd values among it', async () => {
  await parquet('files/odd/0.parquet', ODD);
  await parquet('files/odd/1.parquet', `${ODD} LIMIT 1`);
  const done = await redshift.batch(
    `CREATE TABLE files.odd (a bigint, b varchar(20), c numeric(9, 2), d timestamp, e date, f double precision, g boolean, h integer)`,
    `COPY files.odd FROM 's3://lake/files/odd/' ${ROLE} FORMAT AS PARQUET`,
  );
  expect(done.Error).toBeUndefined();
  expect(done.SubStatements?.[1]?.ResultRows).toBe(5);
  expect(await redshift.rows('SELECT * FROM files.odd WHERE h = 0')).toEqual([
    // The digits are all there, until JavaScript makes a number of them.
    [2 ** 63, 'two\nlines', '0.00', '2999-12-31 23:59:59.999999', '9999-12-31', Number.NEGATIVE_INFINITY, true, 0],
  ]);
  expect(await redshift.rows('SELECT a, b, c, d, e, f, g, h FROM files.odd WHERE h IS NULL')).toEqual([
    Array.from({ length: 8 }, () => null),
  ]);
  const { ResultRows } = await redshift.succeed(
    `UNLOAD ('SELECT * FROM files.odd WHERE b <> ''x'' OR b IS NULL') TO 's3://lake/files/out/' ${ROLE} FORMAT AS PARQUET`,
  );
  expect(ResultRows).toBe(5);
  const out = join(folder, 'out.parquet');
  writeFileSync(out, await readBytes('lake', 'files/out/0000_part_00.parquet'));
  expect(await duckdb(`SELECT * FROM '${out}' ORDER BY ALL`)).toEqual(
    await duckdb(`(${ODD}) UNION ALL (${ODD} LIMIT 1) ORDER BY ALL`),
  );
  expect(await redshift.failure(`UNLOAD ('SELECT 1 AS a') TO 's3://lake/files/out/' ${ROLE} FORMAT PARQUET`)).toContain(
    'destination on S3 is not empty',
  );
  await redshift.succeed(
    `UNLOAD ('SELECT 1 AS a, NULL AS b') TO 's3://lake/files/out/' ${ROLE} FORMAT CSV HEADER ALLOWOVERWRITE`,
  );
  expect([...(await listObjects('lake', 'files/out/')).keys()]).toContain('files/out/0000_part_00');
});

describe('COPY', () => {
  const copy = (key: string, table = 'files.small') =>
    `COPY ${table} FROM 's3://lake/${key}' ${ROLE} FORMAT AS PARQUET`;

  beforeAll(() => redshift.succeed('CREATE TABLE files.small (n integer NOT NULL, t varchar(3))'));

  test('goes by the place of a column, or by a list', async () => {
    await parquet('files/small/a', "SELECT 'x' AS n, 1::INTEGER AS t");
    expect((await redshift.batch(copy('files/small/a', 'files.small (t, n)'))).Error).toBeUndefined();
    await parquet('files/small2/a', "SELECT 2::INTEGER AS any, 'y' AS name");
    expect((await redshift.batch(copy('files/small2/'))).Error).toBeUndefined();
    expect(await redshift.rows('SELECT n, t FROM files.small ORDER BY n')).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
  });

  test.each([
    ['SELECT 1::INTEGER AS n', 'Unmatched number of columns between table and file. Table columns: 2, Data columns: 1'],
    ["SELECT 1::BIGINT AS n, 'x' AS t", "incompatible Parquet schema for column 'n'. Column type: INTEGER"],
    ['SELECT 1::INTEGER AS n, 2::INTEGER AS t', "incompatible Parquet schema for column 't'"],
    ["SELECT 1::INTEGER AS n, 'éé' AS t", 'longer than the length defined in the table. Table: 3, Data: 4'],
    ["SELECT NULL::INTEGER AS n, 'x' AS t", 'null value in column "n"'],
  ])('refuses what Redshift would: %s', async (query, reason) => {
    await parquet('files/bad/a', query);
    const { Error: said } = await redshift.batch('DELETE FROM files.small', copy('files/bad/a'));
    expect(said).toContain(reason);
    expect(await redshift.rows('SELECT count(*) FROM files.small')).toEqual([[2]]);
  });

  test.each([
    [
      "COPY files.small FROM 's3://lake/files/none/' IAM_ROLE default FORMAT AS PARQUET",
      "prefix 'files/none/' does not exist",
    ],
    ["COPY files.small FROM 's3://no-such/x' IAM_ROLE default FORMAT AS PARQUET", 'NoSuchBucket'],
    ["COPY files.small FROM 's3://lake/files/small/a' FORMAT AS PARQUET", "Expecting: 'IAM_ROLE'"],
    [
      "COPY files.small FROM 's3://lake/files/small/a' IAM_ROLE 'admin' FORMAT AS PARQUET",
      'expected the ARN of a role',
    ],
    ["COPY files.none FROM 's3://lake/files/small/a' IAM_ROLE default FORMAT AS PARQUET", 'does not exist'],
    ["COPY files.small FROM 's3://lake/files/small/a' IAM_ROLE default FORMAT AS CSV", "Expecting: 'PARQUET'"],
  ])('says what is wrong with %s', async (sql, reason) => {
    expect(await redshift.failure(sql)).toContain(reason);
  });
});
