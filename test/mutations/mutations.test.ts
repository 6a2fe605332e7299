/** A mutation whose text has gone from its file breaks no rule any more; running them all would tell only much later. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { MUTATIONS } from './mutations.mjs';

const inRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

it.each(Object.entries(MUTATIONS))('%s', (_name, { file, from, to, tests = [] }) => {
  expect(readFileSync(inRoot(file), 'utf8').split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
  expect(tests.filter((test) => !existsSync(inRoot(test)))).toEqual([]);
});
