/** Files that no contract takes: never loaded by guess, and told of with the command that proposes a contract for them. */

import type { Contract } from '../contracts/types.ts';
import { datasetName, isLandable, stemOf } from '../infer/names.ts';
import type { Ports } from '../ports.ts';
import type { Problem } from '../problems.ts';
import type { Stray, Unclaimed } from '../strays.ts';
import { counted, shellWord } from '../words.ts';
import { nearest } from '../yaml/nearest.ts';

/** Folders as a person names them on the command line. */
export interface Places {
  readonly landing: string;
  readonly contracts: string;
}

export const PLACES: Places = { landing: 'landing', contracts: 'contracts' };

const OTHER_FORMAT = 'files land as .csv or .ndjson, each with .gz or without: export it so, or take it away';

/** Of a file in a data set's folder. */
export function strayFile({ dataset, tables, file }: Contract, key: string, { landing }: Places): Problem {
  const message = `no table of ${dataset} takes this file, expected one of ${tables.map((table) => table.landing).join(', ')}`;
  const command = `landfall contract infer ${shellWord(`${landing}/${key}`)} --dataset ${dataset}`;
  const hint = isLandable(key) ? `rename it, or add a table to ${file}, as proposed by: ${command}` : OTHER_FORMAT;
  return { code: 'stray-file', file: key, message, hint };
}

/** What lies beside the folders of data sets with a contract. Why nothing can be listed, their own listings tell. */
export async function listUnclaimed(
  { landing }: Pick<Ports, 'landing'>,
  contracts: readonly Contract[],
  places: Places = PLACES,
): Promise<Stray[]> {
  const datasets = contracts.map(({ dataset }) => dataset);
  const found = await landing.unclaimed(datasets).catch(() => []);
  return found.map((one) => {
    const dataset = one.key.endsWith('/') ? one.key.slice(0, -1) : null;
    return { dataset, problem: unclaimedProblem(one, datasets, places) };
  });
}

/** Of what lies beside the data sets' folders: a file, or a folder with all that is in it. */
function unclaimedProblem(found: Unclaimed, datasets: readonly string[], places: Places): Problem {
  if (found.problem !== undefined) return found.problem;
  const { key, files, landable } = found;
  const isFolder = key.endsWith('/');
  const message = isFolder
    ? `no contract for ${counted(files, 'file')} in this folder: nothing of it is loaded`
    : 'lies beside the folders of data sets: it is not loaded';
  const problem = { code: 'no-contract', file: key, message };
  if (landable === 0) return { ...problem, hint: OTHER_FORMAT };
  return {
    ...problem,
    hint: isFolder ? folderHint(key.slice(0, -1), datasets, places) : fileHint(key, datasets, places),
  };
}

/** The command works as things lie; a contract is for the folder that is called after it. */
function folderHint(folder: string, datasets: readonly string[], places: Places): string {
  const free = datasetName(folder) ?? 'data';
  const dataset = datasets.includes(free) ? `${free}-2` : free;
  const near = nearest(folder, datasets);
  return [
    ...(near === undefined ? [] : [`rename it to ${near} if that is meant, else `]),
    inferCommand(folder, dataset, places),
    ...(dataset === folder ? [] : [`; then rename it to ${dataset}`]),
  ].join('');
}

function fileHint(key: string, datasets: readonly string[], places: Places): string {
  const dataset = datasetName(stemOf(key)) ?? 'data';
  const folder = `${places.landing}/${dataset}/`;
  if (datasets.includes(dataset)) return `move it into ${folder}`;
  return `${inferCommand(key, dataset, places)}; then move it into ${folder}, or into the folder of its data set`;
}

function inferCommand(key: string, dataset: string, { landing, contracts }: Places): string {
  const [from, to] = [`${landing}/${key}`, `${contracts}/${dataset}.odcs.yaml`].map(shellWord);
  return `landfall contract infer ${from} --out ${to}`;
}
