/** Glue's jobs on Spark, by the SDK's own client: the load job runs a real plan. */

import {
  BatchStopJobRunCommand,
  CreateJobCommand,
  GetJobRunsCommand,
  GlueClient,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SparkResult } from '../../core/plans/spark-job.ts';
import type { Bridge } from '../bridge/bridge.ts';
import { column, contractOf, table } from '../support/contracts.ts';
import { own } from './aws/stores.ts';
import { clientOptions } from './support/athena.ts';
import { openBridge } from './support/engines.ts';
import { ended, uploadScripts } from './support/load-job.ts';
import { putFile, putObject, readObject } from './support/s3.ts';
import { JOB_SETTINGS } from './support/spark-settings.ts';
import { type Session, Twins } from './support/twins.ts';

let bridge: Bridge;
let glue: GlueClient;
let modules: string;

beforeAll(async () => {
  bridge = await openBridge();
  glue = new GlueClient(clientOptions(bridge.url));
  const scripts = await uploadScripts();
  modules = scripts.modules;
  await job('landfall-load', scripts.script);
});

afterAll(async () => {
  glue?.destroy();
  await bridge?.close();
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
        '--extra-py-files': modules,
        '--conf': CONF,
        '--enable-continuous-cloudwatch-log': 'true',
      },
    }),
  );

async function script(name: string, text: string): Promise<void> {
  await job(name, await putObject('lake', `assets/${name}.py`, text));
}

const start = (JobName: string, Arguments: Record<string, string> = {}) =>
  glue.send(new StartJobRunCommand({ JobName, Arguments }));

/** The load job as a session of Spark: each load is a run of its own. */
const session: Session = {
  async load(plan, key = 'x'.repeat(32)) {
    await putFile('lake', 'jobs/plan.json', plan);
    const secrets = new SecretsManagerClient(clientOptions(bridge.url));
    const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name: own('key'), SecretString: `${key}\n` }));
    secrets.destroy();
    const Arguments = {
      '--plan': 's3://lake/jobs/plan.json',
      '--result': 's3://lake/jobs/result.json',
      '--protect_secret': ARN,
    };
    const run = await ended(glue, 'landfall-load', (await start('landfall-load', Arguments)).JobRunId);
    if (run.JobRunState !== 'SUCCEEDED') throw new Error(`${run.JobRunState}: ${run.ErrorMessage}`);
    return JSON.parse(await readObject('lake', 'jobs/result.json')) as SparkResult;
  },
};

test('the load job runs a plan from S3, with the key from Secrets Manager', async () => {
  const columns = [
    column('id', 'integer', { required: true }),
    column('amount', 'double', { minimum: 0 }),
    column('note', 'string'),
    column('mail', 'string', { protect: 'hmac' }),
  ];
  const sales = table('sales', columns, { landing: '*.csv', primaryKey: ['id'] });
  const contract = { ...contractOf(sales), dataset: 'jobs', schema: 'jobs' };
  const key = 'a key that is long enough to be one, is it not?';
  const twins = await Twins.open(contract, session, { environment: { LANDFALL_PROTECT_KEY: key } });
  try {
    bridge.reset();
    const rows = 'id,amount,note,mail\n1,1.5,"é, x",a@b.c\n2,,,\n3,-1,bad,d@e.f\n';
    twins.lake.drop('größe a.csv', rows, Date.UTC(2021, 0, 1));
    const { duckdb, spark } = await twins.load();
    expect(spark).toEqual(duckdb);
    expect(spark).toMatchObject([{ rows_loaded: 2, rows_quarantined: 1 }]);
    expect(await twins.compare('jobs.sales')).toMatchObject({ rows: 2, onlyDuckdb: [], onlySpark: [] });
    expect(await twins.compareQuarantine()).toMatchObject({ rows: 1, onlyDuckdb: [], onlySpark: [] });
    // What the job asks of AWS is asked under its own name, and of the catalog it asks nothing.
    const asked = bridge.calls
      .filter(({ accessKey }) => accessKey === 'job-landfall-load')
      .map(({ service, action }) => `${service}:${action}`);
    expect(asked).toEqual(expect.arrayContaining(['s3:PutObject', 's3:GetObject', 'secretsmanager:GetSecretValue']));
    expect(asked.filter((one) => one.startsWith('glue:'))).toEqual([]);
  } finally {
    twins.close();
  }
});

test('a run that fails says why, and where its log is', async () => {
  await script('failing', 'import sys\nraise ValueError("no such " + sys.argv[sys.argv.index("--what") + 1])\n');
  const { JobRunId } = await start('failing', { '--what': 'plan' });
  const run = await ended(glue, 'failing', JobRunId);
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
  expect((await ended(glue, 'slow', JobRunId)).JobRunState).toBe('STOPPED');
  const again = await start('slow');
  await glue.send(new BatchStopJobRunCommand({ JobName: 'slow', JobRunIds: [again.JobRunId ?? ''] }));
  await expect(start('none')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  await expect(ended(glue, 'slow', 'none')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
});
