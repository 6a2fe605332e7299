/** Lands what was pulled: whole, under its own name, and only where it is news. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileName, newestName } from '../../core/pull/file-name.ts';
import { type Counts, keptRecords, writeKept } from '../shared/kept-records.ts';
import { isAlive } from './process.ts';

const DRAFT = /^[.]pull-(\d+)[.]part$/;

export interface Landed extends Counts {
  /** The file; null where the last pull's has the same content, or there are no records. */
  readonly file: string | null;
}

/**
 * @param pages gives the same pages each time
 * @param keyPath the path of the key in a record; none is a repeat without it
 */
export async function landPulled(
  folder: string,
  pages: () => AsyncIterable<readonly string[]>,
  keyPath: string | undefined,
  now: number,
): Promise<Landed> {
  const kept = await keptRecords(pages, keyPath);
  const { places: _, ...counts } = kept;
  if (kept.records === 0) return { file: null, ...counts };
  await mkdir(folder, { recursive: true });
  await clearDrafts(folder);
  // Runs pass over names that end so.
  const draft = join(folder, `.pull-${process.pid}.part`);
  try {
    const hash = await writeKept(draft, pages, kept);
    const newest = newestName(await readdir(folder));
    const isNews = newest === undefined || (await hashOf(join(folder, newest))) !== hash;
    return { file: isNews ? await take(draft, folder, now) : null, ...counts };
  } finally {
    await rm(draft, { force: true });
  }
}

/** What killed pulls left. */
async function clearDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, owner] = DRAFT.exec(name) ?? [];
    if (owner !== undefined && !isAlive(Number(owner))) await rm(join(folder, name), { force: true });
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Gives the draft its name, and never another file's: where there is one already, it is the second of that second. */
async function take(draft: string, folder: string, now: number): Promise<string> {
  for (let nth = 1; ; nth++) {
    const path = join(folder, fileName(now, nth));
    const isTaken = await stat(path).then(
      () => true,
      () => false,
    );
    if (isTaken) continue;
    await rename(draft, path);
    return path;
  }
}
