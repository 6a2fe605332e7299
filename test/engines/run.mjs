#!/usr/bin/env node
// Installs and starts the engines, runs their tests, stops them. usage: npm run test:engines [-- JEST'S OPTIONS…]
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { withEngines } from './servers/engines.mjs';
import { readParity, renderParity } from './support/parity-table.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

/** Two files of tests at a time, each on engines of its own; one alone, where only some are asked for. */
const asked = process.argv.slice(2);
const isAll = asked.every((one) => one.startsWith('-') && !one.startsWith('--testPathPattern'));
const pairs = isAll ? Math.min(2, availableParallelism()) : 1;

await withEngines({ pairs, name: 'engines' }, async ({ folder, run }) => {
  const args = ['--config', 'test/engines/jest.config.json', '--maxWorkers', String(pairs), ...asked];
  const code = await run([...JEST, ...args], ROOT);
  const table = renderParity(readParity(folder));
  if (table !== '') process.stdout.write(`\n${table}`);
  return code;
});
