import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openProject } from '../../adapters/local/project.ts';
import { PullProgress } from '../../adapters/local/pull-progress.ts';
import { type Landed, landPulled } from '../../adapters/local/pulled-file.ts';
import { openState } from '../../adapters/local/state.ts';
import { BearerSource } from '../../adapters/shared/http-source.ts';
import type { Contract, SourceApi } from '../../core/contracts/types.ts';
import { formatProblem, LandfallError, type Problem, TransientError } from '../../core/problems.ts';
import { urlMistake } from '../../core/pull/links.ts';
import { fetchAll } from '../../core/pull/pull.ts';
import { counted } from '../../core/words.ts';
import { didYouMean } from '../../core/yaml/nearest.ts';
import { type Command, isAws, PROJECT, refuseLocal, STATE, TARGET } from '../command.ts';
import { StderrProgress } from '../progress.ts';

interface Source {
  readonly dataset: string;
  readonly api: SourceApi;
}

interface Pulled extends Landed {
  readonly dataset: string;
  readonly pages: number;
  /** How many of the pages an earlier pull had left. */
  readonly resumed: number;
}

export const pull: Command = {
  help: `
usage: landfall pull [--dataset NAME]… [--landing DIR] [--state DIR] [--url URL] [--json]
                     [--target aws --stage NAME]

Fetches the records of every data set whose contract has a sourceApi into the landing folder, page by page, as JSON
lines: <landing>/<data set>/<prefix>/2026-01-31T235959Z.ndjson. Then: landfall run.
What has not changed since the last pull lands no file. A pull that was killed, or found the API away, goes on where it
was. The token comes from the environment variable that the contract names, and goes to no other host.

  --dataset   only this data set; may be given more than once
  --landing   the folder that files land in, as <data set>/…; landing by default
  --state     where the pages of an unfinished pull are kept; .landfall by default
  --url       ask here, and not where the contract says: https, or http on this machine; the token is sent there. For one
              data set
  --json      print the result as JSON
  --project   the folder with contracts/ and queries/, of a stage what was deployed; Landfall's own by default
  --target    aws calls the function that pulls a data set of a deployed stage on its schedule, now, and waits for it; it
              goes on if this command is stopped. The token is the stage's own, and what lands is loaded as it arrives.
              --landing, --state and --url are for a laptop alone; local by default
  --stage     which one, dev by default

exit codes: 0 done, 1 failed, 2 wrong usage
`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...STATE,
        ...PROJECT,
        ...TARGET,
        dataset: { type: 'string', multiple: true, default: [] },
        landing: { type: 'string', default: 'landing' },
        url: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const isDeployed = isAws(values);
    if (isDeployed) refuseLocal(args, LOCAL_ONLY);
    const { contracts } = await openProject(values.project);
    const sources = withUrl(sourcesOf(contracts, values.dataset), values.url);
    const progress = new StderrProgress();
    const pullSource = await (isDeployed ? onStage(values.stage, progress) : onLaptop(values, progress));
    const [done, errors]: [Pulled[], (Problem & { dataset: string })[]] = [[], []];
    for (const source of sources) {
      try {
        done.push(await pullSource(source));
      } catch (error) {
        if (!(error instanceof LandfallError)) throw error;
        errors.push(...error.problems.map((problem) => ({ dataset: source.dataset, ...problem })));
      } finally {
        progress.end();
      }
    }
    for (const problem of errors) process.stderr.write(`${problem.dataset}: ${formatProblem(problem)}\n`);
    if (values.json) process.stdout.write(`${JSON.stringify(toJson(done, errors), null, 2)}\n`);
    else process.stdout.write(done.map(told).join(''));
    return errors.length === 0 ? 0 : 1;
  },
};

const DEPLOYED = 'a deployed pull writes to the landing bucket of its stage';
const LOCAL_ONLY = {
  landing: DEPLOYED,
  state: DEPLOYED,
  url: 'a deployed pull asks where the contract says: change it there, and deploy',
} as const;

type PullSource = (source: Source) => Promise<Pulled>;

async function onLaptop(
  { landing, state }: { readonly landing: string; readonly state: string },
  progress: StderrProgress,
): Promise<PullSource> {
  const { root } = await openState(state);
  return (source) => pullOne(source, landing, root, progress);
}

async function onStage(stage: string, progress: StderrProgress): Promise<PullSource> {
  const { deployedPuller } = await import('../../adapters/aws/pull/deployed.ts');
  const pullDeployed = await deployedPuller(stage);
  return async ({ dataset }) => {
    progress.step('pull', `${dataset} on ${stage}`);
    return { dataset, ...(await pullDeployed(dataset)) };
  };
}

async function pullOne(
  { dataset, api }: Source,
  landing: string,
  state: string,
  told: StderrProgress,
): Promise<Pulled> {
  const http = new BearerSource(api.token);
  const fetched = await PullProgress.open(state, dataset, api, Date.now());
  try {
    const resumed = fetched.links.size;
    told.step('pull', resumed === 0 ? dataset : `${dataset} goes on after ${counted(resumed, 'page')}`);
    const line = {
      http,
      now: () => Date.now(),
      unit: () => Math.random(),
      sleep: (milliseconds: number) => sleep(milliseconds),
      onWait: (reason: string, milliseconds: number) =>
        told.step('wait', `${dataset}: ${reason}, asked again in ${(milliseconds / 1000).toFixed(1)} s`),
    };
    await fetchAll(api, fetched, line, (pages, records) =>
      told.step('pull', `${dataset}, ${counted(pages, 'page')}, ${counted(records, 'record')}`),
    );
    const folder = join(landing, dataset, ...api.prefix.split('/'));
    const landed = await landPulled(folder, () => fetched.pages(), api.key, Date.now()).catch((error) => {
      throw unlandable(error as NodeJS.ErrnoException, folder);
    });
    const pages = fetched.links.size;
    await fetched.discard();
    return { dataset, pages, resumed, ...landed };
  } catch (error) {
    // What another try would meet again is no place to go on from.
    if (error instanceof LandfallError && !(error instanceof TransientError)) await fetched.discard();
    throw error;
  } finally {
    await fetched.close();
  }
}

/** The pages are kept: they are as good once there is a place for them. */
function unlandable(error: NodeJS.ErrnoException, folder: string): Error {
  // Whatever command meets a full disk says the same of it.
  if (error.code === undefined || error.code === 'ENOSPC') return error;
  const message = `pulled records can't be written here: ${error.code}`;
  return new TransientError({ code: 'landing-unwritable', file: folder, message, hint: 'check its permissions' });
}

function sourcesOf(contracts: readonly Contract[], asked: readonly string[]): Source[] {
  const sources = contracts.flatMap(({ dataset, sourceApi: api }) => (api === undefined ? [] : [{ dataset, api }]));
  const names = sources.map(({ dataset }) => dataset);
  if (sources.length === 0) throw usage('no contract has a sourceApi', 'README.md shows one');
  for (const name of asked) {
    if (names.includes(name)) continue;
    const isKnown = contracts.some(({ dataset }) => dataset === name);
    const what = isKnown ? `the contract of "${name}" has no sourceApi` : `there is no data set "${name}"`;
    throw usage(`${what}, expected one of ${names.join(', ')}${didYouMean(name, names)}`);
  }
  return asked.length === 0 ? sources : sources.filter(({ dataset }) => asked.includes(dataset));
}

/** An option, and no environment variable: where a token goes is said by whoever sends it, each time. */
function withUrl(sources: readonly Source[], url: string | undefined): readonly Source[] {
  if (url === undefined) return sources;
  const [only] = sources;
  if (only === undefined || sources.length > 1) throw usage('--url is for one data set', 'name it with --dataset');
  const mistake = urlMistake(url, only.api.pageSize?.parameter);
  if (mistake !== undefined) throw usage(`--url ${mistake}`);
  return [{ ...only, api: { ...only.api, url } }];
}

function usage(message: string, hint?: string): LandfallError {
  return new LandfallError({ code: 'usage', message, ...(hint === undefined ? {} : { hint }) }, 2);
}

function told({ dataset, pages, records, repeated, resumed, file }: Pulled): string {
  const what = `${dataset}: ${counted(records, 'record')} of ${counted(pages, 'page')}`;
  const notes = [
    ...(resumed === 0 ? [] : [`${counted(resumed, 'page')} of an earlier pull`]),
    ...(repeated === 0 ? [] : [`${counted(repeated, 'repeat')} dropped`]),
  ];
  const where = records === 0 ? 'nothing to land' : file === null ? 'as the last pull left them' : `in ${file}`;
  return `${[what, ...notes].join(', ')}: ${where}\n`;
}

function toJson(done: readonly Pulled[], errors: readonly (Problem & { dataset: string })[]): unknown {
  const datasets = done.map(({ dataset, pages, resumed, records, repeated, file }) => {
    return { dataset, pages, pages_resumed: resumed, records, records_repeated: repeated, file };
  });
  return { status: errors.length === 0 ? 'succeeded' : 'failed', datasets, errors };
}
