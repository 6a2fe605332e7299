/** Runs of the state machine, and clusterings that events begin: functions as they are deployed, and what a laptop makes of the same files. */

import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { loadProject } from '../../../adapters/local/project.ts';
import { generatorFor } from '../../../generators/index.ts';
import { writeDataset } from '../../../generators/write.ts';
import { execute } from '../../bridge/states/machine.ts';
import { Workspace } from '../../support/cli.ts';
import { AwsStage } from '../support/aws-stage.ts';
import { EventPump } from '../support/event-pump.ts';
import { expectSame } from '../support/expect-same.ts';
import { definitionOf } from '../support/stage-functions.ts';
import { StageTables } from '../support/stage-tables.ts';

const PATIENCE = 1_800_000;
const data = process.env['LANDFALL_DATA'];

/** Of `student-performance`, which is small and has models and analyses. */
const RUN = 'student-performance';
const CLUSTERED = 'learnplatform';
/** Engagement files: enough districts for as many clusters as there are. */
const DISTRICTS = 6;

const project = await loadProject();
const resultsOf = (dataset: string, kinds: readonly string[] = []) =>
  project.analyses
    .filter((one) => one.dataset === dataset && (kinds.length === 0 || kinds.includes(one.kind)))
    .flatMap(({ outputs }) => Object.values<string>(outputs).map((name) => `${dataset.replaceAll('-', '_')}.${name}`));

const work = new Workspace();
const folder = mkdtempSync(join(tmpdir(), 'landfall-run-'));
let stage: AwsStage;
let pump: EventPump;
let tables: StageTables;

const land = async (dataset: string) => {
  const own = join(work.landing, dataset);
  for (const file of readdirSync(own, { recursive: true, withFileTypes: true }).filter((one) => one.isFile())) {
    const path = join(file.parentPath, file.name);
    await stage.bucket('Landing').upload(relative(work.landing, path), path);
  }
};

beforeAll(async () => {
  const generator = generatorFor(RUN);
  if (generator === undefined) throw new Error(`there is no generator for ${RUN}`);
  await writeDataset(generator, { out: work.landing, scale: 0.1, seed: 7 });
  if (data !== undefined) landPublished(join(data, CLUSTERED), join(work.landing, CLUSTERED));
  stage = await AwsStage.open();
  pump = new EventPump(stage);
  await work.soundRun('--no-warehouse');
  tables = await StageTables.open(stage, work.state, folder);
}, PATIENCE);
afterAll(async () => {
  const { lambda } = stage;
  process.stderr.write(`${lambda.invoked.map(({ name, milliseconds }) => `${name}: ${milliseconds} ms`).join('\n')}\n`);
  tables?.close();
  await stage.close();
  work.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the state machine', () => {
  const models = project.models.filter(({ dataset }) => dataset === RUN);

  test(
    'brings what landed from its files to the report',
    async () => {
      const glue = makeClient(GlueClient, stage.connection);
      const machine = { definition: definitionOf(stage.templates), lambda: stage.lambda, glue };
      await land(RUN);
      const asked = { full: false, datasets: [RUN], models: [], months: null };
      const ended = await execute({ ...machine, waits: { WaitForCrawler: 500 } }, '20260131T100000-1f2e3d', asked);
      expect(ended.error).toBeNull();
      const once = [...new Set(ended.tasks.map(({ state }) => state))];
      expect(once).toEqual(STATES);
      expect(await pump.told()).toMatchObject([{ run_id: '20260131T100000-1f2e3d', status: 'succeeded', errors: [] }]);
      expect((await stage.bucket('Report').text('index.html'))?.text).toContain('<html');
      // What is in the lake no second run does again.
      const { tasks, error } = await execute(machine, '20260131T110000-000000', asked);
      expect({ error, loads: tasks.filter(({ state }) => /LoadBatch|StartCrawler/.test(state)) }).toEqual({
        error: null,
        loads: [],
      });
      expect(await pump.told()).toMatchObject([{ run_id: '20260131T110000-000000', status: 'succeeded' }]);
    },
    PATIENCE,
  );

  test.each([...models.map(({ table }) => table), ...resultsOf(RUN)])(
    'makes %s as a laptop does',
    async (table) => expectSame(await tables.compareAthena(table, [], keyOf(table))),
    PATIENCE,
  );
});

describe('published files, by the events of S3', () => {
  if (data === undefined) {
    test.skip('skipped: LANDFALL_DATA is not set', () => undefined);
    return;
  }

  test(
    'go through every step',
    async () => {
      await land(CLUSTERED);
      const before = pump.turns.length;
      await pump.settle();
      expect(await pump.told()).toMatchObject([{ status: 'succeeded', errors: [] }]);
      expect(pump.turns.slice(before).map(({ step, failed }) => [step, failed])).toEqual(
        ['ingest', 'aggregate', 'cluster', 'analyse', 'publish', 'report'].map((step) => [step, []]),
      );
    },
    PATIENCE,
  );

  test.each(resultsOf(CLUSTERED, ['clustering']))(
    'have %s of a laptop',
    async (table) => {
      const found = await tables.compareAthena(table, [], keyOf(table));
      expect(found.rows.left).toBeGreaterThan(0);
      expectSame(found);
    },
    PATIENCE,
  );
});

const STATES = [
  ...['Plan', 'CheckHeaders', 'StartCrawler', 'GetCrawler', 'LoadBatch', 'CheckQuality', 'RefreshModels'],
  ...['RunAnalyses', 'PublishWarehouse', 'CheckFreshness', 'WriteReport', 'FinishRun', 'Notify'],
];

function keyOf(table: string) {
  return { key: project.models.find((model) => model.table === table)?.key ?? [] };
}

/** Everything but engagement, and the smallest files of that. */
function landPublished(from: string, to: string): void {
  const engagement = 'engagement_data';
  mkdirSync(join(to, engagement), { recursive: true });
  for (const name of readdirSync(from).filter((one) => one.endsWith('.csv'))) cpSync(join(from, name), join(to, name));
  const sizes = readdirSync(join(from, engagement)).map((name) => [name, join(from, engagement, name)] as const);
  const smallest = sizes.toSorted(([, a], [, b]) => statSync(a).size - statSync(b).size).slice(0, DISTRICTS);
  for (const [name, path] of smallest) cpSync(path, join(to, engagement, name));
}
