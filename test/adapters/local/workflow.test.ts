/** The runner of the state machine, with tasks that stand in for the real ones. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunLog, readRunLog } from '../../../adapters/local/run-log.ts';
import { runWorkflow } from '../../../adapters/local/workflow.ts';
import { Visits } from '../../../adapters/shared/visits.ts';
import { newSession, type Session } from '../../../core/pipeline/session.ts';
import { type Tasks, tasksOf } from '../../../core/pipeline/tasks.ts';
import type { Ports } from '../../../core/ports.ts';
import { LandfallError, TransientError } from '../../../core/problems.ts';

const RUN = 'run-1';
let folder: string;
let session: Session;
let called: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-workflow-'));
  called = [];
  const ports = { clock: { now: () => 0 }, progress: { step: () => undefined } } as unknown as Ports;
  session = newSession(ports, { runId: RUN, datasets: [], full: false });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Behaviour = Partial<Record<keyof Tasks, (input: never) => unknown>>;

const QUIET: Behaviour = {
  Plan: () => ({ run_id: RUN, datasets: ['a', 'b'], max_concurrency: 1 }),
  CheckHeaders: () => ({ crawl: false, crawler: 'landfall-a', load: 'none', batches: [] }),
  RunAnalyses: () => ({ models_left: false }),
  FinishRun: () => ({ status: session.errors.length === 0 ? 'succeeded' : 'failed' }),
};

/** Runs the workflow; what `behaviour` leaves out does nothing, and failures are recorded as they really are. */
async function run(behaviour: Behaviour): Promise<void> {
  const real = tasksOf(session, { contracts: [], load: () => Promise.reject(new Error()) });
  const all = { ...QUIET, ...behaviour } as Record<string, (input: unknown) => unknown>;
  const tasks = Object.keys(real).map((name) => [
    name,
    async (input: unknown) => {
      const { dataset } = (input ?? {}) as { dataset?: string };
      called.push(dataset === undefined ? name : `${name} ${dataset}`);
      if (name === 'RecordFailure') return real.RecordFailure(input as never);
      return (await all[name]?.(input)) ?? {};
    },
  ]);
  await runWorkflow(session, Object.fromEntries(tasks) as Tasks, new RunLog(folder, RUN));
}

const events = () => readRunLog(folder, RUN);

describe('runWorkflow', () => {
  it('visits the states in their order, each data set by itself', async () => {
    await run({});
    const each = (dataset: string) =>
      ['CheckHeaders', 'CheckQuality', 'RefreshModels', 'RunAnalyses', 'PublishWarehouse'].map(
        (name) => `${name} ${dataset}`,
      );
    const end = ['CheckFreshness', 'WriteReport', 'FinishRun', 'Notify'];
    expect(called).toEqual(['Plan', ...each('a'), ...each('b'), ...end]);
  });

  it('a data set that fails leaves the others running, and the run ends as failed with the error as it was', async () => {
    const problem = { code: 'broken', message: 'it broke', file: 'a.sql', line: 3, hint: 'mend it' };
    await run({
      RefreshModels: ({ dataset }: { dataset: string }) => {
        if (dataset === 'a') throw new LandfallError(problem);
      },
    });
    expect(called).toContain('RecordFailure a');
    expect(called).not.toContain('PublishWarehouse a');
    expect(called).toContain('PublishWarehouse b');
    expect(called.slice(-3)).toEqual(['WriteReport', 'FinishRun', 'Notify']);
    expect(session.errors).toEqual([problem]);
    const last = (await events()).at(-1);
    expect(last).toMatchObject({ type: 'ExecutionFailed', Error: 'Landfall.RunFailed' });
  });

  it('tries again what was busy, and says how often', async () => {
    let failures = 2;
    await run({
      PublishWarehouse: () => {
        failures -= 1;
        if (failures >= 0) throw new TransientError({ code: 'busy', message: 'try again' });
      },
    });
    expect(session.errors).toEqual([]);
    const retried = (await events()).filter(({ type }) => type === 'StateRetried');
    expect(retried.map(({ state }) => state?.name)).toEqual(['PublishWarehouse', 'PublishWarehouse']);
    const visit = session.states.find(({ state, dataset }) => state === 'PublishWarehouse' && dataset === 'a');
    expect(visit).toMatchObject({ retries: 2, type: 'Task' });
  }, 30_000);

  it('crawls where headers changed, and waits until the crawler is ready', async () => {
    const states = ['RUNNING', 'STOPPING', 'READY'];
    await run({
      Plan: () => ({ run_id: RUN, datasets: ['a'], max_concurrency: 1 }),
      CheckHeaders: () => ({ crawl: true, crawler: 'landfall-a', load: 'none', batches: [] }),
      StartCrawler: ({ Name }: { Name: string }) => {
        expect(Name).toBe('landfall-a');
      },
      GetCrawler: () => ({ Crawler: { State: states.shift() } }),
    });
    expect(called.filter((name) => name === 'GetCrawler')).toHaveLength(3);
    expect(session.errors).toEqual([]);
  });

  it.each([
    ['bulk', ['BulkLoad', 'LoadBatch a', 'LoadBatch a']],
    ['incremental', ['LoadBatch a', 'LoadBatch a']],
    ['none', []],
  ])('loads as the header check says: %s', async (load, expected) => {
    const batches = [{ table: 'x' }, { table: 'y' }];
    const job = { plan: 's3://lake/plan.json', result: 's3://lake/result.json' };
    await run({
      Plan: () => ({ run_id: RUN, datasets: ['a'], max_concurrency: 1 }),
      CheckHeaders: () => ({ crawl: false, crawler: 'landfall-a', load, batches, job }),
      BulkLoad: ({ Arguments }: { Arguments: Record<string, string> }) => {
        expect(Arguments).toEqual({ '--plan': job.plan, '--result': job.result });
      },
    });
    expect(called.filter((name) => /Load/.test(name))).toEqual(expected);
  });

  it('once a table fails to load begins no other of its data set, and tells of none', async () => {
    const batches = ['x', 'y', 'z'].map((table) => ({ table }));
    const loaded: string[] = [];
    await run({
      CheckHeaders: ({ dataset }: { dataset: string }) => ({
        crawl: false,
        crawler: `landfall-${dataset}`,
        load: dataset === 'a' ? 'incremental' : 'none',
        batches,
      }),
      LoadBatch: ({ batch }: { batch: { table: string } }) => {
        loaded.push(batch.table);
        if (batch.table === 'y') throw new LandfallError({ code: 'broken', message: 'y broke' });
      },
    });
    expect(loaded).toEqual(['x', 'y']);
    const visited = session.states.filter(({ state }) => state === 'LoadBatch').map(({ table }) => table);
    expect(visited).toEqual(['x']);
    const told = (await events()).filter(({ state }) => state?.name === 'LoadBatch').map(({ state }) => state?.input);
    expect(new Set(told.map((input) => (input as { batch: { table: string } }).batch.table))).toEqual(
      new Set(['x', 'y']),
    );
    expect(called).toContain('PublishWarehouse b');
    expect(session.errors).toEqual([{ code: 'broken', message: 'y broke' }]);
  });

  it('goes round while models wait for analyses', async () => {
    let rounds = 3;
    await run({
      Plan: () => ({ run_id: RUN, datasets: ['a'], max_concurrency: 1 }),
      RunAnalyses: () => {
        rounds -= 1;
        return { models_left: rounds > 0 };
      },
    });
    expect(called.filter((name) => name === 'RefreshModels a')).toHaveLength(3);
  });

  it('throws what planning threw: there is no run to speak of', async () => {
    const problem = new LandfallError({ code: 'unknown-dataset', message: 'no such' }, 2);
    await expect(
      run({
        Plan: () => {
          throw problem;
        },
      }),
    ).rejects.toBe(problem);
  });

  it('of a data set that breaks a rule no model is made, and the report is written', async () => {
    await run({
      CheckQuality: ({ dataset }: { dataset: string }) => {
        if (dataset === 'a') throw new LandfallError({ code: 'rule-failed', message: 'too few' });
      },
    });
    expect(called).not.toContain('RefreshModels a');
    expect(called).toEqual(expect.arrayContaining(['RecordFailure a', 'RefreshModels b', 'WriteReport']));
    expect(session.errors.map(({ code }) => code)).toEqual(['rule-failed']);
  });

  it('freshness that can not be told does not keep the report from being written', async () => {
    await run({
      CheckFreshness: () => {
        throw new Error('no clock');
      },
    });
    expect(called).toContain('WriteReport');
    expect(session.errors[0]?.message).toContain('no clock');
  });

  it('a report that fails does not keep the run from ending, and its error is told', async () => {
    await run({
      WriteReport: () => {
        throw new Error('no ink');
      },
    });
    expect(called).toContain('FinishRun');
    expect(session.errors[0]?.message).toContain('no ink');
  });
});

describe('Visits', () => {
  it('of a log that a kill cut off, tells which states were not left', () => {
    const visits = new Visits();
    const state = (name: string) => ({ name, type: 'Task', input: { dataset: 'a' } });
    visits.see({ type: 'StateEntered', timestamp: 1000, state: state('CheckHeaders') });
    const left = visits.see({ type: 'StateExited', timestamp: 1500, state: { ...state('CheckHeaders'), output: {} } });
    expect(left).toMatchObject({ state: 'CheckHeaders', dataset: 'a', enteredAt: 1000, elapsed: 500, output: 2 });
    visits.see({ type: 'StateEntered', timestamp: 2000, state: state('LoadBatch') });
    expect(visits.unfinished(2600)).toMatchObject([{ state: 'LoadBatch', enteredAt: 2000, elapsed: 600 }]);
  });
});
