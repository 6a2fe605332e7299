/** The check of a pull request: what it may do, what it is made of, and that its own command judges a branch. */

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../support/cli.ts';
import { commitNew, git } from '../support/tea-trade.ts';

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

const TEXT = readFileSync(join(ROOT, '.github/workflows/contracts.yml'), 'utf8');
const workflow = parse(TEXT);
const steps = workflow.jobs.diff.steps as Step[];
const judging = steps.find(({ run }) => run?.includes('contract diff'));

describe('the check of a pull request', () => {
  it('reads, and may do nothing else', () => {
    expect(Object.keys(workflow.on)).toEqual(['pull_request']);
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.jobs.diff.permissions).toBeUndefined();
  });

  it('has every action by the hash of its commit, and its version beside it', () => {
    const used = steps.flatMap(({ uses }) => uses ?? []);
    expect(used.map((action) => action.split('@')[0])).toEqual(['actions/checkout', 'actions/setup-node']);
    for (const action of used) {
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(TEXT).toMatch(new RegExp(`uses: ${action} # v\\d+\\.\\d+\\.\\d+\\n`));
    }
  });

  it('has the history that the base branch is in', () => {
    expect(steps[0]?.with).toEqual({ 'fetch-depth': 0, 'persist-credentials': false });
  });

  it('takes names of branches from the environment alone', () => {
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the workflow's own placeholder
    expect(judging?.env).toEqual({ BASE: 'origin/${{ github.base_ref }}' });
  });
});

describe('its command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-pull-request-'));
  const [origin, clone] = [join(folder, 'origin'), join(folder, 'clone')];
  const contract = () => join(clone, 'contracts/kiosk-sales.odcs.yaml');

  beforeAll(() => {
    const parts = ['adapters', 'cli', 'contracts', 'core', 'dashboard', 'generators', 'queries', 'schemas'];
    for (const part of [...parts, 'package.json', '.gitignore']) {
      cpSync(join(ROOT, part), join(origin, part), { recursive: true });
    }
    commitNew(origin);
    git(folder, 'clone', '--quiet', origin, clone);
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    git(clone, 'checkout', '--quiet', '-b', 'change');
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** As the runner of GitHub's calls it. */
  function judge(): Promise<{ code: unknown; stdout: string }> {
    const env = { ...process.env, BASE: judging?.env?.['BASE']?.replace(/\$\{\{ github\.base_ref \}\}/, 'main') };
    return new Promise((done) => {
      execFile('bash', ['-e', '-c', judging?.run ?? 'exit 9'], { cwd: clone, env }, (error, stdout) =>
        done({ code: error === null ? 0 : error.code, stdout }),
      );
    });
  }

  it.each([
    ['passes where nothing changed', '', '', 0, 'no changes'],
    ['passes a better sentence', 'The kiosk.', 'Which kiosk it was.', 0, '1 change, nothing breaking'],
    ['fails where a limit is narrower', 'minimum: 0, maximum: 100', 'minimum: 0, maximum: 90', 1, 'above 90'],
  ])(
    '%s',
    async (_what, from, to, code, says) => {
      git(clone, 'checkout', '--quiet', '--', 'contracts');
      const text = readFileSync(contract(), 'utf8');
      expect(text).toContain(from);
      writeFileSync(contract(), text.replace(from, to));
      const outcome = await judge();
      expect(outcome).toEqual({ code, stdout: expect.stringContaining(says) });
      expect(outcome.stdout).toMatch(/^\d+ contracts, compared with origin\/main \([0-9a-f]{7}\)\n/);
    },
    60_000,
  );
});
