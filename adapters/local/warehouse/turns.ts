/** One process at a time makes the data or starts the server: a lock that whoever was killed does not keep. */

import { lstat, readlink, rm, symlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../process.ts';

const PAUSE = 20;
/** Milliseconds after which nobody can still be at it; a number of before a restart may be another process's by now. */
const LONGEST = 120_000;

/** @param lock a path: something is there while someone is at work, and says who */
export async function inTurn<Result>(lock: string, work: () => Promise<Result>): Promise<Result> {
  while (!(await take(lock))) {
    const holder = await leftOver(lock);
    if (holder !== null) await clear(lock, holder);
    else await sleep(PAUSE);
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** A link to nowhere, named by its target: it appears with its content, so that no kill leaves a lock of nobody. */
async function take(lock: string): Promise<boolean> {
  try {
    await symlink(String(process.pid), lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Whose lock it was, where nobody holds it any more. */
async function leftOver(lock: string): Promise<string | null> {
  const [info, holder] = await Promise.all([lstat(lock).catch(() => null), readlink(lock).catch(() => '')]);
  if (info === null) return null;
  const isHeld = Number(holder) > 0 && isAlive(Number(holder)) && Date.now() - info.mtimeMs <= LONGEST;
  return isHeld ? null : holder;
}

/** Of all that find it, one takes it away: a slower one must not take away the lock of whoever came next. */
async function clear(lock: string, holder: string): Promise<void> {
  await inTurn(`${lock}.of.${Number(holder)}`, async () => {
    if ((await leftOver(lock)) === holder) await rm(lock, { force: true });
  });
}
