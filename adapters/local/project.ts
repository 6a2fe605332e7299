/**
 * `contracts/` and `queries/` of a project folder. Parsing them takes a good part of a short command's time, so what came
 * of them is remembered beside the bundle until a file changes.
 */

import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProjectSource } from '../../core/pipeline/session.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import type { Project } from '../../core/project.ts';

/** The folder that Landfall itself stands in, with the data sets that it ships. */
export const SHIPPED = fileURLToPath(new URL('../..', import.meta.url));

/** @throws LandfallError with every mistake of every file. */
export async function loadProject(root: string = SHIPPED): Promise<Project> {
  return (await openProject(root)).load();
}

/**
 * The contracts at once, all else when asked for.
 * @param bundle the folder where parsed projects are remembered; nowhere without it
 * @throws LandfallError with every mistake of every file, where a contract has one
 */
export async function openProject(
  root: string = SHIPPED,
  bundle: string | undefined = process.env['LANDFALL_BUNDLE'],
): Promise<ProjectSource> {
  const memory = bundle === undefined ? null : join(bundle, `project-${await fingerprint(root)}.json`);
  const known = memory === null ? null : await recall(memory);
  if (known !== null) return { contracts: known.contracts, load: async () => known };
  const { readContracts } = await import('./parse-project.ts');
  const problems: Problem[] = [];
  const contracts = await readContracts(root, problems);
  const load = async () => {
    const { project, problems: all } = await readProject(root);
    if (all.length > 0) throw new LandfallError(all);
    if (memory !== null) await remember(memory, project);
    return project;
  };
  if (problems.length > 0) await load();
  return { contracts, load };
}

/** Every mistake of every file is among the problems. */
export async function readProject(root: string = SHIPPED): Promise<{ project: Project; problems: Problem[] }> {
  const parser = await import('./parse-project.ts');
  return parser.readProject(root);
}

/** Changes with any file that the project is read from. */
async function fingerprint(root: string): Promise<string> {
  const hash = createHash('sha256').update(root);
  for (const folder of ['contracts', 'queries']) {
    const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
    const files = names.filter((name) => /[.](ya?ml|sql)$/.test(name)).sort();
    const texts = await Promise.all(files.map((name) => readFile(join(root, folder, name)).catch(() => '')));
    for (const [index, name] of files.entries()) {
      const text = texts[index] ?? '';
      hash.update(`${folder}/${name} ${text.length}\n`).update(text);
    }
  }
  return hash.digest('hex').slice(0, 24);
}

async function recall(file: string): Promise<Project | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Project;
  } catch {
    return null;
  }
}

/** It is only a shortcut: where it can't be written, the next command parses again. */
async function remember(file: string, project: Project): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(project))
    .then(() => rename(draft, file))
    .then(() => sweep(dirname(file)))
    .catch(() => undefined);
}

const DAY = 24 * 60 * 60 * 1000;

/** What an edited project leaves behind. */
async function sweep(folder: string): Promise<void> {
  for (const name of (await readdir(folder)).filter((entry) => entry.startsWith('project-'))) {
    const path = join(folder, name);
    if (Date.now() - (await stat(path)).mtimeMs > DAY) await rm(path, { force: true });
  }
}
