/** From a row in quarantine to a row in the table, by the command line alone. */

import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';
import { SHOP } from '../support/shop-contract.ts';

let work: Workspace;
beforeEach(() => {
  work = new Workspace();
});
afterEach(() => work.close());

const HEADER = 'time,lp_id,pct_access,engagement_index\n';
const FILE = 'learnplatform/engagement_data/1000.csv';
const BAD = `${HEADER}2020-01-01,1,0.5,1\nnever,2,0.5,2\n2020-01-02,3,"1,5",3\n2020-01-03,4\n2020-01-04,5,0.25,"4""x"\n`;

const run = (landing = work.landing, state = work.state) =>
  work.cli(['run', '--dataset', 'learnplatform', '--state', state, '--landing', landing, '--no-warehouse']);
const quarantine = (...args: string[]) => work.cli(['quarantine', ...args, '--state', work.state]);
const edited = () => join(work.root, 'edit.csv');
const replay = (text?: string) => {
  if (text !== undefined) writeFileSync(edited(), text);
  return quarantine('replay', edited(), '--landing', work.landing);
};
const replayed = () => {
  const folder = join(work.landing, 'learnplatform/_replay/engagement');
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).sort() : [];
};
const STATUSES = 'SELECT source_file, row_number, column_name, status FROM ops.quarantine ORDER BY 1, 2, 3';
const TABLE =
  'SELECT district_id, time, lp_id, pct_access, engagement_index, _source_file FROM learnplatform.engagement ORDER BY time';

async function exported(): Promise<string> {
  work.drop(FILE, BAD);
  expect((await run()).code).toBe(3);
  const { code, stdout } = await quarantine('export');
  expect(code).toBe(0);
  return stdout;
}

it('export, edit, replay, run: the rows stand in the table, here and in a lake made anew', async () => {
  const csv = await exported();
  expect(csv).toBe(
    [
      '_source_file,_row_number,_load_id,_reasons,time,lp_id,pct_access,engagement_index,_raw_row',
      `${FILE},2,1,time: not a date such as 2020-01-31,never,2,0.5,2,`,
      `${FILE},3,1,pct_access: not a number,2020-01-02,3,"1,5",3,`,
      `${FILE},4,1,"2 fields, expected 4",,,,,"2020-01-03,4"`,
      `${FILE},5,1,engagement_index: not a number,2020-01-04,5,0.25,"4""x",`,
      '',
    ].join('\r\n'),
  );
  const mended = csv
    .replace(',never,', ',2020-01-05,')
    .replace('"1,5"', '1.5')
    .replace(',,,,,"2020-01-03,4"', ',2020-01-03,4,0.75,6,');
  const { code, stdout } = await replay(mended);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(
      /^1 row is as it was and stays in quarantine\n3 rows in 1 new file under learnplatform\/_replay\/engagement\/[0-9a-f]{12}\/: landfall run loads them\n$/,
    ),
  });
  expect(replayed()).toHaveLength(2);
  expect((await run()).code).toBe(0);
  const table = await work.query<{ time: string }>(TABLE);
  expect(table.map(({ time }) => time)).toEqual(['2020-01-01', '2020-01-02', '2020-01-03', '2020-01-05']);
  expect(table[1]).toMatchObject({ district_id: 1000, pct_access: 1.5 });
  const statuses = await work.query<{ status: string }>(STATUSES);
  expect(statuses.map(({ status }) => status)).toEqual(['replayed', 'replayed', 'replayed', 'open']);

  // Again, with the last one mended too: what is there already is not written twice.
  expect((await replay()).stdout).toMatch(/3 rows are in the landing folder already\nnothing to replay\n$/);
  const last = await replay(mended.replace('"4""x"', '4'));
  expect(last.stdout).toMatch(/^3 rows are in the landing folder already\n1 row in 1 new file/);
  expect((await run()).code).toBe(0);
  expect(await work.query("SELECT count(*) AS n FROM ops.quarantine WHERE status = 'open'")).toEqual([{ n: 0 }]);
  expect((await quarantine('export')).stderr).toMatch(/nothing .* is in quarantine/);

  const [expected, after] = [await work.query(TABLE), await work.query(STATUSES)];
  rmSync(work.state, { recursive: true });
  await run();
  expect(await work.query(TABLE)).toEqual(expected);
  expect(await work.query(STATUSES)).toEqual(after);
}, 60_000);

describe('what is told, and nothing is written', () => {
  it('lines that do not say which row they are', async () => {
    const csv = await exported();
    const wrong = csv.replace(`${FILE},3,1`, `${FILE},x,1`).replace(`${FILE},5,1`, `${FILE},5,`);
    const { code, stderr } = await replay(wrong);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/edit\.csv:3: has "x" as its _row_number.*edit\.csv:5: has "" as its _load_id/s),
    });
    expect(replayed()).toEqual([]);
    expect((await replay(csv)).stdout).toMatch(/^4 rows are as they were and stay in quarantine\nnothing to replay\n$/);
  }, 60_000);

  it('a file that is not there, one that would be overwritten, several tables at once', async () => {
    await exported();
    expect(await quarantine('replay', 'none.csv', '--landing', work.landing)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/none\.csv: can't be read/),
    });
    expect((await quarantine('replay')).code).toBe(2);
    expect((await quarantine('mend')).code).toBe(2);
    const out = ['export', '--dataset', 'learnplatform', '--table', 'engagement', '--out', edited()];
    expect((await quarantine(...out)).stdout).toMatch(
      /^4 rows of learnplatform\.engagement in .*\n.*quarantine replay/,
    );
    expect(readFileSync(edited(), 'utf8')).toMatch(/^_source_file,/);
    expect(await quarantine(...out)).toMatchObject({ code: 1, stderr: expect.stringMatching(/is there already/) });
    work.drop('learnplatform/districts_info.csv', 'district_id\nx\n');
    await run();
    expect(await quarantine('export')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--table districts .*--table engagement/),
    });
  }, 60_000);
});

describe('of a table with protected columns', () => {
  const CONTRACT = `${SHOP}
    description: One thing sold.
    customProperties:
      - {property: landing, value: '*.csv'}
      - {property: load, value: append}
      - {property: identity, value: [card, price]}
    properties:
      - {name: card, logicalType: string, required: true, customProperties: [{property: protect, value: hmac}]}
      - {name: price, logicalType: integer, required: true}
`;
  const KEY = 'a key of the tests that is long enough';
  const hmac = (value: string) => createHmac('sha256', KEY).update(value).digest('hex');

  it('an export has no card, and only a card typed anew is taken, for what it is', async () => {
    const project = work.project();
    for (const folder of ['contracts', 'queries']) rmSync(join(project, folder), { recursive: true });
    for (const folder of ['contracts', 'queries']) mkdirSync(join(project, folder));
    writeFileSync(join(project, 'contracts/shop.odcs.yaml'), CONTRACT);
    const own = ['--state', work.state, '--project', project];
    const cli = (...args: string[]) => work.cli([...args, ...own], { env: { LANDFALL_PROTECT_KEY: KEY } });
    const load = () => cli('run', '--landing', work.landing, '--no-warehouse');
    const mend = (text: string) => {
      writeFileSync(edited(), text);
      return cli('quarantine', 'replay', edited(), '--landing', work.landing);
    };
    work.drop('shop/1.csv', 'card,price\nann,1\nbob,two\ncid\n');
    await load();
    const { stdout: csv } = await cli('quarantine', 'export');
    expect(csv).toBe(
      [
        '_source_file,_row_number,_load_id,_reasons,card,price,_raw_row',
        'shop/1.csv,2,1,price: not a whole number of 32 bits,,two,',
        'shop/1.csv,3,1,"1 fields, expected 2",,,',
        '',
      ].join('\r\n'),
    );
    expect((await mend(csv)).stdout).toMatch(/^2 rows are as they were/);
    expect((await mend(csv.replace(',,two', ',,2'))).stderr).toContain('lacks its card, which is protected');
    for (const card of ['bob', 'ann'].map(hmac)) {
      expect(await mend(csv.replace(',,two', `,${card},2`))).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('has a protected form as its card'),
      });
    }
    expect((await mend(csv.replace(',,two', ',bob,2').replace('",,,', '",cid,3,'))).stdout).toMatch(/^2 rows in 1 new/);
    await load();
    const rows = await work.query<{ card: string }>('SELECT card FROM shop.purchases ORDER BY price');
    expect(rows.map(({ card }) => card)).toEqual(['ann', 'bob', 'cid'].map(hmac));
  }, 60_000);
});
