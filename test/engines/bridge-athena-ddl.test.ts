/** The statements that Trino lacks or says otherwise, by the SDK's own client, against Glue's catalog and S3. */

import { GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bridge } from '../bridge/bridge.ts';
import { AthenaUser, clientOptions } from './support/athena.ts';
import { openBridge } from './support/engines.ts';
import { listObjects, putObject } from './support/s3.ts';

let bridge: Bridge;
let athena: AthenaUser;
let glue: GlueClient;

const inShop = { QueryExecutionContext: { Database: 'shop' } };
const run = (sql: string) => athena.succeed(sql, inShop);
const rows = async (sql: string) => (await athena.rows(sql, inShop)).slice(1);
const lines = async (sql: string) => (await athena.rows(sql, inShop)).map(([line]) => line?.trimEnd());
const failure = (sql: string) => athena.failure(sql, inShop);
const tableOf = async (Name: string) => (await glue.send(new GetTableCommand({ DatabaseName: 'shop', Name }))).Table;

beforeAll(async () => {
  bridge = await openBridge();
  athena = new AthenaUser(bridge.url);
  glue = new GlueClient(clientOptions(bridge.url));
  await athena.succeed(
    "CREATE DATABASE shop COMMENT 'A shop' LOCATION 's3://lake/shop/' WITH DBPROPERTIES ('a' = 'b')",
  );
});

afterAll(async () => {
  athena?.client.destroy();
  glue?.destroy();
  await bridge?.close();
});

const ICEBERG = "table_type = 'ICEBERG', is_external = false";

describe('databases', () => {
  test('are made once, and go when they are empty or by force', async () => {
    expect(await failure('CREATE SCHEMA shop')).toContain(
      'AlreadyExistsException(message:Database shop already exists)',
    );
    await run('CREATE DATABASE IF NOT EXISTS `shop`');
    await run('CREATE DATABASE gone');
    expect(await lines('SHOW DATABASES')).toEqual(expect.arrayContaining(['gone', 'shop']));
    await run('DROP DATABASE gone');
    await run('DROP DATABASE IF EXISTS gone');
    expect(await failure('DROP DATABASE gone')).toContain('Database does not exist: gone');
    await run('CREATE DATABASE full_one');
    await run("CREATE EXTERNAL TABLE full_one.t (a int) LOCATION 's3://lake/full_one/'");
    expect(await failure('DROP DATABASE full_one')).toContain('is not empty');
    await run('DROP DATABASE full_one CASCADE');
  });
});

describe('an Iceberg table', () => {
  test('is made by columns, partitions and properties', async () => {
    await run(`CREATE TABLE shop.sales (
        id bigint, "name" string COMMENT 'who''s', price decimal(9,2), sold_at timestamp, day date, tags array<string>,
        details struct<a:int,b:map<string,double>>)
      PARTITIONED BY (month(sold_at), bucket(4, id))
      LOCATION 's3://lake/shop/sales/'
      TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet', 'write_compression' = 'zstd')`);
    expect(await tableOf('sales')).toMatchObject({
      Parameters: { table_type: 'ICEBERG' },
      StorageDescriptor: { Location: 's3://lake/shop/sales' },
    });
    await run(`INSERT INTO sales VALUES (1, 'é', 1.5, TIMESTAMP '2020-01-31 10:00:00.123456', DATE '2020-01-31',
      ARRAY['x'], ROW(1, MAP(ARRAY['k'], ARRAY[2e0])))`);
    expect(await rows('SELECT * FROM sales')).toEqual([
      ['1', 'é', '1.50', '2020-01-31 10:00:00.123456', '2020-01-31', '[x]', '{a=1, b={k=2.0}}'],
    ]);
    expect(
      await failure(`CREATE TABLE sales (a int) LOCATION 's3://lake/x/' TBLPROPERTIES ('table_type'='ICEBERG')`),
    ).toContain('Table sales already exists');
    await run(
      `CREATE TABLE IF NOT EXISTS sales (a int) LOCATION 's3://lake/x/' TBLPROPERTIES ('table_type'='ICEBERG')`,
    );
  });

  test.each([
    ["CREATE TABLE t (a int) LOCATION 's3://lake/t/'", 'Table type is missing'],
    ["CREATE TABLE t (a int) TBLPROPERTIES ('table_type'='ICEBERG')", 'expected LOCATION'],
    ["CREATE TABLE t (a smallint) LOCATION 's3://lake/t/' TBLPROPERTIES ('table_type'='ICEBERG')", 'not supported'],
    ["CREATE TABLE t (a varchar(3)) LOCATION 's3://lake/t/' TBLPROPERTIES ('table_type'='ICEBERG')", 'not supported'],
    [`CREATE TABLE t WITH (${ICEBERG}) AS SELECT 1 AS a`, 'need a location'],
    ["CREATE TABLE t WITH (table_type = 'ICEBERG', location = 's3://lake/t') AS SELECT 1 AS a", 'is_external = false'],
    [
      `CREATE TABLE t WITH (${ICEBERG}, location = 's3://lake/t', sorted_by = ARRAY['a']) AS SELECT 1 AS a`,
      'sorted_by',
    ],
    [
      `CREATE TABLE t WITH (${ICEBERG}, location = 's3://lake/t') AS SELECT TIMESTAMP '2020-01-01 00:00:00.000' AS a`,
      'Timestamp precision (3) not supported for Iceberg. Use "timestamp(6)" instead',
    ],
    [`CREATE TABLE t WITH (${ICEBERG}, location = 's3://lake/t') AS SELECT CAST(1 AS tinyint) AS a`, 'tinyint'],
  ])('is refused as Athena would: %.90s', async (sql, reason) => {
    expect(await failure(sql)).toContain(reason);
  });

  test('is made of a query, merged into, changed, looked after and dropped with its data', async () => {
    const id = await run(`CREATE TABLE made WITH (${ICEBERG}, location = 's3://lake/shop/made/', format = 'PARQUET',
        partitioning = ARRAY['bucket(id, 2)', 'month(at)'])
      AS WITH x AS (SELECT 1 AS id, TIMESTAMP '2020-01-01 00:00:00.000000' AS at, 'a' AS t) SELECT * FROM x`);
    expect(id).not.toBe('');
    expect((await tableOf('made'))?.StorageDescriptor?.Location).toBe('s3://lake/shop/made');
    const merge = `MERGE INTO shop.made AS t USING (VALUES (1, TIMESTAMP '2020-01-01 00:00:00.000000', 'b'),
        (2, TIMESTAMP '2020-02-01 00:00:00.000000', 'c')) AS s (id, at, t) ON t.id = s.id
      WHEN MATCHED THEN UPDATE SET t = s.t WHEN NOT MATCHED THEN INSERT (id, at, t) VALUES (s.id, s.at, s.t)`;
    await run(merge);
    await run("ALTER TABLE made ADD COLUMNS (more string, n int COMMENT 'how many')");
    await run("UPDATE made SET more = 'm' WHERE id = 2");
    await run('DELETE FROM made WHERE id = 1');
    expect(await rows('SELECT id, t, more, n FROM made ORDER BY id')).toEqual([['2', 'c', 'm', undefined]]);
    await run('ALTER TABLE made DROP COLUMN n');
    expect(await lines('SHOW COLUMNS IN made')).toEqual(['id', 'at', 't', 'more']);
    await run('OPTIMIZE made REWRITE DATA USING BIN_PACK');
    await run("OPTIMIZE made REWRITE DATA USING BIN_PACK WHERE at >= TIMESTAMP '2020-02-01 00:00:00.000000'");
    await run('VACUUM made');
    expect(await rows('SELECT count(*) FROM made')).toEqual([['1']]);
    expect((await listObjects('lake', 'shop/made/')).size).toBeGreaterThan(0);
    await run('DROP TABLE made');
    expect((await listObjects('lake', 'shop/made/')).size).toBe(0);
    await run('DROP TABLE IF EXISTS made');
    expect(await failure('DROP TABLE made')).toContain('Table not found shop.made');
  });

  test('takes no more than a hundred partitions at once', async () => {
    const days = (count: number) =>
      `SELECT date_add('day', n, DATE '2020-01-01') AS day FROM UNNEST(sequence(1, ${count})) AS t (n)`;
    await run(
      `CREATE TABLE many (day date) PARTITIONED BY (day) LOCATION 's3://lake/shop/many/' TBLPROPERTIES ('table_type'='ICEBERG')`,
    );
    expect(await failure(`INSERT INTO many ${days(101)}`)).toMatch(
      /^FAILED: ICEBERG_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers/,
    );
    await run(`INSERT INTO many ${days(100)}`);
    await run('DROP TABLE many');
  });

  test('says so where two commits meet', async () => {
    await run(
      `CREATE TABLE contended WITH (${ICEBERG}, location = 's3://lake/shop/contended') AS SELECT 1 AS id, 0 AS n`,
    );
    let done = 0;
    const reasons: (string | undefined)[] = [];
    // Who is first is chance: until two have met.
    while (reasons.length === 0 && done < 60) {
      const ends = await Promise.all(
        Array.from({ length: 6 }, () => athena.run('UPDATE contended SET n = n + 1 WHERE id = 1', inShop)),
      );
      for (const { Status } of ends) {
        if (Status?.State === 'SUCCEEDED') done += 1;
        else reasons.push(Status?.StateChangeReason);
      }
    }
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons) expect(reason).toMatch(/^ICEBERG_COMMIT_ERROR: /);
    expect(await rows('SELECT n FROM contended')).toEqual([[String(done)]]);
  });
});

describe('an external table', () => {
  test('is what Glue is told of files', async () => {
    await putObject('lake', 'shop/raw/one.csv', 'a,b\n1,"x, y"\n2,\n');
    await run(`CREATE EXTERNAL TABLE IF NOT EXISTS \`shop\`.\`raw\` (\`a\` string, b string COMMENT 'letters')
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
      WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"', 'escapeChar' = '\\\\')
      STORED AS TEXTFILE LOCATION 's3://lake/shop/raw/' TBLPROPERTIES ('skip.header.line.count' = '1')`);
    expect(await rows('SELECT * FROM raw ORDER BY a')).toEqual([
      ['1', 'x, y'],
      ['2', ''],
    ]);
    expect((await tableOf('raw'))?.StorageDescriptor?.SerdeInfo?.Parameters).toMatchObject({ escapeChar: '\\' });
    expect(await lines('DESCRIBE raw')).toEqual([
      expect.stringMatching(/^a +\tstring/),
      expect.stringMatching(/^b +\tstring +\tletters/),
    ]);
    expect(await failure("CREATE EXTERNAL TABLE raw (a int) LOCATION 's3://lake/shop/raw/'")).toContain(
      'already exists',
    );
    expect(await failure("CREATE EXTERNAL TABLE raw2 (a int) LOCATION 's3://lake/shop/raw'")).toContain('slash');
    await putObject('lake', 'shop/raw2/one.csv', 'a,b\n3,z\n');
    await run("ALTER TABLE raw SET LOCATION 's3://lake/shop/raw2/'");
    expect(await rows('SELECT * FROM raw')).toEqual([['3', 'z']]);
    await run('ALTER TABLE raw ADD COLUMNS (c string)');
    expect(await lines('SHOW COLUMNS IN raw')).toEqual(['a', 'b', 'c']);
    await run('DROP TABLE raw');
    expect((await listObjects('lake', 'shop/raw2/')).size).toBe(1);
  });

  test('finds partitions by repair and by projection', async () => {
    for (const day of ['2020-01-01', '2020-01-02']) {
      await putObject('lake', `shop/parts/day=${day}/a.json`, `{"n": ${day.slice(-1)}}\n`);
    }
    const table = (
      name: string,
      properties: string,
    ) => `CREATE EXTERNAL TABLE ${name} (n int) PARTITIONED BY (day string)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/shop/parts/' ${properties}`;
    await run(table('parts', ''));
    expect(await rows('SELECT * FROM parts')).toEqual([]);
    await run('MSCK REPAIR TABLE parts');
    expect(await rows('SELECT * FROM parts ORDER BY n')).toEqual([
      ['1', '2020-01-01'],
      ['2', '2020-01-02'],
    ]);
    expect(await lines('SHOW PARTITIONS parts')).toEqual(['day=2020-01-01', 'day=2020-01-02']);
    await run(
      table(
        'projected',
        `TBLPROPERTIES ('projection.enabled' = 'true', 'projection.day.type' = 'injected',
          'storage.location.template' = 's3://lake/shop/parts/day=\${day}/')`,
      ),
    );
    expect(await rows("SELECT n FROM projected WHERE day = '2020-01-02'")).toEqual([['2']]);
  });
});

test('rows go into projected partitions of an external table', async () => {
  await run(`CREATE EXTERNAL TABLE batches (id bigint, at timestamp, leaves boolean) PARTITIONED BY (batch_id string)
    STORED AS PARQUET LOCATION 's3://lake/shop/batches/'
    TBLPROPERTIES ('projection.enabled' = 'true', 'projection.batch_id.type' = 'injected',
      'storage.location.template' = 's3://lake/shop/batches/batch_id=\${batch_id}/')`);
  await run("INSERT INTO batches SELECT 1, TIMESTAMP '2020-01-01 00:00:00.123', true, 'b1'");
  await run("INSERT INTO batches SELECT 2, null, false, 'b2'");
  expect(await rows("SELECT * FROM batches WHERE batch_id = 'b1'")).toEqual([
    ['1', '2020-01-01 00:00:00.123', 'true', 'b1'],
  ]);
  const keys = [...(await listObjects('lake', 'shop/batches/')).keys()];
  expect(keys.filter((key) => key.startsWith('shop/batches/batch_id=b2/'))).toHaveLength(1);
  expect(await failure('SELECT * FROM batches')).toContain('batch_id');
});

test('a view is made, replaced, read and dropped as a view', async () => {
  await run('CREATE VIEW seen AS SELECT 1 AS a');
  expect(await failure('CREATE VIEW seen AS SELECT 2 AS a')).toMatch(/already exists/);
  await run("CREATE OR REPLACE VIEW shop.seen AS SELECT 2 AS a, 'x' AS b");
  expect(await rows('SELECT * FROM seen')).toEqual([['2', 'x']]);
  expect(await lines('SHOW VIEWS')).toEqual(['seen']);
  expect(await lines("SHOW TABLES IN shop 'se*'")).toEqual(['seen']);
  expect(await failure('DROP TABLE seen')).toContain('Cannot drop a view with DROP TABLE');
  expect(await failure("CREATE VIEW zoned AS SELECT TIMESTAMP '2020-01-01 00:00:00 UTC' AS a")).toContain(
    'Unsupported Hive type: timestamp(0) with time zone',
  );
  await run('DROP VIEW seen');
  await run('DROP VIEW IF EXISTS seen');
});

test('UNLOAD leaves Parquet in an empty folder, and no table', async () => {
  const unload = `UNLOAD (SELECT * FROM (VALUES (1, 'a)'), (2, ?)) AS t (n, s))
    TO 's3://lake/shop/unloaded/' WITH (format = 'PARQUET', compression = 'ZSTD')`;
  await athena.succeed(unload, { ...inShop, ExecutionParameters: ["'b'"] });
  await run("CREATE EXTERNAL TABLE unloaded (n int, s string) STORED AS PARQUET LOCATION 's3://lake/shop/unloaded/'");
  expect(await rows('SELECT * FROM unloaded ORDER BY n')).toEqual([
    ['1', 'a)'],
    ['2', 'b'],
  ]);
  expect(await athena.failure(unload, { ...inShop, ExecutionParameters: ["'b'"] })).toContain(
    'HIVE_PATH_ALREADY_EXISTS',
  );
  expect(await lines("SHOW TABLES 'unload_*'")).toEqual([]);
  // Files of Hive's tell times to the millisecond, as in Athena.
  const micro = "SELECT TIMESTAMP '2020-01-31 10:00:00.123456' AS t";
  expect(await failure(`UNLOAD (${micro}) TO 's3://lake/shop/micro/' WITH (format = 'PARQUET')`)).toContain(
    'Incorrect timestamp precision for timestamp(6); the configured precision is MILLISECONDS',
  );
});

test('a table of files is made of a query, under the results where it has no place of its own', async () => {
  const id = await run("CREATE TABLE filed WITH (format = 'PARQUET', write_compression = 'SNAPPY') AS SELECT 1 AS a");
  expect((await tableOf('filed'))?.StorageDescriptor?.Location).toContain(`s3://lake/results/tables/${id}`);
  expect(await rows('SELECT * FROM filed')).toEqual([['1']]);
});
