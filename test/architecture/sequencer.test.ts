/** The order in which the scenarios and the browser's tests are run. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import Sequencer, { FIRST } from '../support/sequencer.mjs';

const at = (name: string) => fileURLToPath(new URL(`../${name}.test.ts`, import.meta.url));

it('names files that are there', () => {
  expect(FIRST.filter((name) => !existsSync(at(name)))).toEqual([]);
});

it('begins with those that are named, goes on by size, and leaves out none', () => {
  const [first = '', second = ''] = FIRST;
  const test = (name: string, size: number) => ({ path: at(name), context: { hasteFS: { getSize: () => size } } });
  const [short, long] = [test('golden/infer', 1), test('scenarios/forget', 9)];
  expect(new Sequencer().sort([short, long, test(second, 2), test(first, 1)]).map(({ path }) => path)).toEqual([
    at(first),
    at(second),
    long.path,
    short.path,
  ]);
});
