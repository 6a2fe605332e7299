/** Lands what was pulled: whole, under its own name, and only where it is news. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileName, newestName } from '../../core/pull/file-name.ts';
import { keyOf } from '../../core/pull/page.ts';
import { isAlive } from './process.ts';

const DRAFT = /^[.]pull-(\d+)[.]part$/;

export interface Landed {
  /** The file; null where the last pull's has the same content, or there are no records. */
  readonly file: string | null;
  readonly records: number;
  /** Records that a later page, or the same, had again. */
  readonly repeated: number;
}

/**
 * Of records with one key the last stays, for it came last: pages move while they are read.
 * @param pages gives the same pages each time
 * @param keyPath the path of the key in a record; none is a repeat without it
 */
export async function landPulled(
  folder: string,
  pages: () => AsyncIterable<readonly string[]>,
  keyPath: string | undefined,
  now: number,
): Promise<Landed> {
  const last = new Map<string, number>();
  let count = 0;
  for await (const page of pages()) {
    for (const record of page) {
      const key = keyPath === undefined ? undefined : keyOf(record, keyPath);
      last.set(key ?? `#${count}`, count);
      count++;
    }
  }
  const kept = new Set(last.values());
  const outcome = { records: kept.size, repeated: count - kept.size };
  if (kept.size === 0) return { file: null, ...outcome };
  await mkdir(folder, { recursive: true });
  await clearDrafts(folder);
  // Runs pass over names that end so.
  const draft = join(folder, `.pull-${process.pid}.part`);
  try {
    const hash = await writeKept(draft, pages, kept);
    const newest = newestName(await readdir(folder));
    const isNews = newest === undefined || (await hashOf(join(folder, newest))) !== hash;
    return { file: isNews ? await take(draft, folder, now) : null, ...outcome };
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

/** @returns the hash of what was written */
async function writeKept(
  draft: string,
  pages: () => AsyncIterable<readonly string[]>,
  kept: ReadonlySet<number>,
): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(draft, 'w');
  try {
    let at = 0;
    for await (const page of pages()) {
      const text = page
        .filter(() => kept.has(at++))
        .map((record) => `${record}\n`)
        .join('');
      hash.update(text);
      await file.appendFile(text);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
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
