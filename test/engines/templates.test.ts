/** CloudFormation's own linter over the templates of both stages. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { HANDLERS } from '../../infra/tools/deployer-policy.ts';
import { openStage } from '../infra/stage.ts';
import { engines } from './support/engines.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** CDK says twice what one resource waits for. */
const IGNORED = 'W3005';

/** @returns its findings, a line each */
function lint(paths: readonly string[]): string {
  const linter = join(engines().python('templates'), '..', 'cfn-lint');
  const args = ['--ignore-checks', IGNORED, '--format', 'parseable', '--', ...paths];
  try {
    return execFileSync(linter, args, { encoding: 'utf8' });
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}

test.each(['dev', 'prod'])('the linter finds nothing in the templates of %s', async (stage) => {
  const { app } = await openStage({ stage });
  const paths = app.synth().stacks.map(({ id, template }) => {
    const path = join(folder, `${stage}-${id}.json`);
    writeFileSync(path, JSON.stringify(template));
    return path;
  });
  expect(paths.length).toBeGreaterThan(3);
  expect(lint(paths)).toBe('');
});

test('it would find what is wrong', () => {
  const path = join(folder, 'wrong.json');
  writeFileSync(path, JSON.stringify({ Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { Name: 1 } } } }));
  expect(lint([path])).toContain('E3002');
});

test("the deployer's policy is made of what the handlers of the pinned schemas ask", () => {
  const script = fileURLToPath(new URL('support/handler_permissions.py', import.meta.url));
  const args = [script, ...Object.keys(HANDLERS.types)];
  expect(JSON.parse(execFileSync(engines().python('templates'), args, { encoding: 'utf8' }))).toEqual(HANDLERS);
});
