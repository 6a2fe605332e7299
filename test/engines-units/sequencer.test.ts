import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import Sequencer, { FIRST } from '../engines/sequencer.mjs';

const at = (name: string) => fileURLToPath(new URL(`../engines/${name}.test.ts`, import.meta.url));

it('names files that are there', () => {
  expect(FIRST.filter((name) => !existsSync(at(name)))).toEqual([]);
});

it('begins with those that are named and leaves out none', () => {
  const [first = '', second = ''] = FIRST;
  const short = ['bridge-moto', 'aws/athena'];
  const tests = [...short, second, first].map((name) => ({ path: at(name) }));
  expect(new Sequencer().sort(tests)).toEqual(
    [first, second, 'aws/athena', 'bridge-moto'].map((name) => ({ path: at(name) })),
  );
});
