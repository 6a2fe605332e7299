#!/usr/bin/env node
// Installs the engines that `npm run test:engines` needs into a cache outside the clone.
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressOf, download, fileName, seconds } from './install/download.mjs';
import { findJava } from './install/java.mjs';
import { withLock } from './install/lock.mjs';
import { isWhole, makePart, stampOf, sweep } from './install/parts.mjs';
import { findPython, lockFilesIn, makeEnvironment, unpack } from './install/python.mjs';

/** @typedef {import('./install/download.mjs').Artifact} Artifact */
/** @typedef {import('./install/python.mjs').Python} Python */
/** @typedef {{ python: Python, java17: string, java25: string }} Needs */
/** @typedef {{ name: string, folder: string, stamp: string, make: (draft: string) => Promise<void> }} Part */

const HERE = fileURLToPath(new URL('.', import.meta.url));

const PYTHON = 'Python 3.10 or newer with venv';

/** Kept until all is whole, so that an install that was killed goes on with what it had fetched. */
const DOWNLOADS = '.downloads';

/** To be raised where parts are put together in another way from the same pins. */
const LAYOUT = 1;

/** @param {string} line */
const print = (line) => console.error(`engines: ${line}`);

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Needs}
 * @throws with all that is missing
 */
export function findNeeds(env = process.env) {
  /** @type {string[]} */
  const missing = [];
  /** @param {{ variable: string, fits: (version: number) => boolean, what: string, advice: string }} wanted */
  const java = ({ what, advice, ...wanted }) => {
    try {
      const home = findJava(wanted, env);
      if (home === null) missing.push(`there is no ${what}; ${advice}`);
      return home ?? '';
    } catch (error) {
      missing.push(`${/** @type {Error} */ (error).message}; ${advice}`);
      return '';
    }
  };
  const python = findPython(env);
  if (python === null) {
    const named = env['LANDFALL_PYTHON'];
    const what = named ? `LANDFALL_PYTHON is ${named}, which is no ${PYTHON}` : `there is no ${PYTHON}`;
    missing.push(`${what}; install Debian's python3-venv, or set LANDFALL_PYTHON to one`);
  }
  const java17 = java({
    variable: 'LANDFALL_JAVA17',
    fits: (version) => version === 17,
    what: 'Java 17, for Spark',
    advice: "install Debian's openjdk-17-jre-headless, or set LANDFALL_JAVA17 to its home",
  });
  const java25 = java({
    variable: 'LANDFALL_JAVA25',
    fits: (version) => version >= 24,
    what: 'Java 24 or newer, for Trino',
    advice: "install Temurin's temurin-25-jdk, or set LANDFALL_JAVA25 to its home",
  });
  if (python === null || missing.length > 0) {
    throw new Error(`the engine tests need what is missing here:\n${missing.map((line) => `- ${line}`).join('\n')}`);
  }
  return { python, java17, java25 };
}

/** @param {Readonly<Record<string, string | undefined>>} env */
export const cacheFolder = (env = process.env) =>
  resolve(env['LANDFALL_ENGINES_CACHE'] || join(homedir(), '.cache', 'landfall', 'engines'));

/**
 * @param {string} cache
 * @param {Needs} needs
 * @returns {Part[]}
 */
function partsOf(cache, { python }) {
  /** @type {Artifact[]} */
  const pins = JSON.parse(readFileSync(join(HERE, 'pins.json'), 'utf8'));
  const archives = [...new Set(pins.map(({ part }) => part))].map((name) => {
    const artifacts = pins.filter(({ part }) => part === name);
    return {
      name,
      folder: join(cache, name),
      stamp: stampOf([LAYOUT, artifacts]),
      make: (/** @type {string} */ draft) => makeArchives(cache, python, artifacts, draft),
    };
  });
  const environments = lockFilesIn(join(HERE, 'requirements')).map(({ name, path }) => {
    const folder = join(cache, 'python', name);
    return {
      name: `python/${name}`,
      folder,
      stamp: stampOf([LAYOUT, python.version, readFileSync(path, 'utf8')]),
      make: (/** @type {string} */ draft) => makeEnvironment(python, path, draft, folder),
    };
  });
  return [...archives, ...environments];
}

/**
 * @param {string} cache
 * @param {Python} python
 * @param {readonly Artifact[]} artifacts
 * @param {string} draft
 */
async function makeArchives(cache, python, artifacts, draft) {
  for (const artifact of artifacts) {
    const path = join(cache, DOWNLOADS, fileName(artifact));
    await download(addressOf(artifact, process.env['LANDFALL_MAVEN'] || undefined), artifact.sha256, path, print);
    const into = join(draft, artifact.into);
    mkdirSync(into, { recursive: true });
    if (artifact.extension === 'jar') copyFileSync(path, join(into, fileName(artifact)));
    else await unpack(python, path, into);
  }
}

/** @returns {Promise<{ cache: string, java17: string, java25: string }>} */
export async function install() {
  const start = Date.now();
  const needs = findNeeds();
  const cache = cacheFolder();
  const parts = partsOf(cache, needs);
  const missing = () => parts.filter(({ folder, stamp }) => !isWhole(folder, stamp));
  const wasWarm = missing().length === 0;
  if (!wasWarm) {
    await withLock(cache, print, async () => {
      for (const folder of [cache, join(cache, 'python'), join(cache, DOWNLOADS)]) {
        const inside = parts.filter((part) => dirname(part.folder) === folder);
        sweep(
          folder,
          inside.map((part) => basename(part.folder)),
        );
      }
      for (const { name, folder, stamp, make } of missing()) {
        const began = Date.now();
        print(`making ${name} in ${folder}`);
        await makePart(folder, stamp, make);
        print(`made ${name} in ${seconds(began)}`);
      }
      rmSync(join(cache, DOWNLOADS), { recursive: true, force: true });
    });
  }
  print(`installed in ${cache}, ${seconds(start)} from a ${wasWarm ? 'warm' : 'cold'} cache`);
  return { cache, java17: needs.java17, java25: needs.java25 };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await install().catch((error) => {
    print(error.message);
    process.exitCode = 1;
  });
}
