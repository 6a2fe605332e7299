/** What goes through the bridge to moto, and what fails on demand, by the SDK's own clients. */

import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { AthenaClient, ListWorkGroupsCommand } from '@aws-sdk/client-athena';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bridge } from '../bridge/bridge.ts';
import { clientOptions } from './support/athena.ts';
import { openBridge } from './support/engines.ts';

let bridge: Bridge;
let s3: S3Client;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  bridge = await openBridge();
  s3 = open(S3Client);
});

afterEach(() => bridge.reset());

afterAll(async () => {
  for (const client of clients) client.destroy();
  await bridge?.close();
});

function open<T extends { destroy(): void }>(Client: new (options: ReturnType<typeof clientOptions>) => T): T {
  const client = new Client(clientOptions(bridge.url));
  clients.push(client);
  return client;
}

const made = () => bridge.calls.map(({ service, action, resource, status }) => [service, action, resource, status]);

describe('bytes', () => {
  test('of a large object go in parts and come back the same', async () => {
    const bytes = randomBytes(12 * 1024 * 1024);
    const Body = Readable.from(
      (function* () {
        for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
      })(),
    );
    await new Upload({ client: s3, params: { Bucket: 'lake', Key: 'moto/größe +.bin', Body } }).done();
    const { Body: back } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: 'moto/größe +.bin' }));
    const hash = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');
    expect(hash((await back?.transformToByteArray()) ?? new Uint8Array())).toBe(hash(bytes));
    expect(made().map(([, action]) => action)).toEqual([
      'CreateMultipartUpload',
      'UploadPart',
      'UploadPart',
      'UploadPart',
      'CompleteMultipartUpload',
      'GetObject',
    ]);
    expect(bridge.calls[0]).toMatchObject({ resource: 'lake/moto/größe +.bin', accessKey: 'tester' });
  });

  test('are written under a condition', async () => {
    const put = () => s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'moto/once', Body: 'x', IfNoneMatch: '*' }));
    await put();
    await expect(put()).rejects.toMatchObject({ name: 'PreconditionFailed' });
    const part = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key: 'moto/once', Range: 'bytes=0-0' }));
    expect(part.ContentRange).toBe('bytes 0-0/1');
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'lake', Key: 'moto/none' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });
});

test('tables, queues, topics, secrets and workgroups are moto’s', async () => {
  const dynamo = open(DynamoDBClient);
  await dynamo.send(
    new CreateTableCommand({
      TableName: 'books',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  const put = () =>
    dynamo.send(
      new PutItemCommand({
        TableName: 'books',
        Item: { id: { S: 'one' } },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );
  await put();
  await expect(put()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  await dynamo.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: 'books', Item: { id: { S: 'two' } } } },
        { Delete: { TableName: 'books', Key: { id: { S: 'three' } } } },
      ],
    }),
  );
  const sqs = open(SQSClient);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'drops' }));
  // The queue is reached the way it was made.
  expect(QueueUrl).toMatch(bridge.url);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'ü' }));
  expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0]?.Body).toBe('ü');
  const { TopicArn } = await open(SNSClient).send(new CreateTopicCommand({ Name: 'news' }));
  expect(TopicArn).toContain(':news');
  const secrets = open(SecretsManagerClient);
  await secrets.send(new CreateSecretCommand({ Name: 'token', SecretString: 'hush' }));
  expect((await secrets.send(new GetSecretValueCommand({ SecretId: 'token' }))).SecretString).toBe('hush');
  expect((await open(AthenaClient).send(new ListWorkGroupsCommand({}))).WorkGroups?.[0]?.Name).toBe('primary');
  expect(made()).toEqual([
    ['dynamodb', 'CreateTable', 'books', 200],
    ['dynamodb', 'PutItem', 'books', 200],
    ['dynamodb', 'PutItem', 'books', 400],
    ['dynamodb', 'TransactWriteItems', 'books', 200],
    ['sqs', 'CreateQueue', 'drops', 200],
    ['sqs', 'SendMessage', QueueUrl, 200],
    ['sqs', 'ReceiveMessage', QueueUrl, 200],
    ['sns', 'CreateTopic', 'news', 200],
    ['secretsmanager', 'CreateSecret', 'token', 200],
    ['secretsmanager', 'GetSecretValue', 'token', 200],
    ['athena', 'ListWorkGroups', '', 200],
  ]);
  expect(JSON.stringify(bridge.calls)).not.toContain('hush');
});

describe('faults', () => {
  test('throttle as each service does, and clients try again', async () => {
    bridge.fail({ service: 's3', action: 'PutObject', resource: 'moto/', times: 2 });
    bridge.fail({ service: 'athena', action: 'ListWorkGroups' });
    await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'other', Body: 'x' }));
    await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'moto/slow', Body: 'x' }));
    await open(AthenaClient).send(new ListWorkGroupsCommand({}));
    expect(made()).toEqual([
      ['s3', 'PutObject', 'lake/other', 200],
      ['s3', 'PutObject', 'lake/moto/slow', 503],
      ['s3', 'PutObject', 'lake/moto/slow', 503],
      ['s3', 'PutObject', 'lake/moto/slow', 200],
      ['athena', 'ListWorkGroups', '', 400],
      ['athena', 'ListWorkGroups', '', 200],
    ]);
  });

  test('are errors of one’s own, and end with a reset', async () => {
    const dynamo = open(DynamoDBClient);
    const get = () => dynamo.send(new GetItemCommand({ TableName: 'books', Key: { id: { S: 'one' } } }));
    bridge.fail({
      service: 'dynamodb',
      action: 'GetItem',
      times: 9,
      error: { code: 'AccessDeniedException', message: 'not yours' },
    });
    await expect(get()).rejects.toMatchObject({ name: 'AccessDeniedException', message: 'not yours' });
    bridge.reset();
    expect((await get()).Item).toEqual({ id: { S: 'one' } });
  });

  test('lose the answer of what was done', async () => {
    bridge.fail({ service: 's3', action: 'PutObject', error: 'lost' });
    await expect(
      s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'moto/lost', Body: 'x', IfNoneMatch: '*' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(made().map(([, , , status]) => status)).toEqual([0, 412]);
  });
});
