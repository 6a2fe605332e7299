/** The custom resource, from CloudFormation's event to its answer; AWS's services are played, Redshift by PostgreSQL. */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import {
  CreateUsageLimitCommand,
  GetNamespaceCommand,
  ListUsageLimitsCommand,
  RedshiftServerlessClient,
} from '@aws-sdk/client-redshift-serverless';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { variableOf } from '../../../adapters/aws/settings.ts';
import { type Held, hold } from '../../../adapters/local/warehouse/session.ts';
import { handler } from '../../../lambdas/migrate/handler.ts';
import { parseGood } from '../../infra/tea.ts';
import { DataApiOverPostgres } from '../../support/redshift/data-api.ts';
import { migrationsFor, secretOf } from '../../support/redshift/warehouse.ts';
import { stopLeftover } from '../../support/warehouse.ts';

const { migrations } = migrationsFor({ contracts: [parseGood()], models: [], analyses: [], dashboards: [] });
const content = JSON.stringify(migrations);
const hash = createHash('sha256').update(content).digest('hex');
const PASSWORD = 'A-password-that-nobody-may-see-anywhere';

let folder: string;
let held: Held;
let server: DataApiOverPostgres;
let cloudFormation: Server;
let answers: Record<string, unknown>[] = [];
const aws = {
  s3: mockClient(S3Client),
  secrets: mockClient(SecretsManagerClient),
  serverless: mockClient(RedshiftServerlessClient),
  data: mockClient(RedshiftDataClient),
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-handler-'));
  held = await hold(folder, { name: 'test' });
  server = await DataApiOverPostgres.over(held);
  cloudFormation = createServer(async (request, response) => {
    expect([request.method, request.headers['content-type']]).toEqual(['PUT', '']);
    answers.push(JSON.parse(await text(request)));
    response.end();
  });
  await new Promise<void>((done) => cloudFormation.listen(0, '127.0.0.1', done));
  process.env['AWS_REGION'] = 'eu-west-1';
  process.env[variableOf('warehouseWorkgroup')] = 'landfall';
  process.env[variableOf('warehouseDatabase')] = 'landfall';
  process.env[variableOf('ownerSecretArn')] = secretOf('landfall_owner');
  process.env[variableOf('readerSecretArn')] = secretOf('bi_reader');
});
afterAll(async () => {
  cloudFormation.close();
  await held.release();
  await stopLeftover(folder);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  answers = [];
  for (const one of Object.values(aws)) one.reset();
  // A fake is told the input alone; the command is the last that was sent.
  aws.data.onAnyCommand().callsFake(() => server.client.send(aws.data.calls().at(-1)?.args[0] as never));
  aws.s3.on(GetObjectCommand).callsFake(async () => ({ Body: { transformToString: async () => content } }));
  aws.secrets.on(GetSecretValueCommand).callsFake(async ({ SecretId }) => ({
    SecretString: JSON.stringify({ username: /(\w+)-\w{6}$/.exec(SecretId)?.[1], password: PASSWORD }),
  }));
  aws.serverless.on(CreateUsageLimitCommand).resolves({});
  aws.serverless.on(ListUsageLimitsCommand).resolves({ usageLimits: [] });
  aws.serverless.on(GetNamespaceCommand).resolves({ namespace: { adminPasswordSecretArn: secretOf('landfall') } });
});

function send(RequestType: string, changed: Record<string, unknown> = {}): Promise<void> {
  const ResourceProperties = {
    ServiceToken: 'arn',
    Migrations: { Bucket: 'assets', Key: 'm.json', Hash: hash },
    NamespaceName: 'landfall',
    WorkgroupArn: 'arn:workgroup',
    Limits: [{ period: 'monthly', hours: '40', breach: 'deactivate' }],
    ...changed,
  };
  const ResponseURL = `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}/`;
  const ids = { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Resource' };
  const event = { RequestType, ResponseURL, ...ids, ResourceType: 'Custom::WarehouseMigrations', ResourceProperties };
  return handler(event, { getRemainingTimeInMillis: () => 600_000 } as Context);
}

const ANSWER = {
  PhysicalResourceId: 'landfall-migrations',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Resource',
};

it('sets limits and accounts and makes the migrations, and tells no password', async () => {
  await send('Create');
  expect(answers).toEqual([{ Status: 'SUCCESS', ...ANSWER }]);
  expect(aws.serverless.commandCalls(CreateUsageLimitCommand)).toHaveLength(1);
  expect((await held.client.query('SELECT hash FROM landfall.migrations')).rows).toEqual([{ hash }]);
  const users = server.begun.filter((sql) => sql.startsWith('CREATE USER'));
  expect(users).toEqual([
    expect.stringMatching(/^CREATE USER "landfall_owner" PASSWORD 'sha256\|[0-9a-f]{64}\|[0-9a-f]{64}'$/),
    expect.stringMatching(/^CREATE USER "bi_reader" PASSWORD 'sha256\|/),
  ]);
  expect(server.begun.join()).not.toContain(PASSWORD);
  await send('Update');
  expect(answers).toHaveLength(2);
});

it('drops nothing when it is deleted', async () => {
  server.begun.length = 0;
  await send('Delete', { Migrations: 'nonsense' });
  expect(answers).toEqual([{ Status: 'SUCCESS', ...ANSWER }]);
  expect(server.begun).toEqual([]);
});

it.each([
  ['properties that are none', { Limits: 'many' }, /Limits/],
  [
    'migrations of another hash',
    { Migrations: { Bucket: 'assets', Key: 'm.json', Hash: '0'.repeat(64) } },
    /^s3:\/\/assets\/m.json: expected the content of hash 0{64}/,
  ],
])('answers a failure: %s', async (_, changed, reason) => {
  await send('Update', changed);
  expect(answers).toEqual([{ Status: 'FAILED', Reason: expect.stringMatching(reason), ...ANSWER }]);
});

it('answers where a secret is none, without telling what it is', async () => {
  aws.secrets.on(GetSecretValueCommand).resolves({ SecretString: 'short' });
  await send('Create');
  expect(answers[0]?.['Reason']).toMatch(/^the secret arn:.*: expected JSON with username and password/);
  expect(JSON.stringify(answers)).not.toContain('short');
});

it('fails loudly where nobody can be answered', async () => {
  await expect(handler({ Records: [] }, {} as Context)).rejects.toThrow(/RequestType/);
});
