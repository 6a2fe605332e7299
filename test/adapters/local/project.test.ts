/** A project that is remembered is the one that is parsed, and no mistake hides behind what is remembered. */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openProject, readProject } from '../../../adapters/local/project.ts';
import { ROOT } from '../../support/cli.ts';

let root: string;
let bundle: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'landfall-project-'));
  bundle = join(root, 'bundle');
  mkdirSync(bundle);
  for (const folder of ['contracts', 'queries']) cpSync(join(ROOT, folder), join(root, folder), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const open = async () => (await openProject(root, bundle)).load();
const remembered = () => readdirSync(bundle);

it('what is remembered is what was parsed', async () => {
  const { project } = await readProject(root);
  expect(await open()).toEqual(project);
  const [file = ''] = remembered();
  writeFileSync(join(bundle, file), readFileSync(join(bundle, file), 'utf8').replace('"contracts"', '"contracts" '));
  const again = await openProject(root, bundle);
  expect(again.contracts).toEqual(project.contracts);
  expect(await again.load()).toEqual(project);
  expect(remembered()).toEqual([file]);
});

it('a change is seen, and a mistake is told though the project was remembered before', async () => {
  await open();
  const file = join(root, 'queries', 'kiosk-sales', 'top_products.yml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('description:', 'descripton:'));
  await expect(open()).rejects.toThrow(/top_products.yml:1:1: .*did you mean "?description/);
  expect(remembered()).toHaveLength(1);
  writeFileSync(file, text.replace('description: ', 'description: Really '));
  const { models } = await open();
  expect(models.find(({ table }) => table === 'kiosk_sales.top_products')?.description).toMatch(/^Really /);
  expect(remembered()).toHaveLength(2);
});

it('what was cut off while it was written is parsed anew', async () => {
  const project = await open();
  const [file = ''] = remembered();
  writeFileSync(join(bundle, file), '{"contracts": [');
  expect(await open()).toEqual(project);
});
