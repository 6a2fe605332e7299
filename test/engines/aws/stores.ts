/** Where moto answers, and buckets and tables of a test's own in it. */

import { randomBytes } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { type Connection, makeClient } from '../../../adapters/aws/clients.ts';
import { engines } from '../support/engines.ts';

export const moto = (): Connection => ({
  endpoint: engines().moto.url,
  region: 'us-east-1',
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
});

export const own = (name: string) => `${name}-${randomBytes(4).toString('hex')}`;

/** Keeps versions, as the stacks' buckets do. */
export async function makeBucket(name: string): Promise<string> {
  const client = makeClient(S3Client, moto());
  const Bucket = own(name);
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  return Bucket;
}

/** As the ledger's is. */
export async function makeTable(name: string): Promise<string> {
  const TableName = own(name);
  await makeClient(DynamoDBClient, moto()).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  return TableName;
}
