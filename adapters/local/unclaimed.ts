/** What lies in a landing folder beside the data sets' own: names alone are read, so that thousands of files cost little. */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isUnfinished, isUnspeakable, refusedFile, unspeakable } from '../../core/contracts/landing.ts';
import { isLandable } from '../../core/infer/names.ts';
import type { LandedFile } from '../../core/ports.ts';
import type { Unclaimed } from '../../core/strays.ts';

/** Empty folders are none. @throws an ErrnoException where the landing folder can't be read */
export async function unclaimedIn(root: string, datasets: readonly string[]): Promise<Unclaimed[]> {
  const found: Unclaimed[] = [];
  const known = new Set(datasets);
  const nothing = { files: 1, landable: 0 };
  for (const entry of await readdir(root, { withFileTypes: true })) {
    const { name } = entry;
    if (known.has(name) || name.startsWith('.') || isUnfinished(name)) continue;
    const refuse = (file: LandedFile) => found.push({ ...nothing, ...file });
    if (isUnspeakable(name)) refuse(unspeakable(name));
    else if (entry.isSymbolicLink())
      refuse(refusedFile(name, 'no-contract', 'a link, and no contract for it', 'copy what it leads to here'));
    else if (entry.isFile()) found.push({ key: name, files: 1, landable: Number(isLandable(name)) });
    else if (entry.isDirectory()) found.push(...(await folder(root, name)));
  }
  return found.sort((a, b) => (a.key < b.key ? -1 : 1));
}

async function folder(root: string, name: string): Promise<Unclaimed[]> {
  try {
    const names = await filesIn(join(root, name));
    const landable = names.filter(isLandable).length;
    return names.length === 0 ? [] : [{ key: `${name}/`, files: names.length, landable }];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    const what = `can't be read: ${code ?? message}`;
    return [{ files: 0, landable: 0, ...refusedFile(`${name}/`, 'landing-unreadable', what, 'check its permissions') }];
  }
}

/** The names of all files under a folder but hidden and unfinished ones; links are names, too, and not followed. */
async function filesIn(path: string): Promise<string[]> {
  const entries = (await readdir(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  for (const entry of entries.filter((one) => one.isDirectory()))
    names.push(...(await filesIn(join(path, entry.name))));
  return names.filter((name) => !isUnfinished(name));
}
