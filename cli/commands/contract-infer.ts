import { existsSync, statSync } from 'node:fs';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { inferContract, type LooseFile } from '../../adapters/local/infer.ts';
import { walk } from '../../adapters/local/landing-walk.ts';
import { SHIPPED } from '../../adapters/local/project.ts';
import { REPLAY_FOLDER } from '../../core/contracts/replay.ts';
import { datasetName, isLandable } from '../../core/infer/names.ts';
import { LandfallError } from '../../core/problems.ts';
import { shellWord } from '../../core/words.ts';

const ENDING = '.odcs.yaml';

/** `landfall contract infer`. @throws LandfallError exit code 2 for wrong usage, 1 for files that can't land as they are */
export async function infer(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { dataset: { type: 'string' }, out: { type: 'string' } },
    allowPositionals: true,
  });
  if (positionals.length === 0) throw usage('expected files: landfall contract infer FILE…');
  const given = nameGiven(values.dataset, values.out);
  const paths = [...new Set((await Promise.all(positionals.map(filesOf))).flat())];
  const root = rootOf(positionals, paths, given);
  const dataset = given ?? datasetName(basename(root)) ?? 'data';
  const files = paths.map((path): LooseFile => ({ path, key: relative(root, resolve(path)).split(sep).join('/') }));
  if (values.out !== undefined && existsSync(values.out)) {
    throw usage(`${values.out} is there already, and may have been edited`, 'name another file, or remove it');
  }
  const yaml = await inferContract(dataset, files);
  if (values.out === undefined) process.stdout.write(yaml);
  else await save(values.out, yaml);
  process.stderr.write(nextSteps({ dataset, root, out: values.out, given: positionals }));
  return 0;
}

/** With the folder that it is to stand in, and never over a file that came in the meantime. */
async function save(out: string, yaml: string): Promise<void> {
  try {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, yaml, { flag: 'wx' });
  } catch (error) {
    const message = `can't be written: ${(error as Error).message}`;
    throw new LandfallError({ code: 'out-unwritable', file: out, message, hint: 'name another file' });
  }
}

interface Proposal {
  readonly dataset: string;
  /** Where the data set's keys begin. */
  readonly root: string;
  readonly out: string | undefined;
  /** As on the command line. */
  readonly given: readonly string[];
}

/** What makes of the proposal a contract, and of the files tables: standard output may be the contract's alone. */
function nextSteps({ dataset, root, out, given }: Proposal): string {
  const file = out ?? join('contracts', `${dataset}${ENDING}`);
  const folder = dirname(resolve(file));
  const isInProject = basename(folder) === 'contracts';
  const isShipped = !isInProject || dirname(folder) === resolve(SHIPPED);
  const own = isShipped ? '' : ` --project ${shellWord(relative('', dirname(folder)) || '.')}`;
  const landing =
    basename(root) === dataset && basename(dirname(root)) === 'landing' ? relative('', dirname(root)) : null;
  const from = landing === null || landing === 'landing' ? '' : ` --landing ${shellWord(landing)}`;
  const save = `landfall contract infer ${given.map(shellWord).join(' ')} --out ${shellWord(file)}`;
  const keep = existsSync(file) ? `add its tables to ${file}, which is there already` : `save it: ${save}`;
  const steps = [
    ...(out === undefined ? [keep] : []),
    `read ${file}: correct what a comment is not sure of, say what each column means, and protect what is personal`,
    ...(isInProject ? [] : ['move it into contracts/ of your project']),
    `landfall contract check${own}`,
    ...(landing === null ? [`drop the files into landing/${dataset}/, under the names that they have in ${root}`] : []),
    `landfall run --dataset ${dataset}${own}${from}`,
  ];
  return `next:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}

function usage(message: string, hint = 'see --help'): LandfallError {
  return new LandfallError({ code: 'usage', message, hint }, 2);
}

/** A contract's file is called after its data set. */
function nameGiven(dataset: string | undefined, out: string | undefined): string | undefined {
  const ofFile = out === undefined ? undefined : basename(out).slice(0, -ENDING.length);
  if (out !== undefined && !out.endsWith(ENDING)) {
    throw usage(`--out ${out} must end in ${ENDING}`, `such as contracts/${dataset ?? 'my-data'}${ENDING}`);
  }
  if (dataset !== undefined && ofFile !== undefined && dataset !== ofFile) {
    throw usage(`the contract of ${dataset} stands in ${dataset}${ENDING}, not ${basename(out ?? '')}`);
  }
  const name = dataset ?? ofFile;
  if (name !== undefined && datasetName(name) !== name) {
    const better = datasetName(name);
    const hint = better === undefined ? 'such as town-library' : `such as ${better}`;
    throw usage(`"${name}" is no data set's name: lower-case letters, digits and hyphens, and not reserved`, hint);
  }
  return name;
}

/** A folder stands for all in it that could land. */
async function filesOf(path: string): Promise<string[]> {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  // As a run lists them: what a link leads to outside of the folder, or around in a circle, is none of it.
  const found = await walk(await realpath(path), '.');
  const keys = found.filter(({ problem }) => problem === undefined).map(({ key }) => key);
  // What quarantine wrote is of tables that have a contract.
  const files = keys.filter((key) => isLandable(key) && !key.split('/').includes(REPLAY_FOLDER));
  if (files.length > 0) return files.sort().map((key) => join(path, key));
  const hint = 'name files, or a folder with some';
  throw new LandfallError({ code: 'no-file', file: path, message: 'no .csv or .ndjson file in this folder', hint });
}

/**
 * The data set's folder: the one that has its name, or that stands in a landing folder; else what is common to all files.
 * Landing globs begin there.
 */
function rootOf(positionals: readonly string[], paths: readonly string[], dataset: string | undefined): string {
  const [only, second] = positionals;
  const common = commonFolder(paths.map((path) => dirname(resolve(path))));
  const parts = common.split(sep);
  const named = dataset === undefined ? -1 : parts.lastIndexOf(dataset);
  const landing = parts.lastIndexOf('landing');
  if (named > 0) return parts.slice(0, named + 1).join(sep);
  if (landing > 0 && landing + 1 < parts.length) return parts.slice(0, landing + 2).join(sep);
  return only !== undefined && second === undefined && existsSync(only) && statSync(only).isDirectory()
    ? resolve(only)
    : common;
}

function commonFolder(folders: readonly string[]): string {
  const [first = '', ...others] = folders;
  const parts = first.split(sep);
  while (!others.every((folder) => `${folder}${sep}`.startsWith(`${parts.join(sep)}${sep}`))) parts.pop();
  return parts.join(sep) || sep;
}
