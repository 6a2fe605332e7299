// Python environments from lock files with hashes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from './run.mjs';

const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

/** @typedef {{ command: string, version: string }} Python */

/**
 * A Python from 3.10 on that can make environments.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Python | null}
 */
export function findPython(env = process.env) {
  const named = env['LANDFALL_PYTHON'];
  const script =
    'import ensurepip, sys, venv; v = sys.version_info[:2]; assert v >= (3, 10); print(*v, sys.base_prefix)';
  for (const command of named === undefined || named === '' ? CANDIDATES : [named]) {
    const { status, stdout } = spawnSync(command, ['-c', script], { encoding: 'utf8' });
    if (status === 0) return { command, version: stdout.trim() };
  }
  return null;
}

/**
 * @param {Python} python
 * @param {string} lockFile
 * @param {string} draft where it is made
 * @param {string} folder where it will be
 */
export async function makeEnvironment(python, lockFile, draft, folder) {
  const lock = readFileSync(lockFile, 'utf8');
  await run(python.command, ['-m', 'venv', draft]);
  const build = join(draft, 'build.txt');
  writeFileSync(build, entriesOf(lock, ['packaging', 'setuptools', 'wheel']));
  // Without isolation, so that what builds a package is what the lock names, not the newest of the day.
  const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--no-build-isolation', '--require-hashes'];
  const own = join(draft, 'bin', 'python');
  await run(own, [...pip, '-r', build]);
  await run(own, [...pip, '-r', lockFile]);
  moveScripts(draft, folder);
}

/**
 * The lines of a lock file about these packages.
 * @param {string} lock
 * @param {readonly string[]} names
 */
export function entriesOf(lock, names) {
  const entries = lock.split(/^(?=[A-Za-z0-9])/m);
  return entries.filter((entry) => names.includes(/^[A-Za-z0-9._-]+/.exec(entry)?.[0] ?? '')).join('');
}

/**
 * Programs of an environment name the folder that they were installed into.
 * @param {string} draft
 * @param {string} folder
 */
function moveScripts(draft, folder) {
  const bin = join(draft, 'bin');
  for (const path of [join(draft, 'pyvenv.cfg'), ...readdirSync(bin).map((name) => join(bin, name))]) {
    if (!statSync(path).isFile() || statSync(path).size > 100_000) continue;
    const text = readFileSync(path, 'utf8');
    if (text.includes(draft)) writeFileSync(path, text.replaceAll(draft, folder));
  }
}

const UNZIP = `
import os, sys, zipfile
source, target = sys.argv[1:]
with zipfile.ZipFile(source) as archive:
    for entry in archive.infolist():
        entry.filename = entry.filename.partition('/')[2]
        if entry.filename:
            archive.extract(entry, target)
`;

/**
 * Without the archive's top folder. Python reads zip files everywhere; unzip need not be there.
 * @param {Python} python
 * @param {string} archive
 * @param {string} into
 */
export async function unpack(python, archive, into) {
  mkdirSync(into, { recursive: true });
  if (archive.endsWith('.zip')) await run(python.command, ['-c', UNZIP, archive, into]);
  else await run('tar', ['-xzf', archive, '--strip-components=1', '-C', into]);
}

/** @param {string} folder */
export const lockFilesIn = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .map((name) => ({ name: basename(name, '.txt'), path: join(folder, name) }));
