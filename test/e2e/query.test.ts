import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
beforeAll(async () => {
  work = new Workspace();
  await work.sample();
  await work.run();
}, 60_000);
afterAll(() => work.close());

const ask = (sql: string, ...more: string[]) => work.cli(['query', sql, '--state', work.state, ...more]);

describe('what is printed', () => {
  const sql = `SELECT 1 AS whole, CAST(0.1 AS double) + 0.2 AS inexact, 'a,"b"' AS text, CAST(NULL AS integer) AS nothing,
    true AS yes, DATE '2020-01-31' AS day, TIMESTAMP '2020-01-31 10:00:00' AS time, CAST(9007199254740993 AS bigint) AS large`;

  it('csv by RFC 4180', async () => {
    const { code, stdout } = await ask(sql, '--format', 'csv');
    expect(code).toBe(0);
    expect(stdout).toBe(
      'whole,inexact,text,nothing,yes,day,time,large\r\n' +
        '1,0.30000000000000004,"a,""b""",,true,2020-01-31,2020-01-31 10:00:00.000,9007199254740993\r\n',
    );
  });

  it('json as an array', async () => {
    const { stdout } = await ask(sql, '--format', 'json');
    expect(JSON.parse(stdout)).toEqual([
      {
        whole: 1,
        inexact: 0.30000000000000004,
        text: 'a,"b"',
        nothing: null,
        yes: true,
        day: '2020-01-31',
        time: '2020-01-31 10:00:00.000',
        large: '9007199254740993',
      },
    ]);
  });

  it('a table for people', async () => {
    const { stdout } = await ask("SELECT 1 AS n, 'x' AS t");
    expect(stdout).toBe('n  t\n-  -\n1  x\n');
  });
});

it("speaks Athena's SQL", async () => {
  const { stdout } = await ask(
    "SELECT 7 / 2 AS whole, regexp_like('abc', 'b') AS found, day_of_week(DATE '2020-01-06') AS monday",
    '--format',
    'csv',
  );
  expect(stdout).toBe('whole,found,monday\r\n3,true,1\r\n');
});

describe('what is refused', () => {
  it.each([
    ['a write', 'DELETE FROM ops.loads'],
    ['a new table', 'CREATE TABLE x AS SELECT 1'],
    ['a file read', "SELECT * FROM read_csv('/etc/passwd')"],
    ['a file read as text', "SELECT * FROM read_text('/etc/passwd')"],
    ['a file by name', "SELECT * FROM '/etc/passwd'"],
    ['a listing', "SELECT * FROM glob('/etc/*')"],
    ['a copy', "COPY (SELECT 1) TO 'out.csv'"],
    ['an attached database', "ATTACH 'other.duckdb'"],
    ['a setting', 'SET enable_external_access = true'],
    ['an extension', 'INSTALL httpfs'],
    ['a copy that is explained', "EXPLAIN ANALYZE COPY (SELECT 1) TO 'out.csv'"],
    ['a read of any file', "SELECT size FROM read_blob('state/lake.duckdb')"],
    ['two statements', 'SELECT 1; SELECT 2'],
    ['a hidden second one', 'SELECT 1; DROP TABLE ops.loads'],
    ['nothing', ' '],
    ['no SQL', 'hello'],
  ])('%s', async (_name, sql) => {
    const { code, stdout, stderr } = await ask(sql);
    expect([1, 2]).toContain(code);
    expect(stdout).toBe('');
    expect(stderr.length).toBeGreaterThan(10);
    expect(stderr).not.toMatch(/\n\s+at |root:x:0/);
    expect(existsSync(join(work.root, 'out.csv'))).toBe(false);
    expect(await work.query('SELECT count(*) > 0 AS there FROM ops.loads')).toEqual([{ there: true }]);
  });

  it('a format that there is not', async () => {
    expect((await ask('SELECT 1', '--format', 'xml')).code).toBe(2);
  });
});

it('answers without a lake, and says how to get one', async () => {
  const empty = join(work.root, 'nowhere');
  const one = await work.cli(['query', 'SELECT 1', '--state', empty, '--format', 'csv']);
  expect(one).toMatchObject({ code: 0, stdout: '1\r\n1\r\n' });
  const none = await work.cli(['query', 'SELECT * FROM learnplatform.engagement', '--state', empty]);
  expect(none.code).toBe(1);
  expect(none.stderr).toMatch(/no lake in .*landfall run/);
});

describe('the other commands', () => {
  it('status tells of runs, loads, rows and quarantine', async () => {
    const { code, stdout } = await work.cli(['status', '--state', work.state, '--json']);
    expect(code).toBe(0);
    const status = JSON.parse(stdout);
    expect(status.runs).toHaveLength(1);
    expect(status.loads.map((row: { table_name: string }) => row.table_name)).toEqual([
      'districts',
      'engagement',
      'products',
    ]);
    const rows = Object.fromEntries(
      status.rows.map((row: { table_name: string; rows: number }) => [row.table_name, row.rows]),
    );
    expect(rows['learnplatform.engagement']).toBeGreaterThan(1000);
    expect(rows['learnplatform.products']).toBeGreaterThan(300);
    expect((await work.cli(['status', '--state', work.state])).stdout).toMatch(/^runs\n.*\nloads\n/s);
  });

  it('quarantine list shows the rows with their reasons', async () => {
    const { code, stdout } = await work.cli(['quarantine', 'list', '--state', work.state, '--format', 'json']);
    expect(code).toBe(0);
    const rows = JSON.parse(stdout);
    const [{ n } = { n: -1 }] = await work.query<{ n: number }>(
      "SELECT count(*) AS n FROM ops.quarantine WHERE status = 'open'",
    );
    expect(rows).toHaveLength(n);
    for (const row of rows)
      expect(Object.keys(row)).toEqual(['source_file', 'row_number', 'column_name', 'reason', 'raw_row']);
  });

  it('contract check finds no mistake in what is shipped', async () => {
    const { code, stdout } = await work.cli(['contract', 'check']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^kiosk_sales\.purchases\.card_hash is restricted and stored as it comes: protect\?\n\d+ contracts, \d+ models, \d+ analyses, \d+ dashboards: no mistakes\n$/,
      ),
    });
  });

  it('generate gives the same bytes for the same seed', async () => {
    const generate = (out: string, seed: string) =>
      work.cli(['generate', '--out', join(work.root, out), '--scale', '0.002', '--seed', seed]);
    expect((await generate('one', '1')).stdout).toMatch(/learnplatform: \d+ files, [\d,]+ rows/);
    expect((await work.cli(['generate', '--scale', 'much'])).code).toBe(2);
    expect((await work.cli(['generate', '--dataset', 'nothing'])).code).toBe(2);
  });

  it('help helps, and a typo is told', async () => {
    for (const command of ['run', 'query', 'status', 'generate', 'quarantine', 'contract', 'start', 'warehouse']) {
      const { code, stdout } = await work.cli([command, '--help']);
      expect({ code, usage: stdout.startsWith('usage: ') }).toEqual({ code: 0, usage: true });
    }
    const typo = await work.cli(['qurey', 'SELECT 1']);
    expect(typo).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no command "qurey" \(did you mean query\?\)/),
    });
    expect((await work.cli([])).code).toBe(2);
    expect((await work.cli(['run', '--lnading', 'x'])).code).toBe(2);
    expect((await work.run('--dataset', 'nothing')).code).toBe(2);
  });
});

it('a state folder without a lake is told, not traced', async () => {
  writeFileSync(join(work.root, 'plain'), '');
  for (const command of [['status'], ['quarantine', 'list']]) {
    const { code, stderr } = await work.cli([...command, '--state', join(work.root, 'nowhere')]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/there is no lake yet \(landfall run makes it\)/),
    });
  }
});
