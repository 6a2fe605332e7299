/** One process at a time makes the data or starts the server: a lock that whoever was killed does not keep. */

import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../process.ts';

const PAUSE = 20;
/** Milliseconds after which nobody can still be at it; a number of before a restart may be another process's by now. */
const LONGEST = 120_000;

/** @param lock the path of a file that is there while someone is at work */
export async function inTurn<Result>(lock: string, work: () => Promise<Result>): Promise<Result> {
  while (!(await take(lock))) {
    if (await isLeftOver(lock)) await rm(lock, { force: true });
    else await sleep(PAUSE);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isLeftOver(lock: string): Promise<boolean> {
  const [info, holder] = await Promise.all([stat(lock).catch(() => null), readFile(lock, 'utf8').catch(() => '')]);
  if (info === null) return false;
  // Empty while it is being written.
  return Date.now() - info.mtimeMs > LONGEST || (holder !== '' && !isAlive(Number(holder)));
}
