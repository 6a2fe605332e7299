/** Tests leave nothing in the temporary folder of the machine, however they end. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'landfall-temporary-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SETUP = new URL('../support/own-temporary-folder.mjs', import.meta.url).href;
const SCRIPT = `
  const { default: ownTemporaryFolder } = await import(${JSON.stringify(SETUP)});
  const { tmpdir } = await import('node:os');
  const { writeFileSync } = await import('node:fs');
  ownTemporaryFolder();
  ownTemporaryFolder();
  writeFileSync(tmpdir() + '/left', '');
  console.log(tmpdir());
  if (process.argv[1] === 'waits') setInterval(() => {}, 1000);
`;

/** @returns the folder that the process had, once it is over */
async function folderOf(how: 'ends' | 'waits', signal?: NodeJS.Signals) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT, how], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const over = once(child, 'close');
  const [own] = await once(child.stdout.setEncoding('utf8'), 'data');
  if (signal !== undefined) {
    expect(existsSync(join(own.trim(), 'left'))).toBe(true);
    child.kill(signal);
  }
  const [code] = await over;
  return { own: own.trim(), code };
}

test.each([
  ['ends', undefined, 0],
  ['waits', 'SIGINT', 130],
  ['waits', 'SIGTERM', 143],
] as const)('of a run that %s (%s)', async (how, signal, code) => {
  const found = await folderOf(how, signal);
  expect(found.code).toBe(code);
  expect(dirname(found.own)).toBe(folder);
  expect(existsSync(found.own)).toBe(false);
  expect(existsSync(folder)).toBe(true);
});

test('this run has one', () => {
  expect(process.env['TMPDIR']).toMatch(/landfall-tests-\w+$/);
  expect(tmpdir()).toBe(process.env['TMPDIR']);
  // For every account, and nobody removes what is another's.
  expect(statSync(tmpdir()).mode & 0o7777).toBe(0o1777);
});
