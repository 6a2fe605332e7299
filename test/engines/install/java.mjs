// Finds the Javas: 17 for Spark, as Glue 5.0 has it, and 24 or newer for Trino.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines'];

/**
 * The first number of its version, or null where there is no Java.
 * @param {string} home
 * @returns {number | null}
 */
export function javaVersion(home) {
  const java = join(home, 'bin', 'java');
  // Debian's openjdk-17 is a folder beside the real one that has no programs.
  if (!existsSync(java)) return null;
  const release = join(home, 'release');
  const text = existsSync(release) ? readFileSync(release, 'utf8') : '';
  return major(text) ?? major(spawnSync(java, ['-version'], { encoding: 'utf8' }).stderr ?? '');
}

/** @param {string} text */
function major(text) {
  const found = /version(?:="| ")(?:1[.])?(\d+)/i.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

/**
 * The first home whose version fits: what the environment names, then the usual folders, the newest first.
 * @param {{ variable: string, fits: (version: number) => boolean }} wanted
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {readonly string[]} folders
 * @returns {string | null}
 * @throws where the variable names something else
 */
export function findJava({ variable, fits }, env = process.env, folders = FOLDERS) {
  const named = env[variable];
  if (named !== undefined && named !== '') {
    const version = javaVersion(named);
    if (version !== null && fits(version)) return realpathSync(named);
    throw new Error(`${variable} is ${named}, which ${version === null ? 'has no bin/java' : `is Java ${version}`}`);
  }
  const candidates = [env['JAVA_HOME'] ?? '', ...folders.flatMap(homesIn)].filter((home) => home !== '');
  const found = candidates
    .map((home) => ({ home, version: javaVersion(home) }))
    .filter(({ version }) => version !== null && fits(version));
  return found[0] === undefined ? null : realpathSync(found[0].home);
}

/** @param {string} folder */
function homesIn(folder) {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return names.flatMap((name) => [join(folder, name), join(folder, name, 'Contents/Home')]);
}
