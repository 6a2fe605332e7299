/** Glue's jobs on Spark, by the SDK's own client: the load job runs a real plan. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  BatchStopJobRunCommand,
  CreateJobCommand,
  GetJobRunCommand,
  GetJobRunsCommand,
  GlueClient,
  type JobRun,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Bridge } from '../bridge/bridge.ts';
import { column, contractOf, table } from '../support/lake.ts';
import { AthenaUser, clientOptions } from './support/athena.ts';
import { engines, openBridge } from './support/engines.ts';
import { listObjects, putFile, putObject, readObject } from './support/s3.ts';
import type { SparkBooks } from './support/spark.ts';
import { JOB_SETTINGS } from './support/spark-settings.ts';
import { Twins } from './support/twins.ts';

const SCRIPTS = fileURLToPath(new URL('../../glue-scripts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'landfall-jobs-'));

let bridge: Bridge;
let glue: GlueClient;

beforeAll(async () => {
  bridge = await openBridge();
  glue = new GlueClient(clientOptions(bridge.url));
  await putObject('lake', 'assets/load.py', readFileSync(join(SCRIPTS, 'load.py')));
  const archive = join(folder, 'modules.zip');
  const modules = readdirSync(SCRIPTS).filter((name) => name.endsWith('.py') && name !== 'load.py');
  execFileSync(engines().python('engines'), ['-m', 'zipfile', '-c', archive, ...modules], { cwd: SCRIPTS });
  await putFile('lake', 'assets/modules.zip', archive);
  await job('landfall-load', 's3://lake/assets/load.py');
});

afterAll(async () => {
  glue?.destroy();
  await bridge?.close();
  rmSync(folder, { recursive: true, force: true });
});

const CONF = Object.entries(JOB_SETTINGS)
  .map(([name, value]) => `${name}=${value}`)
  .join(' --conf ');

const job = (Name: string, ScriptLocation: string) =>
  glue.send(
    new CreateJobCommand({
      Name,
      Role: 'arn:aws:iam::123456789012:role/load',
      GlueVersion: '5.0',
      Command: { Name: 'glueetl', PythonVersion: '3', ScriptLocation },
      DefaultArguments: {
        '--datalake-formats': 'iceberg',
        '--extra-py-files': 's3://lake/assets/modules.zip',
        '--conf': CONF,
        '--enable-continuous-cloudwatch-log': 'true',
      },
    }),
  );

async function script(name: string, text: string): Promise<void> {
  await job(name, await putObject('lake', `assets/${name}.py`, text));
}

async function ended(JobName: string, RunId = ''): Promise<JobRun> {
  for (;;) {
    const { JobRun: run = {} } = await glue.send(new GetJobRunCommand({ JobName, RunId }));
    if (!['STARTING', 'RUNNING', 'STOPPING'].includes(run.JobRunState ?? '')) return run;
    await sleep(200);
  }
}

const start = (JobName: string, Arguments: Record<string, string> = {}) =>
  glue.send(new StartJobRunCommand({ JobName, Arguments }));

/** The load job as a session of Spark: each load is a run of its own. */
const session = {
  async load(plan: string): Promise<readonly SparkBooks[]> {
    await putFile('lake', 'jobs/plan.json', plan);
    const Arguments = { '--plan': 's3://lake/jobs/plan.json', '--result': 's3://lake/jobs/result' };
    const run = await ended('landfall-load', (await start('landfall-load', Arguments)).JobRunId);
    if (run.JobRunState !== 'SUCCEEDED') throw new Error(`${run.JobRunState}: ${run.ErrorMessage}`);
    const keys = [...(await listObjects('lake', 'jobs/result/')).keys()];
    return JSON.parse(await readObject('lake', keys.find((key) => key.includes('/part-')) ?? '')) as SparkBooks[];
  },
  export: () => Promise.reject(new Error('rows are read by Athena')),
};

test('the load job runs a plan from S3, and Athena reads what it loaded', async () => {
  const columns = [
    column('id', 'integer', { required: true }),
    column('amount', 'double', { minimum: 0 }),
    column('note', 'string'),
  ];
  const sales = table('sales', columns, { landing: '*.csv', primaryKey: ['id'] });
  const contract = { ...contractOf(sales), dataset: 'jobs', schema: 'jobs' };
  const twins = await Twins.open(contract, session);
  const athena = new AthenaUser(bridge.url);
  try {
    bridge.reset();
    twins.lake.drop('größe a.csv', 'id,amount,note\n1,1.5,"é, x"\n2,,\n3,-1,bad\n', Date.UTC(2021, 0, 1));
    const { duckdb, spark } = await twins.load();
    expect(spark).toEqual(duckdb.map((books) => expect.objectContaining({ ...books })));
    const rows = await athena.rows('SELECT id, amount, note, _source_file FROM jobs.sales ORDER BY id');
    expect(rows.slice(1)).toEqual([
      ['1', '1.5', 'é, x', 'jobs/größe a.csv'],
      ['2', undefined, undefined, 'jobs/größe a.csv'],
    ]);
    // What the job asks of AWS is asked under its own name.
    const own = bridge.calls.filter(({ accessKey }) => accessKey === 'job-landfall-load');
    const asked = own.map(({ service, action }) => `${service}:${action}`);
    expect(asked).toEqual(
      expect.arrayContaining(['glue:CreateTable', 'glue:UpdateTable', 's3:PutObject', 's3:GetObject']),
    );
  } finally {
    athena.client.destroy();
    twins.close();
  }
});

test('a run that fails says why, and where its log is', async () => {
  await script('failing', 'import sys\nraise ValueError("no such " + sys.argv[sys.argv.index("--what") + 1])\n');
  const { JobRunId } = await start('failing', { '--what': 'plan' });
  const run = await ended('failing', JobRunId);
  expect(run).toMatchObject({
    JobRunState: 'FAILED',
    ErrorMessage: 'ValueError: no such plan',
    Arguments: { '--what': 'plan' },
    StartedOn: expect.any(Date),
    CompletedOn: expect.any(Date),
  });
  const { JobRuns } = await glue.send(new GetJobRunsCommand({ JobName: 'failing' }));
  expect(JobRuns?.map(({ Id }) => Id)).toEqual([JobRunId]);
});

test('no more runs at once than the job allows, and one that is stopped makes room', async () => {
  await script('slow', 'import time\ntime.sleep(600)\n');
  const { JobRunId = '' } = await start('slow');
  await expect(start('slow')).rejects.toMatchObject({ name: 'ConcurrentRunsExceededException' });
  await glue.send(new BatchStopJobRunCommand({ JobName: 'slow', JobRunIds: [JobRunId] }));
  expect((await ended('slow', JobRunId)).JobRunState).toBe('STOPPED');
  const again = await start('slow');
  await glue.send(new BatchStopJobRunCommand({ JobName: 'slow', JobRunIds: [again.JobRunId ?? ''] }));
  await expect(start('none')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  await expect(ended('slow', 'none')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
});
