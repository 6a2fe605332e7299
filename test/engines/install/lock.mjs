// One install at a time in a cache. Two that get past it only do the work twice: parts are renamed when whole.
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT = 5_000;
const STALE = 60_000;

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * @template T
 * @param {string} cache
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(cache, say, work) {
  const path = join(cache, '.lock');
  mkdirSync(cache, { recursive: true });
  let waiting = false;
  while (!take(path)) {
    if (isStale(path)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!waiting) say(`waiting for another install, which holds ${path}`);
    waiting = true;
    await sleep(500);
  }
  // A process id may have been given away anew since: only the heartbeat says that its holder is still there.
  const heartbeat = setInterval(() => touch(path), HEARTBEAT);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(path, { force: true });
  }
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} path */
function isStale(path) {
  try {
    const age = Date.now() - statSync(path).mtimeMs;
    const pid = Number(readFileSync(path, 'utf8'));
    // A lock without a number is one that is being written.
    return age > STALE || (pid > 0 && !isAlive(pid));
  } catch {
    return false;
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Somebody took it for stale; the work goes on.
  }
}
