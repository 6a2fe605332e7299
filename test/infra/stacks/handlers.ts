/** What the stacks tell each function, and let it do, against what its handler reads and does. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GlueClient } from '@aws-sdk/client-glue';
import { RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { pullFunction } from '../../../adapters/aws/deployment.ts';
import { MANIFESTS, manifestKey, STEPS, type Step } from '../../../adapters/aws/run/manifests.ts';
import { type Settings, variableOf } from '../../../adapters/aws/settings.ts';
import { lambdaEntries } from '../../../infra/bundles/bundle.ts';
import { STATES } from '../../../infra/pipeline/functions.ts';
import {
  nameOf,
  type RoleStatement,
  resourcesOf,
  roleStatements,
  shown,
  type Templates,
} from '../../../infra/tools/reading.ts';
import { logger } from '../../../lambdas/shared/observe.ts';
import { at, openStage } from '../stage.ts';

const { app, project } = await openStage();
const templates: Templates = Object.fromEntries(app.synth().stacks.map(({ id, template }) => [id, template]));
const functions = resourcesOf(templates, 'AWS::Lambda::Function');
const pulled = project.contracts.filter(({ sourceApi }) => sourceApi !== undefined).map(({ dataset }) => dataset);
const [dataset = ''] = pulled;

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a';
const VALUES: Readonly<Record<keyof Settings, string>> = {
  landingBucket: 'landing',
  lakeBucket: 'lake',
  reportBucket: 'report',
  ledgerTable: 'ledger',
  workgroup: 'pipeline',
  warehouseWorkgroup: 'landfall',
  warehouseDatabase: 'landfall',
  warehouseNamespace: '00000000-0000-4000-8000-000000000000',
  ownerSecretArn: SECRET,
  readerSecretArn: SECRET,
  copyRoleArn: 'arn:aws:iam::111122223333:role/copy',
  topicArn: 'arn:aws:sns:eu-west-1:111122223333:landfall',
  protectSecretArn: SECRET,
  stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:run',
  dataset,
  tokenSecretArn: SECRET,
  task: '',
  largeBytes: '1000',
};
const SETTINGS = Object.fromEntries(Object.keys(VALUES).map((name) => [variableOf(name as keyof Settings), name]));

const CONTEXT = { functionName: 'landfall', awsRequestId: 'one', getRemainingTimeInMillis: () => 60_000 } as Context;
const error = { Error: 'Landfall.some', Cause: 'some' };
const TASK = { run_id: 'run', dataset, error, asked: {}, execution: 'one', started: '2026-01-01T00:00:00Z' };
const OUTCOME = { run_id: 'run', status: 'succeeded', errors: [], datasets: [], warnings: [] };

const eventOf = (step: Step) => {
  const hears = { bucket: { name: 'lake' }, key: manifestKey({ manifest: STEPS[step].hears, dataset, runId: 'run' }) };
  const detail = { bucket: hears.bucket, object: { key: hears.key } };
  const body = JSON.stringify({ source: 'aws.s3', 'detail-type': 'Object Created', detail });
  const attributes = { SentTimestamp: '0', ApproximateReceiveCount: '1' };
  const eventSourceARN = 'arn:aws:sqs:eu-west-1:111122223333:queue';
  return { Records: [{ messageId: 'one', body, attributes, eventSourceARN, receiptHandle: 'one' }] };
};

/** Nothing answers, so that a handler ends once it has read what it is told. */
const CLIENTS = [
  S3Client,
  DynamoDBClient,
  GlueClient,
  RedshiftServerlessClient,
  SecretsManagerClient,
  SNSClient,
  SQSClient,
];
const aws = CLIENTS.map((Client) => mockClient(Client as typeof S3Client));
const before = process.env;
const level = logger.getLevelName();

beforeAll(() => {
  logger.setLogLevel('SILENT');
  for (const client of aws) client.rejects(new Error('nobody is there'));
});
afterAll(() => {
  process.env = before;
  logger.setLogLevel(level);
  for (const client of aws) client.restore();
});

/** Its own name, without `landfall-`. */
const nameIn = (found: (typeof functions)[number]) => nameOf(found).replace('landfall-', '');
const verbs = await lambdaEntries();
const states = Object.values(STATES) as string[];

function folderOf(name: string): string {
  if (name.startsWith('pull-')) return 'pull';
  if (name.startsWith('check-')) return 'check';
  return ['record-failure', 'finish-run', 'notify'].includes(name) ? 'finish' : name;
}

/** Of CloudFormation; where it is answered, nobody is either. */
const CREATED = {
  RequestType: 'Create',
  ResponseURL: 'http://127.0.0.1:1/',
  StackId: 'stack',
  RequestId: 'one',
  LogicalResourceId: 'own',
  ResourceProperties: {
    Migrations: { Bucket: 'assets', Key: 'migrations', Hash: '0'.repeat(64) },
    NamespaceName: 'landfall',
    WorkgroupArn: 'workgroup',
    Limits: [],
  },
};

/** Every event that a function gets: of the state machine, of its queue, of a schedule, of CloudFormation. */
function eventsOf(name: string): unknown[] {
  if (['migrate', 'define'].includes(name)) return [CREATED];
  if (name === 'notify') return [{ outcome: OUTCOME }];
  if (name.startsWith('pull-')) return [{ dataset: name.slice('pull-'.length) }];
  const own = states.includes(name) ? [TASK] : [];
  return Object.hasOwn(STEPS, name) ? [...own, eventOf(name as Step)] : own;
}

describe('the environment', () => {
  it.each(functions.map((found) => [nameIn(found), found] as const))(
    'of %s is what its handler reads',
    async (name, found) => {
      const told = at<Record<string, unknown>>(found, 'Properties', 'Environment', 'Variables');
      const own = Object.keys(told).filter((variable) => variable.startsWith('LANDFALL_'));
      const given = own.map((variable) => {
        const setting = SETTINGS[variable] as keyof Settings;
        return [variable, setting === 'task' ? String(told[variable]) : VALUES[setting]];
      });
      const read = new Set<string>();
      process.env = new Proxy(
        { ...before, AWS_REGION: 'eu-west-1', ...Object.fromEntries(given) },
        {
          get: (all, variable: string) => {
            if (Object.hasOwn(SETTINGS, variable)) read.add(variable);
            return all[variable];
          },
        },
      );
      const { handler } = await import(String(verbs.get(folderOf(name))));
      for (const event of eventsOf(name)) {
        // Whatever it ends with, it is not for want of a variable.
        const failure = await handler(event, CONTEXT).then(
          () => null,
          (thrown: Error) => thrown,
        );
        expect(String(failure)).not.toContain('environment variable');
      }
      expect([...read].sort()).toEqual(own.sort());
    },
    20_000,
  );

  it('is told of a function of each folder of lambdas/', () => {
    const used = new Set(functions.map((found) => folderOf(nameIn(found))));
    expect([...used].sort()).toEqual([...verbs.keys()].sort());
  });
});

const allowed = roleStatements(templates)
  .filter(({ role }) => role.stack === 'Pipeline')
  .map(({ role, statement }: RoleStatement) => ({
    name: /^landfall-([\w-]+):/.exec(String(role.Properties?.['Description']))?.[1] ?? '',
    actions: [statement.Action].flat(),
    resources: [statement.Resource].flat().map((one) => shown(templates, role.stack, one)),
  }));
const placesOf = (name: string, action: string) =>
  allowed.filter((one) => one.name === name && one.actions.includes(action)).flatMap(({ resources }) => resources);
const writes = (name: string) => placesOf(name, 's3:PutObject').map((place) => place.replace('<Lake>/', ''));

describe('the rights', () => {
  it.each(Object.keys(STEPS) as Step[])(
    'of %s are to leave what its step leaves, and to defer its messages',
    (step) => {
      const { leaves } = STEPS[step];
      const manifests = writes(step).filter((place) => place.startsWith('manifests/'));
      const own = leaves === null ? (['again'] as const) : ([leaves, 'done', 'again'] as const);
      expect([...new Set(manifests)].sort()).toEqual([...new Set(own.map((one) => `${MANIFESTS[one]}*`))].sort());
      for (const action of ['sqs:GetQueueUrl', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage']) {
        expect(placesOf(step, action)).toEqual([`<landfall-${step}>`]);
      }
    },
  );

  it.each(['plan', 'record-failure', 'publish'])(
    'of %s, which gives data sets back, are to begin the next round',
    (name) => {
      expect(writes(name)).toContain(`${MANIFESTS.again}*`);
    },
  );

  it.each(['plan', 'load', 'ingest'])('of %s are to make tables and to write what a batch writes', (name) => {
    const schemas = project.contracts.map(({ schema }) => `${schema}/*`);
    for (const folder of [...schemas, 'landfall_staged/*', 'batches/*', 'books/*', 'runs/*']) {
      expect(writes(name)).toContain(folder);
    }
    const made = placesOf(name, 'glue:CreateTable').join(' ');
    for (const database of [
      'landfall_staged',
      'landfall_tables',
      'ops',
      ...project.contracts.map(({ schema }) => schema),
    ]) {
      expect(made).toContain(`table/${database}/*`);
    }
    expect(made).not.toContain('landing');
  });

  it('of who publishes are on the secret of the owner, and on exports alone besides the run’s own', () => {
    expect(placesOf('publish', 'secretsmanager:GetSecretValue').join()).toBe('<landfall/warehouse/landfall_owner>');
    expect(allowed.flatMap(({ actions }) => actions)).not.toContain('redshift-serverless:GetCredentials');
    expect(writes('publish')).toEqual(expect.arrayContaining(['exports/*', 'books/*', 'runs/*']));
    expect(writes('publish').join()).not.toContain('landfall_staged');
  });

  it.each(pulled)('of the pull of %s are on its own pages and its own folder, one at a time', (own) => {
    const name = `pull-${own}`;
    for (const action of ['s3:PutObject', 's3:GetObject', 's3:DeleteObject']) {
      expect(placesOf(name, action)).toContain(`<Lake>/pull/${own}/*`);
    }
    expect(placesOf(name, 's3:ListBucket')).toEqual(expect.arrayContaining(['<Lake>', '<Landing>']));
    const found = functions.find((one) => nameIn(one) === name);
    expect(found?.Properties?.['ReservedConcurrentExecutions']).toBe(1);
    const output = String(templates['Pipeline']?.Outputs?.['PullFunctionName']?.Value);
    expect(pullFunction(output, own)).toBe(`landfall-${name}`);
  });
});
