/** Commands that are asked of a deployed stage: what goes with no stage is refused before anything is asked. */

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
beforeAll(() => {
  work = new Workspace();
});
afterAll(() => work.close());

it.each([
  [['run', '--landing', 'here'], '--landing goes with no --target aws'],
  [['run', '--state=there'], '--state goes with no --target aws'],
  [['run', '--project', 'p'], '--project goes with no --target aws'],
  [['run', '--no-warehouse'], '--no-warehouse goes with no --target aws'],
  [['run', '--dry-run'], '--dry-run goes with no --target aws'],
  [['status', '--state', 'there'], '--state goes with no --target aws'],
  [['quarantine', 'list', '--state=there'], '--state goes with no --target aws'],
  [['quarantine', 'replay', 'a.csv', '--landing', 'here'], '--landing goes with no --target aws'],
  [['pull', '--url', 'https://a.example'], '--url goes with no --target aws'],
  [['run', '--model', 'a.b', '--full'], '--model loads nothing'],
  [['run', '--stage', 'Prod!'], '--stage "Prod!"'],
])('%j is a usage error', async (args, message) => {
  const { code, stdout, stderr } = await work.cli([...args, '--target', 'aws']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
});

it('a target that there is not is a usage error', async () => {
  const { code, stderr } = await work.cli(['run', '--target', 'moon']);
  expect(code).toBe(2);
  expect(stderr).toContain('unknown target "moon", expected local or aws');
});
