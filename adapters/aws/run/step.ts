/** The steps between a load and the report, each begun by the manifest that the one before it left. */

import { TRIED_AGAIN } from '../../../core/pipeline/session.ts';
import type { RunHome } from './home.ts';
import { MANIFESTS, type Manifest, manifestKey, STEPS, type Step, type Told } from './manifests.ts';
import { isTransient, Run } from './run.ts';
import { RunStore } from './store.ts';
import { noRun } from './task.ts';

/** What became of a manifest. `late`: its step was done before. */
export type Stepped = Manifest | 'late' | 'ended';

type Work = (run: Run, told: Told, home: RunHome) => Promise<Manifest | 'ended'>;

/**
 * Does the step that a manifest is for.
 *
 * @throws TransientError, or an Error named so, where something was busy: the step is to be tried again;
 *   LandfallError `no-run`, `no-manifest`
 */
export async function takeStep(home: RunHome, step: Exclude<Step, 'ingest'>, told: Told): Promise<Stepped> {
  const run = await Run.open(home, told.runId);
  if (run === null) throw noRun(told.runId);
  if (run.left !== STEPS[step].hears) {
    await run.tellLeft(told.dataset);
    return 'late';
  }
  await run.claim(step);
  return endStep(run, told.dataset, () => WORK[step](run, told, home), step === 'report');
}

/**
 * Leaves what the work says; what fails is kept for the report, unless it is to be tried again.
 *
 * @param isLast no report comes behind it, so that what fails is the caller's
 */
export async function endStep(
  run: Run,
  dataset: string,
  work: () => Promise<Manifest | 'ended'>,
  isLast = false,
): Promise<Manifest | 'ended'> {
  let next: Manifest | 'ended';
  try {
    next = await work();
  } catch (error) {
    if (isTransient(error) || isLast) {
      await run.unclaim();
      throw error;
    }
    if ((error as Error).name === 'Landfall.run-moved') {
      await run.abandon(dataset, error);
      return 'ended';
    }
    await run.fail(dataset, error);
    return 'done';
  }
  if (next === 'ended') await run.end();
  else await run.leave(next, dataset);
  return next;
}

const WORK: Readonly<Record<Exclude<Step, 'ingest'>, Work>> = {
  async aggregate(run, { dataset }) {
    await run.perform('RefreshModels', { run_id: run.runId, dataset });
    return 'aggregated';
  },

  async cluster(run, { dataset }) {
    await run.perform('RunAnalyses', { run_id: run.runId, dataset, kinds: ['clustering'] });
    return 'clustered';
  },

  /** Here the lake is done, and the next round may begin: the warehouse waits for it. */
  async analyse(run, { dataset }) {
    const input = { run_id: run.runId, dataset };
    for (;;) {
      const { models_left: left } = await run.perform('RunAnalyses', input);
      if (!left) break;
      await run.perform('RefreshModels', input);
    }
    await run.reach('analysed');
    // Before publishing is told: it takes the lease for itself.
    await run.release(dataset);
    return 'analysed';
  },

  async publish(run, told, home) {
    if (await isOvertaken(home, told)) return 'done';
    try {
      await run.perform('PublishWarehouse', { run_id: run.runId, dataset: told.dataset });
    } catch (error) {
      // Whoever works on the data set now publishes what it makes; who looks for something new may find nothing.
      if ((error as Error).name === TRIED_AGAIN.busy && (await isWorkedOn(home, told.dataset))) return 'done';
      throw error;
    }
    await run.release(told.dataset);
    return 'done';
  },

  async report(run, told, home) {
    const { session } = run;
    if (session.freshness.length === 0) await orRecorded(run, () => run.perform('CheckFreshness', {}));
    if (session.report === null && !(await isOvertaken(home, told))) {
      await orRecorded(run, () => run.perform('WriteReport', {}));
    }
    const outcome = await run.perform('FinishRun', {});
    await run.perform('Notify', { outcome });
    return 'ended';
  },
};

/** Whether another run of the data set has loaded since: it publishes and reports what this one did, too. */
async function isOvertaken({ objects }: RunHome, { dataset, runId }: Told): Promise<boolean> {
  const own = await objects.head(manifestKey({ manifest: 'loaded', dataset, runId }));
  if (own === null) return false;
  for await (const { key, modifiedAt } of objects.list(`${MANIFESTS.loaded}${dataset}/`)) {
    if (key !== own.key && modifiedAt > own.modifiedAt) return true;
  }
  return false;
}

/** Whether the lease is a run's. */
async function isWorkedOn({ leases, objects }: RunHome, dataset: string): Promise<boolean> {
  const holder = await leases.holder(dataset);
  return holder !== null && (await new RunStore(objects).has(holder.owner));
}

/** What fails here keeps nothing else of a run's end from being done. */
async function orRecorded(run: Run, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (isTransient(error)) throw error;
    await run.record(error);
  }
}
