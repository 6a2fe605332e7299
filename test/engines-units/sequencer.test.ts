import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import Sequencer, { LONG } from '../engines/sequencer.mjs';

const at = (name: string) => fileURLToPath(new URL(`../engines/${name}.test.ts`, import.meta.url));

it('names files that are there', () => {
  expect(LONG.filter((name) => !existsSync(at(name)))).toEqual([]);
});

it('begins with the longest and leaves out none', () => {
  const [first = '', second = ''] = LONG;
  const short = ['bridge-moto', 'aws/athena'];
  const tests = [...short, second, first].map((name) => ({ path: at(name) }));
  expect(new Sequencer().sort(tests)).toEqual(
    [first, second, 'aws/athena', 'bridge-moto'].map((name) => ({ path: at(name) })),
  );
});
