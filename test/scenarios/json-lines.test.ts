/** JSON lines by the command line alone: check, run, export, mend, replay. */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';
import { SHOP } from '../support/shop-contract.ts';

let work: Workspace;
beforeEach(() => {
  work = new Workspace();
});
afterEach(() => work.close());

const CONTRACT = `${SHOP}
    description: One thing sold.
    customProperties:
      - {property: landing, value: 'sold/*.ndjson'}
      - {property: format, value: ndjson}
      - {property: load, value: merge}
    properties:
      - {name: item, logicalType: string, required: true, primaryKey: true, customProperties: [{property: source, value: data.id}]}
      - {name: price, logicalType: integer, customProperties: [{property: source, value: data.price}]}
      - {name: note, logicalType: string}
      - name: colours
        logicalType: integer
        customProperties:
          - {property: source, value: data.colours}
          - {property: parse, value: count}
`;

it('export, edit, replay, run: the rows stand in the table, here and in a lake made anew', async () => {
  const project = work.project();
  for (const folder of ['contracts', 'queries']) rmSync(join(project, folder), { recursive: true });
  for (const folder of ['contracts', 'queries']) mkdirSync(join(project, folder));
  writeFileSync(join(project, 'contracts/shop.odcs.yaml'), CONTRACT);
  const own = ['--state', work.state, '--project', project];
  const edited = join(work.root, 'edit.csv');
  const cli = (...args: string[]) => work.cli([...args, ...own]);
  const load = () => cli('run', '--landing', work.landing, '--no-warehouse');
  const rows = async (state = work.state) => {
    const sql = 'SELECT item, price, note, colours FROM shop.purchases ORDER BY item';
    return (await work.cli(['query', sql, '--format', 'csv', '--state', state])).stdout.trim();
  };
  const mend = (text: string) => {
    writeFileSync(edited, text);
    return cli('quarantine', 'replay', edited, '--landing', work.landing);
  };
  const file = 'shop/sold/1.ndjson';
  work.drop(
    file,
    [
      '{"data":{"id":"a","price":1,"colours":["red"]},"note":"one"}',
      '{"data":{"id":"b","price":"two","colours":["red", "blue"]},"note":"two, \\"too\\""}',
      '{"data":{"id":"c","price":12345678901234567890,"colours":3},"note":{"a":1.50}}',
      '{"data":{"id":"d"',
      '',
    ].join('\n'),
  );
  expect(await load()).toMatchObject({ code: 3, stdout: expect.stringContaining('3 rows in quarantine') });
  const { stdout: csv } = await cli('quarantine', 'export');
  expect(csv).toBe(
    [
      '_source_file,_row_number,_load_id,_reasons,data.id,data.price,note,data.colours,_raw_row',
      `${file},2,1,price: not a whole number of 32 bits,b,two,"two, ""too""","[""red"",""blue""]",`,
      `${file},3,1,"colours: not a list; note: an object, expected one value; price: not a whole number of 32 bits",c,12345678901234567890,"{""a"":1.5}",3,`,
      `${file},4,1,not a JSON object,,,,,"{""data"":{""id"":""d"""`,
      '',
    ].join('\r\n'),
  );
  expect((await mend(csv)).stdout).toMatch(/^3 rows are as they were/);
  const half = csv
    .replace(',two,', ',2,')
    .replace(',12345678901234567890,', ',3,')
    .replace(',,,,,"{', ',d,4,four,"[ ""x"" ,\n[]]","{');
  expect(await mend(half)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('row 3 of shop/sold/1.ndjson its data.colours is not a list'),
  });
  const mended = half.replace(',3,\r\n', ',"[1,2,3]",\r\n');
  expect(await mend(mended)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^3 rows in 1 new file/) });
  const [folder = ''] = readdirSync(join(work.landing, 'shop/_replay/purchases'));
  const written = readFileSync(join(work.landing, 'shop/_replay/purchases', folder, '1.ndjson'), 'utf8');
  const data = written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(data).toMatchObject([
    {
      _source_file: file,
      _row_number: '2',
      data: { id: 'b', price: '2', colours: ['red', 'blue'] },
      note: 'two, "too"',
    },
    { _row_number: '3', data: { id: 'c', price: '3', colours: [1, 2, 3] }, note: { a: 1.5 } },
    { _row_number: '4', data: { id: 'd', price: '4', colours: ['x', []] }, note: 'four' },
  ]);
  expect((await mend(mended)).stdout).toMatch(/^3 rows are in the landing folder already\nnothing to replay/);
  await load();
  const standing = 'item,price,note,colours\r\na,1,one,1\r\nb,2,"two, ""too""",2\r\nd,4,four,2';
  expect(await rows()).toBe(standing);
  // What was left as it was, an object, fails again.
  const again = (await cli('quarantine', 'export')).stdout;
  expect(again).toContain(`${file.replace('sold', `_replay/purchases/${folder}`)},2,`);
  expect(await mend(again.replace('"{""a"":1.5}"', '{}'))).toMatchObject({ code: 0 });
  await load();
  expect(await rows()).toContain('c,3,{},3');
  const state = join(work.root, 'fresh');
  await work.cli(['run', '--landing', work.landing, '--no-warehouse', '--state', state, '--project', project]);
  expect(await rows(state)).toBe(await rows());
}, 120_000);

it('says what is wrong with a contract, by line and column', async () => {
  const project = work.project();
  writeFileSync(
    join(project, 'contracts/shop.odcs.yaml'),
    CONTRACT.replace('{property: format, value: ndjson}', '{property: format, value: csv}'),
  );
  const { code, stdout } = await work.cli(['contract', 'check', '--project', project]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/shop\.odcs\.yaml:12:36: the landing glob "sold\/\*\.ndjson" must end in \.csv/);
  expect(stdout).toMatch(/shop\.odcs\.yaml:23:38: parse count is for lists/);
});
