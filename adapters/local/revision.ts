/** Contracts as a git revision has them. Git is asked without a shell, and nothing is checked out. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { checkContracts, parseContract } from '../../core/contracts/parse.ts';
import type { Contract } from '../../core/contracts/types.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';

const execute = promisify(execFile);
/** No contract is larger. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface Revision {
  /** The full hash of the commit. */
  readonly commit: string;
  readonly contracts: readonly Contract[];
}

/**
 * @param root the project's folder, in a git repository; a revision without its `contracts/` has none
 * @throws LandfallError exit code 2 where the folder is in no repository, it has no such revision, or a contract there can't
 * be read any more
 */
export async function contractsAt(root: string, revision: string): Promise<Revision> {
  const commit = await commitOf(root, revision);
  const listed = await git(root, ['ls-tree', '-z', '--name-only', commit, 'contracts/']);
  const files = listed.split('\0').filter((file) => /^contracts\/[^.][^/]*[.]odcs[.]yaml$/.test(file));
  const contracts: Contract[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const parsed = parseContract(await git(root, ['show', `${commit}:./${file}`]), `${revision}:${file}`);
    problems.push(...parsed.problems);
    if (parsed.contract !== undefined) contracts.push(parsed.contract);
  }
  problems.push(...checkContracts(contracts));
  if (problems.length === 0) return { commit, contracts };
  const message = `the contracts of ${revision} can't be read, so nothing can be compared with them`;
  const hint = 'compare with a later revision, or with a folder of contracts that can be read: --against DIR';
  throw new LandfallError([...problems, { code: 'revision-unreadable', message, hint }], 2);
}

async function commitOf(root: string, revision: string): Promise<string> {
  try {
    const found = await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]);
    return found.trim();
  } catch (error) {
    if (error instanceof LandfallError) throw error;
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code !== 1) throw notAsked(root, stderr);
    const message = `there is no revision ${JSON.stringify(revision)}, expected a branch, a tag or a commit`;
    const hint = 'git branch --all lists branches; a shallow clone lacks most of them: git fetch --unshallow';
    throw new LandfallError({ code: 'unknown-revision', message, hint }, 2);
  }
}

/** @param stderr of git, whose first line says why */
function notAsked(root: string, stderr: string): LandfallError {
  const said = stderr.split('\n')[0] ?? '';
  const isNone = said.includes('not a git repository');
  const message = isNone ? 'is in no git repository, which has revisions' : `git can't be asked: ${said}`;
  const hint = 'landfall contract diff --against DIR compares with a folder, without git';
  return new LandfallError({ code: isNone ? 'no-repository' : 'git-failed', file: root, message, hint }, 2);
}

/**
 * What git prints of the repository that the folder is in: a hook's variables name that of whoever called, by a path that
 * leads there from elsewhere.
 * @throws what `execFile` does, where it ends otherwise than well; LandfallError where there is no git
 */
async function git(root: string, args: readonly string[]): Promise<string> {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...others } = process.env;
  const env = { ...others, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' };
  try {
    const { stdout } = await execute('git', ['-C', root, ...args], { maxBuffer: MOST_BYTES, env });
    return stdout;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const hint = 'install it, or compare with a folder: landfall contract diff --against DIR';
    throw new LandfallError({ code: 'no-git', message: 'there is no git, which tells of revisions', hint }, 2);
  }
}
