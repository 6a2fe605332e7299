// Folders of the cache: whole or absent, each with a stamp of what it was made from.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isAlive } from './lock.mjs';

const STAMP = '.stamp';

/** @param {unknown} source */
export function stampOf(source) {
  return createHash('sha256').update(JSON.stringify(source)).digest('hex');
}

/**
 * @param {string} folder
 * @param {string} stamp
 */
export function isWhole(folder, stamp) {
  const path = join(folder, STAMP);
  return existsSync(path) && readFileSync(path, 'utf8') === stamp;
}

/**
 * Makes a folder beside its place, then puts it there instead of what was there before.
 * @param {string} folder
 * @param {string} stamp
 * @param {(draft: string) => Promise<void>} make
 */
export async function makePart(folder, stamp, make) {
  const draft = aside(folder, 'new');
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    await make(draft);
    writeFileSync(join(draft, STAMP), stamp);
    publish(draft, folder, stamp);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * @param {string} draft
 * @param {string} folder
 * @param {string} stamp
 */
function publish(draft, folder, stamp) {
  const old = aside(folder, 'old');
  try {
    renameSync(folder, old);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
  }
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another install was faster; what it made is as good.
    if (!isWhole(folder, stamp)) throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/**
 * What killed installs left in this folder, and what is no part of it any longer.
 * @param {string} parent
 * @param {readonly string[]} wanted names
 */
export function sweep(parent, wanted) {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const left = /^\..*[.](?:new|old|part)-(\d+)$/.exec(name);
    // Whoever puts the cache into a folder with other things in it finds them there afterwards.
    const isGone =
      left === null ? existsSync(join(parent, name, STAMP)) && !wanted.includes(name) : !isAlive(Number(left[1]));
    if (isGone) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/**
 * A name of this process beside a path, which sweep knows.
 * @param {string} path
 * @param {'new' | 'old' | 'part'} what
 */
export const aside = (path, what) => join(dirname(path), `.${basename(path)}.${what}-${process.pid}`);
