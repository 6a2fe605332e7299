/** The state folder: what it holds, and which version of Landfall made it. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LandfallError } from '../../core/problems.ts';

/** Bump it when an older state can't be read any more. */
const VERSION = '1';

export interface StateFolder {
  readonly root: string;
  /** Where engines spill and unpacked copies lie: a folder a process, all under `scratches`. */
  readonly scratch: string;
  readonly scratches: string;
  readonly sample: string;
  readonly report: string;
  /** What whoever is notified of a run's end would read: the last one's. */
  readonly outcome: string;
  /** Event logs, one a run. */
  readonly runs: string;
}

export function stateFolder(root: string): StateFolder {
  return {
    root,
    scratch: join(root, 'tmp', String(process.pid)),
    scratches: join(root, 'tmp'),
    sample: join(root, 'sample'),
    report: join(root, 'report', 'index.html'),
    outcome: join(root, 'report', 'run.json'),
    runs: join(root, 'runs'),
  };
}

/** Makes the folder where it is missing. @throws LandfallError where it is of another version. */
export async function openState(root: string): Promise<StateFolder> {
  const folder = stateFolder(root);
  await mkdir(root, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new LandfallError({
      code: 'state-unwritable',
      file: root,
      message: `the state folder can't be made: ${error.message}`,
    });
  });
  if ((await versionOf(root)) === '') await writeFile(join(root, 'version'), `${VERSION}\n`);
  return folder;
}

/** For who only reads. @throws LandfallError where the folder is of another version */
export async function checkState(root: string): Promise<StateFolder> {
  await versionOf(root);
  return stateFolder(root);
}

/** Empty where there is none yet. */
async function versionOf(root: string): Promise<string> {
  const found = (await readFile(join(root, 'version'), 'utf8').catch(() => '')).trim();
  if (found === '' || found === VERSION) return found;
  throw new LandfallError({
    code: 'state-version',
    file: root,
    message: `made by version ${found} of the state, expected ${VERSION}`,
    hint: 'move it away and run again: the landing folder has all that is needed',
  });
}
