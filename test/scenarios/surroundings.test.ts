/** What surrounds a run is missing, full or closed: a clear message, the right exit code, nothing half done. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
beforeEach(() => {
  work = new Workspace();
});
afterEach(() => work.close());

const clear = (text: string) => expect(text).not.toMatch(/\n\s+at |node:internal|undefined/);

it('no landing folder: exit code 2', async () => {
  const { code, stderr } = await work.run();
  expect(code).toBe(2);
  expect(stderr).toMatch(/landing: there is no such landing folder .*--landing/);
  clear(stderr);
});

it('a landing folder that is a file: exit code 1', async () => {
  writeFileSync(work.landing, 'x');
  const { code, stderr } = await work.run();
  expect(code).toBe(1);
  expect(stderr).toMatch(/expected a folder, found a file/);
});

it("a landing folder that can't be read: exit code 1", async () => {
  mkdirSync(work.landing, { mode: 0o700 });
  chmodSync(work.root, 0o777);
  // Whoever runs as root reads everything, so another user asks.
  const root = process.getuid?.() === 0;
  if (!root) chmodSync(work.landing, 0o000);
  const nobody = 65534;
  const { code, stderr } = await work.cli(
    ['run', '--state', work.state, '--landing', work.landing],
    root ? { uid: nobody, env: { HOME: work.root } } : {},
  );
  expect(stderr).toMatch(/the landing folder can't be read: EACCES.*check its permissions/);
  expect(code).toBe(1);
  clear(stderr);
});

it('a contract with a misspelt key: exit code 1, with its place and the nearest key', async () => {
  mkdirSync(work.landing);
  const project = work.project();
  const file = join(project, 'contracts', 'learnplatform.odcs.yaml');
  const text = readFileSync(file, 'utf8');
  const line = text.split('\n').findIndex((entry) => /required: true/.test(entry)) + 1;
  writeFileSync(file, text.replace('required: true', 'requierd: true'));
  const { code, stderr } = await work.run('--project', project);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`contracts/learnplatform.odcs.yaml:${line}:\\d+: .*requierd.*did you mean "?required`),
  );
  const check = await work.cli(['contract', 'check', '--project', project]);
  expect(check.code).toBe(1);
  expect(check.stdout).toMatch(/requierd.*did you mean "?required/);
});

it('a state of another version: exit code 1', async () => {
  mkdirSync(work.landing);
  mkdirSync(work.state);
  writeFileSync(join(work.state, 'version'), '99\n');
  const { code, stderr } = await work.run();
  expect(code).toBe(1);
  expect(stderr).toMatch(/made by version 99 .*move it away/);
});

it('a lake that is none: exit code 1', async () => {
  mkdirSync(work.landing);
  mkdirSync(work.state);
  writeFileSync(
    join(work.state, 'lake.duckdb'),
    'not a database at all, but long enough to be read as one\n'.repeat(200),
  );
  const { code, stderr } = await work.run();
  expect(code).toBe(1);
  expect(stderr).toMatch(/lake.duckdb.*move the state folder away/s);
  clear(stderr);
});

describe('a full disk', () => {
  const disk = () => join(work.root, 'disk');
  const mounted = () => {
    mkdirSync(disk());
    return (
      process.getuid?.() === 0 && spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk()]).status === 0
    );
  };
  afterEach(() => {
    spawnSync('umount', [disk()]);
  });

  it('exit code 1, and once there is room again the run finishes', async () => {
    await work.sample(0.02);
    if (!mounted()) {
      console.warn('skipped: mounting a small tmpfs needs root');
      return;
    }
    const state = join(disk(), 'state');
    const full = await work.cli(['run', '--landing', work.landing, '--state', state]);
    expect(full.stderr).toMatch(/disk is full/);
    expect(full.code).toBe(1);
    clear(full.stderr);
    expect(spawnSync('mount', ['-o', 'remount,size=500m', disk()]).status).toBe(0);
    const again = await work.cli(['run', '--landing', work.landing, '--state', state]);
    expect([0, 3]).toContain(again.code);
    const { stdout } = await work.cli([
      'query',
      'SELECT count(*) > 1000 AS all FROM learnplatform.engagement',
      '--state',
      state,
      '--format',
      'csv',
    ]);
    expect(stdout).toBe('all\r\ntrue\r\n');
  }, 60_000);
});
