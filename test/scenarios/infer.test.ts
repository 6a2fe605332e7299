/** From files that nobody described to tables: infer, check, run, by the command line alone. */

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseContract } from '../../core/contracts/parse.ts';
import { generatorFor } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { Workspace } from '../support/cli.ts';
import { compareContracts } from '../support/compare-contracts.ts';

let work: Workspace;
beforeEach(() => {
  work = new Workspace();
});
afterEach(() => work.close());

async function generate(dataset: string, scale: number): Promise<void> {
  const generator = generatorFor(dataset);
  if (generator === undefined) throw new Error(`there is no generator for ${dataset}`);
  await writeDataset(generator, { out: work.landing, scale, seed: 7 });
}

/** A project of one contract, inferred from what landed. */
async function inferred(dataset: string): Promise<{ project: string; file: string }> {
  const project = join(work.root, 'inferred');
  for (const folder of ['contracts', 'queries']) mkdirSync(join(project, folder), { recursive: true });
  const file = join(project, 'contracts', `${dataset}.odcs.yaml`);
  const outcome = await work.cli(['contract', 'infer', join(work.landing, dataset), '--out', file]);
  expect(outcome).toMatchObject({ code: 0, stdout: '' });
  expect(outcome.stderr).toContain(`landfall run --dataset ${dataset} --project`);
  expect(await work.cli(['contract', 'check', '--project', project])).toMatchObject({ code: 0 });
  return { project, file };
}

async function load(state: string, dataset: string, ...more: string[]): Promise<void> {
  const own = ['--state', join(work.root, state), '--landing', work.landing, '--dataset', dataset];
  const { code, stderr } = await work.cli(['run', ...own, '--no-warehouse', ...more]);
  if (code !== 0 && code !== 3) throw new Error(`the run ended with ${code}: ${stderr}`);
}

async function rows(state: string, sql: string): Promise<string> {
  const { code, stdout, stderr } = await work.cli(['query', sql, '--state', join(work.root, state), '--format', 'csv']);
  if (code !== 0) throw new Error(`${stderr}\n${sql}`);
  return stdout.slice(stdout.indexOf('\n') + 1);
}

describe.each([
  ['kiosk-sales', 0.02],
  ['learnplatform', 0.002],
  ['course-engagement', 0.02],
  ['app-installs', 1],
])('%s', (dataset, scale) => {
  it('is proposed as a person wrote it, and loads the same rows', async () => {
    await generate(dataset, scale);
    const { project, file } = await inferred(dataset);
    const name = `${dataset}.odcs.yaml`;
    const { contract: written } = parseContract(readFileSync(`contracts/${name}`, 'utf8'), name);
    const { contract: proposed } = parseContract(readFileSync(file, 'utf8'), name);
    if (written === undefined || proposed === undefined) throw new Error('a contract has mistakes');
    const compared = compareContracts(written, proposed);
    expect(compared.loadsAlike).toBe(compared.loads);
    expect(
      compared.differences.filter(
        (what) => !/: (name|required|partitionBy|not written)|function_(category|group)/.test(what),
      ),
    ).toEqual([]);
    await load('written', dataset);
    await load('proposed', dataset, '--project', project);
    for (const table of written.tables) {
      const own = proposed.tables.find(({ landing }) => landing === table.landing);
      if (own === undefined) throw new Error(`no table lands ${table.landing}`);
      const pairs = table.columns.flatMap((column) => {
        const same = own.columns.find(
          (one) => JSON.stringify([one.source, one.parse]) === JSON.stringify([column.source, column.parse]),
        );
        return same === undefined ? [] : [[column.name, same.name] as const];
      });
      const sorted = (schema: string, from: string, names: readonly string[]) =>
        `SELECT ${names.join(', ')} FROM ${schema}.${from} ORDER BY ${names.map((_, index) => `${index + 1} NULLS FIRST`).join(', ')}`;
      const ours = await rows(
        'written',
        sorted(
          written.schema,
          table.name,
          pairs.map(([name]) => name),
        ),
      );
      expect(ours.length).toBeGreaterThan(0);
      expect(
        await rows(
          'proposed',
          sorted(
            proposed.schema,
            own.name,
            pairs.map(([, name]) => name),
          ),
        ),
      ).toBe(ours);
    }
  }, 120_000);
});

describe('files that can not land as they are', () => {
  it.each([
    ['a;b\n1;2,5\n', /separated by ";".*export the file with commas/],
    ['a\tb\n1\t2\n', /separated by a tab/],
    ['1,Ann,2020-01-31\n2,Bob,2020-02-01\n', /first line looks like a row.*names the columns/],
    ['Ann,Paris\nBob,Rome\nAnn,Rome\nBob,Paris\n', /first line looks like a row/],
    ['Report of May\n\nid,amount\n1,2\n3,4\n', /first line has one field.*delete what stands above/],
    ['a,a\n1,2\n', /"a" twice.*a name of its own/],
    [',a\n1,2\n', /column 1 of the header has no name/],
    ['', /empty file/],
    ['a,b\n', /a header and no rows/],
    ['a,b\r1,2\r', /lines end in CR alone/],
    [Buffer.from('name\nM\u00fcller\nJ\u00e4ger\n', 'latin1'), /not UTF-8.*save the file as UTF-8/],
    [Buffer.from('id,name\n1,x\n', 'utf16le'), /UTF-16/],
    [Buffer.from('PK\u0003\u0004\u0014\u0000\u0006\u0000'), /spreadsheet/],
    [`${Array.from({ length: 1601 }, (_, i) => `v${i}`).join(',')}\n`, /1601 columns.*1600 at most/],
  ])('%j', async (content, expected) => {
    work.drop('shop/x.csv', content);
    const { code, stdout, stderr } = await work.cli(['contract', 'infer', join(work.landing, 'shop/x.csv')]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(expected);
  });

  it.each([
    ['[{"a": 1}]\n', /one JSON object/],
    ['{\n"a": 1\n}\n', /one JSON object/],
  ])('%j', async (content, expected) => {
    work.drop('shop/x.ndjson', content);
    const { code, stderr } = await work.cli(['contract', 'infer', join(work.landing, 'shop/x.ndjson')]);
    expect(code).toBe(1);
    expect(stderr).toMatch(expected);
  });

  it('all of them are told at once', async () => {
    work.drop('shop/x.csv', 'a;b\n1;2\n');
    work.drop('shop/y.json', '{}');
    const paths = ['x.csv', 'y.json', 'z.csv'].map((name) => join(work.landing, 'shop', name));
    const { code, stderr } = await work.cli(['contract', 'infer', ...paths]);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toHaveLength(3);
  });
});

it('a contract is not written over, and is called after its data set', async () => {
  work.drop('shop/x.csv', 'a,b\n1,2\n');
  const infer = (...args: string[]) => work.cli(['contract', 'infer', join(work.landing, 'shop/x.csv'), ...args]);
  writeFileSync(join(work.root, 'shop.odcs.yaml'), 'mine');
  expect(await infer('--out', 'shop.odcs.yaml')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/there already/),
  });
  expect(await infer('--out', 'shop.yaml')).toMatchObject({ code: 2 });
  expect(await infer('--out', 'other.odcs.yaml', '--dataset', 'shop')).toMatchObject({ code: 2 });
  expect(await infer('--dataset', 'Shop')).toMatchObject({ code: 2, stderr: expect.stringMatching(/such as shop/) });
  expect(readFileSync(join(work.root, 'shop.odcs.yaml'), 'utf8')).toBe('mine');
  expect(await infer('--out', 'shop.odcs.yaml/shop.odcs.yaml')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^shop.odcs.yaml.shop.odcs.yaml: can't be written: E/),
  });
  expect(await infer('--out', 'new/contracts/shop.odcs.yaml')).toMatchObject({ code: 0 });
  expect(readFileSync(join(work.root, 'new/contracts/shop.odcs.yaml'), 'utf8')).toContain('name: shop');
});

it('a folder stands for the files in it, and not for what links lead to', async () => {
  work.drop('shop/x.csv', 'a,b\n1,2\n');
  work.drop('shop/folder.csv/y.csv', 'c,d\n1,2\n');
  work.drop('other/z.csv', 'e,f\n1,2\n');
  symlinkSync('.', join(work.landing, 'shop/circle'));
  symlinkSync('../other', join(work.landing, 'shop/other'));
  symlinkSync('nowhere.csv', join(work.landing, 'shop/nothing.csv'));
  symlinkSync('landing/shop', join(work.root, 'shop'));
  for (const folder of [join(work.landing, 'shop'), 'shop']) {
    const { code, stdout } = await work.cli(['contract', 'infer', folder]);
    expect({ code, globs: stdout.match(/(?<=landing, value: ).*(?=})/g) }).toEqual({
      code: 0,
      globs: ['folder.csv/y.csv', 'x.csv'],
    });
  }
});
