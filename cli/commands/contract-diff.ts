import { parseArgs } from 'node:util';
import { modelTrees } from '../../adapters/local/model-trees.ts';
import { readContracts } from '../../adapters/local/parse-project.ts';
import { readProject, SHIPPED } from '../../adapters/local/project.ts';
import { contractsAt } from '../../adapters/local/revision.ts';
import { diffContracts } from '../../core/contracts/diff/diff.ts';
import { type Readers, readersIn } from '../../core/contracts/diff/readers.ts';
import { type Change, isBreaking } from '../../core/contracts/diff/types.ts';
import type { Contract } from '../../core/contracts/types.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import { counted } from '../../core/words.ts';
import { PROJECT } from '../command.ts';
import { type Judgement, told } from '../contract-changes.ts';

/** `contract diff`. @returns the exit code: 0 nothing breaks, 1 something does */
export async function diff(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...PROJECT, against: { type: 'string' }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [revision] = positionals;
  if (positionals.length > 1 || (revision === undefined) === (values.against === undefined) || revision === '') {
    const message = 'expected: landfall contract diff REV, or landfall contract diff --against DIR';
    throw new LandfallError({ code: 'usage', message, hint: 'see --help' }, 2);
  }
  const root = values.project ?? SHIPPED;
  const now = await contractsIn(root);
  const older =
    revision === undefined ? { contracts: await contractsIn(values.against ?? '') } : await contractsAt(root, revision);
  const changes = diffContracts(older.contracts, now);
  const { judgements, warning } = await judge(root, changes);
  if (warning !== undefined) process.stderr.write(`${warning}\n`);
  const against =
    'commit' in older ? { revision: revision ?? '', commit: older.commit } : { folder: values.against ?? '' };
  const breaking = changes.filter(isBreaking).length;
  if (values.json) {
    const status = breaking > 0 ? 'breaking' : changes.length > 0 ? 'compatible' : 'same';
    process.stdout.write(`${JSON.stringify({ status, against, changes: judgements }, null, 2)}\n`);
  } else {
    const name = 'commit' in against ? `${against.revision} (${against.commit.slice(0, 7)})` : against.folder;
    process.stdout.write(`${counted(now.length, 'contract')}, compared with ${name}\n${told(judgements)}`);
  }
  return breaking > 0 ? 1 : 0;
}

/** @throws LandfallError exit code 2 with every mistake: what can't be read can't be compared. */
async function contractsIn(root: string): Promise<readonly Contract[]> {
  const problems: Problem[] = [];
  const contracts = await readContracts(root, problems);
  if (problems.length > 0) throw new LandfallError(problems, 2);
  return contracts;
}

async function judge(
  root: string,
  changes: readonly Change[],
): Promise<{ judgements: readonly Judgement[]; warning?: string }> {
  const nobody: Readers = { direct: [], behind: [], panels: [] };
  const alone = changes.map((change) => ({ ...change, readBy: nobody }));
  if (changes.every(({ tables }) => tables.length === 0)) return { judgements: alone };
  const { project, problems } = await readProject(root);
  const readers = readersIn(project, await modelTrees(project.models));
  if ('problem' in readers) {
    return { judgements: alone, warning: `who reads the tables can't be told: ${readers.problem}` };
  }
  const judgements = changes.map((change) => ({ ...change, readBy: readers(change) }));
  if (problems.length === 0) return { judgements };
  const mistakes = `${counted(problems.length, 'mistake')} in queries/`;
  return {
    judgements,
    warning: `${mistakes}, so that some readers may be missing: landfall contract check tells them`,
  };
}
