import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LandingFolder } from '../../adapters/local/landing.ts';
import { loadProject } from '../../adapters/local/project.ts';
import { openState } from '../../adapters/local/state.ts';
import { generators } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { type Command, STATE } from '../command.ts';
import { nextSteps } from '../next.ts';
import { StderrProgress } from '../progress.ts';
import { summary } from '../summary.ts';
import { callRun, tellErrors } from './run.ts';

const SAMPLE_SEED = 42;

export const start: Command = {
  help: `
usage: npm start

Runs on landing/. Where that is empty, on a generated sample, which is kept under the state folder and never mixed with
what lands. Ends with what was loaded, where the report is, and what to try next; nothing stays running.
`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { ...STATE, landing: { type: 'string', default: 'landing' } },
    });
    const own = await hasFiles(values.landing);
    const state = own ? values.state : join(values.state, 'sample');
    const landing = own ? values.landing : join(state, 'landing');
    if (!own) await ensureSample(values.state, landing);
    const result = await callRun({
      landing,
      state,
      project: undefined,
      datasets: [],
      full: false,
      warehouse: true,
    });
    tellErrors(result);
    process.stdout.write(summary(result));
    process.stdout.write(nextSteps(result, await loadProject(), { own, state }));
    return result.status === 'failed' ? 1 : 0;
  },
};

async function hasFiles(landing: string): Promise<boolean> {
  if (!existsSync(landing)) return false;
  const folder = new LandingFolder(landing, '');
  await folder.check();
  const { contracts } = await loadProject();
  for (const { dataset } of contracts) if ((await folder.list(dataset)).length > 0) return true;
  return (await folder.unclaimed(contracts.map(({ dataset }) => dataset))).length > 0;
}

/** Whole or not at all: a sample that a killed start left half written is made anew. */
async function ensureSample(state: string, landing: string): Promise<void> {
  await openState(state);
  if (existsSync(landing)) return;
  const draft = `${landing}.new`;
  await rm(draft, { recursive: true, force: true });
  const progress = new StderrProgress();
  for (const generator of generators) {
    progress.step('generate', `a sample of ${generator.dataset}, for there is nothing in the landing folder`);
    await writeDataset(generator, { out: draft, scale: generator.sampleScale, seed: SAMPLE_SEED });
  }
  progress.end();
  await rename(draft, landing);
}
