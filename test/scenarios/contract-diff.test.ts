/** `contract diff` as a person calls it, against revisions and folders. */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Outcome, Workspace } from '../support/cli.ts';
import { BASE, changedTo, FILE } from '../support/contract-pairs/index.ts';
import { commitAll, commitNew, git, teaTrade, write } from '../support/tea-trade.ts';

describe('contract diff', () => {
  const work = new Workspace();
  const root = teaTrade(join(work.root, 'project'));
  let commit: string;
  beforeAll(() => {
    commit = commitNew(root);
  });
  beforeEach(() => write(root, FILE, BASE));
  afterAll(() => work.close());

  const diff = (...args: string[]): Promise<Outcome> => work.cli(['contract', 'diff', ...args, '--project', root]);

  it('ends well where nothing changed', async () => {
    expect(await diff('main')).toEqual({
      code: 0,
      stdout: `1 contract, compared with main (${commit.slice(0, 7)})\nno changes\n`,
      stderr: '',
    });
  });

  it('asks the repository that the project is in, whatever a hook of another says of its own', async () => {
    const env = { GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index', GIT_WORK_TREE: '.' };
    const { code, stdout } = await work.cli(['contract', 'diff', 'main', '--project', root], { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining(commit.slice(0, 7)) });
    const other = join(work.root, 'other');
    commitNew(teaTrade(other));
    git(other, 'branch', 'elsewhere');
    const asked = await work.cli(['contract', 'diff', 'elsewhere', '--project', root], {
      env: { GIT_DIR: join(other, '.git') },
    });
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('no revision "elsewhere"') });
  });

  it('ends well where nothing breaks, and tells what becomes of loaded rows', async () => {
    write(root, FILE, changedTo('a column added that is not required'));
    expect(await diff('HEAD')).toEqual({
      code: 0,
      stdout: `1 contract, compared with HEAD (${commit.slice(0, 7)})

not breaking
  tea_trade.visits.stay: added: integer, not required
    loaded rows: reload, backfill, refresh models; null in rows of files that lack it
    read by: tea_trade.all_visits

what becomes of rows already loaded
  reload: the table's files in the landing folder load again on the next run
  backfill: rows whose files are no longer there stay as they were loaded: drop those files again
  refresh models: models that read the table are made again on the next run

1 change, nothing breaking
`,
      stderr: '',
    });
  });

  it('ends with 1 where something breaks, and names who reads it', async () => {
    write(root, FILE, BASE.replace('value: euros', 'value: cents').replace('minimum: 0', 'minimum: 1'));
    expect(await diff(commit)).toEqual({
      code: 1,
      stdout: `1 contract, compared with ${commit} (${commit.slice(0, 7)})

breaking for readers
  tea_trade.orders.amount: unit cents, was euros
    readers: the figures are read as euros
    loaded rows: nothing; figures stay as they are
    read by: tea_trade.states
    and behind these: tea_trade.best_state
    panels: tea-trade: Paid by state

breaking for senders
  tea_trade.orders.amount: minimum 1, was 0
    senders: rows below 1 go to quarantine
    loaded rows: reload, backfill, refresh models
    read by: tea_trade.states
    and behind these: tea_trade.best_state
    panels: tea-trade: Paid by state

what becomes of rows already loaded
  reload: the table's files in the landing folder load again on the next run
  backfill: rows whose files are no longer there stay as they were loaded: drop those files again
  refresh models: models that read the table are made again on the next run

2 changes: 1 breaking for readers, 1 for senders
`,
      stderr: '',
    });
  });

  it('gives every change as JSON', async () => {
    write(root, FILE, changedTo('no longer published'));
    const { code, stdout } = await diff('main', '--json');
    expect({ code, ...JSON.parse(stdout) }).toEqual({
      code: 1,
      status: 'breaking',
      against: { revision: 'main', commit },
      changes: [
        {
          code: 'table-withdrawn',
          dataset: 'tea-trade',
          tables: ['tea_trade.orders'],
          says: 'no longer published to the warehouse',
          breaks: { readers: 'BI tools no longer find the table' },
          effects: ['publish'],
          readBy: {
            direct: ['tea_trade.states'],
            behind: ['tea_trade.best_state'],
            panels: ['tea-trade: Paid by state'],
          },
        },
      ],
    });
  });

  it('compares with a folder, without git', async () => {
    const older = teaTrade(join(work.root, 'older'));
    write(root, FILE, changedTo('required now'));
    const { code, stdout } = await diff('--against', older, '--json');
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({
      code: 1,
      against: { folder: older },
      changes: [{ code: 'column-required', breaks: { senders: expect.stringContaining('without the header "door"') } }],
    });
    const alone = await work.cli(['contract', 'diff', '--against', older, '--project', root], { env: { PATH: '' } });
    expect(alone.code).toBe(1);
  });

  it('tells of whole data sets, and of a revision that has none', async () => {
    git(root, 'checkout', '--quiet', '--orphan', 'bare');
    git(root, 'rm', '--quiet', '-r', '--cached', '.');
    git(root, 'commit', '--quiet', '--allow-empty', '--message', 'Nothing yet');
    git(root, 'symbolic-ref', 'HEAD', 'refs/heads/main');
    git(root, 'reset', '--quiet', '--hard', commit);
    const fresh = await diff('bare');
    expect(fresh.code).toBe(0);
    expect(fresh.stdout).toContain('not breaking\n  tea-trade: added\n');
    write(root, 'contracts/tea-shop.odcs.yaml', BASE.replace('name: tea-trade', 'name: tea-shop'));
    const two = commitAll(root, 'A shop beside it');
    rmSync(join(root, 'contracts/tea-shop.odcs.yaml'));
    const gone = await diff(two);
    expect(gone.code).toBe(1);
    expect(gone.stdout).toContain('breaking for readers and senders\n  tea-shop: removed\n');
    git(root, 'reset', '--quiet', '--hard', commit);
  });

  it('names models that still read a table that is gone', async () => {
    write(root, FILE, changedTo('a table removed').replaceAll('visits', 'guests'));
    const { code, stdout } = await diff('main');
    expect(code).toBe(1);
    expect(stdout).toContain('  tea_trade.visits: renamed to tea_trade.guests\n');
    expect(stdout).toMatch(/tea_trade\.visits: renamed[^:]*\n( {4}.*\n)* {4}read by: tea_trade\.all_visits\n/);
  });

  describe('ends with 2, and says why,', () => {
    it.each([
      ['without a revision', []],
      ['with two', ['main', 'HEAD']],
      ['with an empty one', ['']],
      ['with a revision and a folder', ['main', '--against', root]],
    ])('%s', async (_how, args) => {
      const { code, stderr } = await diff(...args);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: 'expected: landfall contract diff REV, or landfall contract diff --against DIR (see --help)\n',
      });
    });

    it.each(['no-such-branch', 'HEAD~99', 'main:contracts', '--output=stolen'])('of %s', async (revision) => {
      const { code, stdout, stderr } = await work.cli(['contract', 'diff', '--project', root, '--', revision]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toBe(
        `there is no revision "${revision}", expected a branch, a tag or a commit (git branch --all lists branches; a shallow clone lacks most of them: git fetch --unshallow)\n`,
      );
      expect(existsSync(join(root, 'stolen')) || existsSync(join(work.root, 'stolen'))).toBe(false);
    });

    it('where there is no repository', async () => {
      const alone = teaTrade(join(work.root, 'alone'));
      const { code, stderr } = await work.cli(['contract', 'diff', 'main', '--project', alone]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `${alone}: is in no git repository, which has revisions (landfall contract diff --against DIR compares with a folder, without git)\n`,
      });
    });

    it('where there is no git', async () => {
      const { code, stderr } = await work.cli(['contract', 'diff', 'main', '--project', root], { env: { PATH: '' } });
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr:
          'there is no git, which tells of revisions (install it, or compare with a folder: landfall contract diff --against DIR)\n',
      });
    });

    it('of a contract that can be read no more', async () => {
      write(root, FILE, BASE.replace('classification: internal', 'clasification: internal'));
      commitAll(root, 'A slip');
      write(root, FILE, BASE);
      const { code, stdout, stderr } = await diff('HEAD', '--json');
      expect({ code, status: JSON.parse(stdout).status }).toEqual({ code: 2, status: 'failed' });
      expect(stderr).toContain('HEAD:contracts/tea-trade.odcs.yaml:');
      expect(stderr).toContain('unknown key "clasification"');
      expect(stderr).toContain("the contracts of HEAD can't be read, so nothing can be compared with them");
      git(root, 'reset', '--quiet', '--hard', commit);
    });

    it('of a contract of today that has a mistake, and of a folder without any', async () => {
      write(root, FILE, BASE.replace('classification: internal', 'clasification: internal'));
      expect((await diff('main')).stderr).toMatch(/^contracts\/tea-trade\.odcs\.yaml:\d+:\d+: /);
      write(root, FILE, BASE);
      expect(await diff('--against', join(work.root, 'nowhere'))).toMatchObject({ code: 2 });
    });
  });
});
