/** The warehouse from the outside: what a run publishes, what BI tools see and can't do, and what mends itself. */

import type { ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { queryWarehouse } from '../../adapters/local/warehouse/reader.ts';
import { Workspace } from '../support/cli.ts';
import { compareWithLake, dataOf, serverOf, stopLeftover } from '../support/warehouse.ts';

let work: Workspace;
beforeAll(async () => {
  work = new Workspace();
  await work.sample();
  await work.soundRun();
}, 60_000);
afterAll(async () => {
  await stopLeftover(work.state);
  work.close();
});

const ask = (sql: string, ...more: string[]) => work.cli(['query', '--warehouse', sql, '--state', work.state, ...more]);

/** What the last run wrote, by table. */
async function written(): Promise<Record<string, string>> {
  const [run] = await work.query<{ details: string }>(
    'SELECT details FROM ops.runs ORDER BY started_at DESC, run_id DESC LIMIT 1',
  );
  return JSON.parse(run?.details ?? '{}').warehouse;
}

it('every published table equals the lake, row by row, and nothing stays running', async () => {
  expect(await serverOf(work.state)).toBeNull();
  const compared = await compareWithLake(work.state);
  expect(Object.keys(compared).length).toBeGreaterThan(20);
  expect(compared['learnplatform.districts']).toBeGreaterThan(0);
  expect(compared['learnplatform.district_clusters']).toBeGreaterThan(0);
});

it('publishes nothing where nothing changed, and only the rows that did', async () => {
  await work.soundRun();
  expect(await written()).toEqual({});
  const folder = join(work.landing, 'learnplatform/engagement_data');
  const file = join(folder, readdirSync(folder).sort()[0] ?? '');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${lines.slice(0, -3).join('\n')}\n`);
  const { stderr } = await work.soundRun();
  const modes = await written();
  expect({ modes, stderr }).toMatchObject({
    modes: { 'learnplatform.district_daily': 'rows', 'learnplatform.product_daily': 'replace' },
  });
  expect(modes).not.toHaveProperty(['learnplatform.districts']);
  await compareWithLake(work.state);
});

it('a warehouse that was deleted comes back', async () => {
  rmSync(join(work.state, 'warehouse'), { recursive: true });
  await work.soundRun();
  expect(new Set(Object.values(await written()))).toEqual(new Set(['create']));
  await compareWithLake(work.state);
});

it('a table that is no longer published goes, a changed comment arrives, a new one is made', async () => {
  const project = work.project();
  const model = (name: string) => join(project, 'queries/learnplatform', `${name}.yml`);
  const edit = (name: string, from: RegExp, to: string) =>
    writeFileSync(model(name), readFileSync(model(name), 'utf8').replace(from, to));
  edit('top_products', /^warehouse:.*$/m, 'warehouse: {publish: false}');
  edit('district_minimums', /^warehouse:.*$/m, 'warehouse: {publish: true}');
  edit('sector_monthly', /^description:.*\n(?: +.*\n)*/m, 'description: By sector, in other words.\n');
  await work.soundRun('--project', project);
  expect(await written()).toEqual({
    'learnplatform.top_products': 'drop',
    'learnplatform.district_minimums': 'create',
    'learnplatform.sector_monthly': 'create',
  });
  await work.soundRun();
  expect(await written()).toEqual({
    'learnplatform.top_products': 'create',
    'learnplatform.district_minimums': 'drop',
    'learnplatform.sector_monthly': 'create',
  });
});

it('a run without the warehouse leaves it as it is', async () => {
  rmSync(join(work.state, 'warehouse'), { recursive: true });
  await work.soundRun('--no-warehouse');
  const { code, stderr } = await ask('SELECT 1');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/no warehouse yet \(landfall run makes it\)/),
  });
  expect((await work.cli(['warehouse', '--state', work.state])).code).toBe(1);
  await work.soundRun();
  await compareWithLake(work.state);
});

describe('query --warehouse', () => {
  it('prints as the lake does', async () => {
    const sql = `SELECT 1 AS whole, CAST(0.1 AS double precision) + 0.2 AS inexact, 'a,"b"' AS text, CAST(NULL AS integer) AS nothing,
      '' AS empty, true AS yes, DATE '2020-01-31' AS day, TIMESTAMP '2020-01-31 10:00:00' AS time, 9007199254740993 AS large`;
    const { code, stdout } = await ask(sql, '--format', 'csv');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'whole,inexact,text,nothing,empty,yes,day,time,large\r\n' +
        '1,0.30000000000000004,"a,""b""",,"",true,2020-01-31,2020-01-31 10:00:00.000,9007199254740993\r\n',
    });
    expect(JSON.parse((await ask(sql, '--format', 'json')).stdout)[0]).toMatchObject({
      whole: 1,
      large: '9007199254740993',
    });
  });

  it.each([
    ['a write', 'DELETE FROM learnplatform.districts'],
    ['a hidden write', 'WITH gone AS (DELETE FROM learnplatform.districts RETURNING 1) SELECT * FROM gone'],
    ['two statements', 'SELECT 1; COMMIT; SELECT 2'],
    ['a new table', 'SELECT 1 INTO learnplatform.x'],
    ['a file read', "SELECT pg_read_file('/etc/passwd')"],
    ['the books', 'SELECT * FROM landfall.published'],
    ['a setting', 'SET default_transaction_read_only = off'],
    ['nothing', ' '],
  ])('refuses %s', async (_name, sql) => {
    await expect(queryWarehouse(work.state, sql)).rejects.toMatchObject({
      exitCode: 2,
      problems: [{ code: 'query-refused', message: expect.stringMatching(/./) }],
    });
  });
});

describe('landfall warehouse', () => {
  let server: ChildProcess;
  let said = '';
  let url: string;
  beforeAll(async () => {
    server = work.start(['warehouse', '--state', work.state]);
    await new Promise<void>((done, fail) => {
      server.stdout?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('jdbc:')) done();
      });
      server.on('close', (code) => fail(new Error(`ended with ${code}: ${said}`)));
    });
    url = /psql "(.*)"/.exec(said)?.[1] ?? '';
  }, 30_000);
  afterAll(() => void server.kill('SIGKILL'));

  const connected = async <Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> => {
    const client = new pg.Client(url);
    await client.connect();
    return work(client).finally(() => client.end());
  };

  it('a BI tool reads tables and their comments', async () => {
    const [clusters, comments] = await connected(async (client) => [
      await client.query('SELECT * FROM learnplatform.district_clusters'),
      await client.query(`SELECT obj_description('learnplatform.district_clusters'::regclass) AS about,
        col_description('learnplatform.district_clusters'::regclass, 3) AS distance,
        col_description('learnplatform.districts'::regclass, 10) AS spent`),
    ]);
    expect(clusters.rows.length).toBeGreaterThan(0);
    expect(comments.rows[0]).toEqual({
      about: expect.stringMatching(/k-means cluster .* Key: district_id[.]$/),
      distance: expect.stringMatching(/[(]standard deviations[)]$/),
      spent: expect.stringMatching(/US dollars per pupil/),
    });
  });

  it.each([
    ['INSERT', 'INSERT INTO learnplatform.districts (district_id) VALUES (1)'],
    ['UPDATE', 'UPDATE learnplatform.districts SET state = NULL'],
    ['DELETE', 'DELETE FROM learnplatform.districts'],
    ['TRUNCATE', 'TRUNCATE learnplatform.districts'],
    ['CREATE TABLE', 'CREATE TABLE learnplatform.mine (a integer)'],
    ['CREATE in public', 'CREATE TABLE public.mine (a integer)'],
    ['CREATE TEMP', 'CREATE TEMP TABLE mine (a integer)'],
    ['CREATE SCHEMA', 'CREATE SCHEMA mine'],
    ['CREATE FUNCTION', "CREATE FUNCTION learnplatform.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'"],
    ['DROP', 'DROP TABLE learnplatform.districts'],
    ['ALTER', 'ALTER TABLE learnplatform.districts ADD COLUMN mine integer'],
    ['COMMENT', "COMMENT ON TABLE learnplatform.districts IS 'mine'"],
    ['COPY FROM', 'COPY learnplatform.districts FROM STDIN'],
    ['COPY FROM a file', "COPY learnplatform.districts FROM '/etc/passwd'"],
    ['COPY TO a file', "COPY learnplatform.districts TO '/tmp/mine.csv'"],
    ['COPY TO a program', "COPY (SELECT 1) TO PROGRAM 'id'"],
    ['pg_read_file', "SELECT pg_read_file('PG_VERSION')"],
    ['pg_ls_dir', "SELECT pg_ls_dir('.')"],
    ['large objects', 'SELECT lo_create(0)'],
    ['locks that Landfall needs', 'SELECT pg_advisory_lock(6471)'],
    ['DO', 'DO $$ BEGIN END $$'],
    ['passwords', 'SELECT * FROM pg_authid'],
    ['the books', 'SELECT * FROM landfall.published'],
    ['SET ROLE', 'SET ROLE landfall'],
    ['more rights', 'ALTER ROLE bi_reader SUPERUSER'],
    ['a new role', 'CREATE ROLE mine'],
    ["another's session", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'landfall'"],
  ])('refuses %s, read-only or not', async (_name, sql) => {
    for (const begin of ['', 'BEGIN READ WRITE']) {
      // Permission denied, or a read-only transaction; nothing else.
      await expect(connected((client) => client.query(begin).then(() => client.query(sql)))).rejects.toMatchObject({
        code: begin === '' ? expect.stringMatching(/^(42501|25006)$/) : '42501',
      });
    }
  });

  it('lets nobody in by another name or password, or from elsewhere', async () => {
    const { port, password } = new URL(url);
    for (const [user, word, database] of [
      ['bi_reader', 'guess', 'landfall'],
      ['landfall', password, 'landfall'],
      ['postgres', '', 'landfall'],
      ['bi_reader', password, 'template1'],
    ] as const) {
      const client = new pg.Client({ host: '127.0.0.1', port: Number(port), user, password: word, database });
      client.on('error', () => undefined);
      await expect(client.connect()).rejects.toMatchObject({ code: expect.stringMatching(/^28/) });
    }
  });

  it('status, queries and runs use the one that is up, and leave it up', async () => {
    const pid = await serverOf(work.state);
    expect(pid).not.toBeNull();
    const { stdout } = await work.cli(['status', '--state', work.state, '--json']);
    const { warehouse } = JSON.parse(stdout);
    expect(
      `postgresql://${warehouse.user}:${warehouse.password}@${warehouse.host}:${warehouse.port}/${warehouse.database}`,
    ).toBe(url);
    expect(warehouse.tables.map(({ table_name }: { table_name: string }) => table_name)).toContain(
      'learnplatform.district_clusters',
    );
    expect((await ask('SELECT count(*) AS n FROM learnplatform.products', '--format', 'csv')).stdout).toMatch(
      /^n\r\n\d+/,
    );
    await work.soundRun('--full');
    await compareWithLake(work.state);
    expect(await serverOf(work.state)).toBe(pid);
  }, 30_000);

  it('ends when it is interrupted, and its port is free', async () => {
    const ended = new Promise((done) => {
      server.removeAllListeners('close');
      server.on('close', done);
    });
    server.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(await serverOf(work.state)).toBeNull();
    const refused = await new Promise((done) => {
      const socket = createConnection(Number(new URL(url).port), '127.0.0.1');
      socket.on('connect', () => done(false)).on('error', () => done(true));
    });
    expect(refused).toBe(true);
  });
});

it('a warehouse that can not be made fails the run, and only it', async () => {
  const folder = join(work.state, 'warehouse');
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'in the way');
  const { code, stderr } = await work.run();
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/the warehouse was not published/) });
  expect(await work.query('SELECT count(*) > 0 AS there FROM learnplatform.district_clusters')).toEqual([
    { there: true },
  ]);
  rmSync(folder);
  await work.soundRun();
  await compareWithLake(work.state);
});

it('an ordinary user has one too', async () => {
  if (process.getuid?.() !== 0) return expect(dataOf(work.state)).toContain(work.state);
  const [nobody, state] = [65534, join(work.root, 'of-nobody')];
  mkdirSync(state, { mode: 0o700 });
  chownSync(state, nobody, nobody);
  chownSync(work.root, nobody, nobody);
  const options = { uid: nobody, env: { HOME: state } };
  const { code, stderr } = await work.cli(['run', '--state', state, '--landing', work.landing], options);
  expect({ code: [0, 3].includes(code ?? 1), stderr }).toEqual({ code: true, stderr: expect.any(String) });
  const { stdout } = await work.cli(
    [
      'query',
      '--warehouse',
      'SELECT count(*) > 0 AS there FROM learnplatform.district_clusters',
      '--state',
      state,
      '--format',
      'csv',
    ],
    options,
  );
  expect(stdout).toBe('there\r\ntrue\r\n');
  // Where root comes by, it stays theirs.
  await compareWithLake(state);
}, 30_000);
