/** Lists a landing folder: what lies in it, and nothing that only a link leads to. */

import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isUnspeakable, refusedFile, unspeakable } from '../../core/contracts/landing.ts';
import type { LandedFile } from '../../core/ports.ts';

interface Walk {
  readonly root: string;
  /** The root without links. */
  readonly home: string;
  readonly files: LandedFile[];
}

/** Every file under `prefix` but hidden ones. @throws an ErrnoException where a folder can't be read */
export async function walk(root: string, prefix: string): Promise<LandedFile[]> {
  const files: LandedFile[] = [];
  const [home, start] = await Promise.all([realpath(root), realpath(join(root, prefix))]).catch(nowhere);
  if (home === undefined || start === undefined) return files;
  if (isWithin(home, start)) await into({ root, home, files }, prefix, [home, start]);
  else files.push(outside(prefix));
  return files;
}

function nowhere(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

/** @param above the folders on the way here, without links: a link that leads back to one of them ends nowhere. */
async function into(walked: Walk, prefix: string, above: readonly string[]): Promise<void> {
  const folder = join(walked.root, ...prefix.split('/'));
  const entries = await readdir(folder, { withFileTypes: true }).catch(nowhere);
  for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
    const key = `${prefix}/${entry.name}`;
    const refuse = (code: string, message: string, hint: string) =>
      walked.files.push(refusedFile(key, code, message, hint));
    if (isUnspeakable(entry.name)) {
      walked.files.push(unspeakable(key));
      continue;
    }
    const path = join(folder, entry.name);
    const place = await placeOf(entry, path, above);
    if (place === null) {
      // It may have gone since the listing; a link that leads nowhere is there to stay.
      if (entry.isSymbolicLink()) refuse('dangling-link', 'a link that leads nowhere', 'copy the file itself here');
      continue;
    }
    if (entry.isSymbolicLink() && !isWithin(walked.home, place.real)) {
      walked.files.push(outside(key));
    } else if (place.info.isDirectory()) {
      const circle = above.includes(place.real);
      if (circle) refuse('link-circle', 'a link to a folder that it stands in, which is not followed', 'remove it');
      else await into(walked, key, [...above, place.real]);
    } else if (place.info.isFile()) walked.files.push(landed(key, place.info));
  }
}

async function placeOf(entry: Dirent, path: string, above: readonly string[]) {
  const real = entry.isSymbolicLink() ? realpath(path) : Promise.resolve(join(above.at(-1) ?? '', entry.name));
  return Promise.all([stat(path), real]).then(
    ([info, where]) => ({ info, real: where }),
    () => null,
  );
}

function isWithin(home: string, real: string): boolean {
  return real === home || real.startsWith(home.endsWith(sep) ? home : `${home}${sep}`);
}

function landed(key: string, info: Stats): LandedFile {
  return { key, bytes: info.size, modifiedAt: Math.floor(info.mtimeMs), fingerprint: fingerprint(info) };
}

function outside(key: string): LandedFile {
  const message = 'a link out of the landing folder, which is not followed';
  return refusedFile(key, 'link-outside', message, 'copy what it leads to here');
}

export function fingerprint(info: Stats): string {
  return [info.size, info.mtimeMs, info.ctimeMs, info.ino].join('-');
}
