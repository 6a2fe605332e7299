/** The custom resource of the warehouse's stack: its limits, accounts and migrations, at every deployment that changes them. */

import { createHash } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { makeClient } from '../../adapters/aws/clients.ts';
import { failed } from '../../adapters/aws/errors.ts';
import { readSettings } from '../../adapters/aws/settings.ts';
import { administratorSecret, setAccount } from '../../adapters/aws/warehouse/accounts.ts';
import { DataApi } from '../../adapters/aws/warehouse/data-api.ts';
import { migrate } from '../../adapters/aws/warehouse/migrate.ts';
import { setUsageLimits } from '../../adapters/aws/warehouse/usage-limits.ts';
import { LandfallError } from '../../core/problems.ts';
import type { Migration } from '../../core/warehouse/migrations.ts';
import { answer } from '../shared/cloudformation.ts';

/** CloudFormation makes a text of every number. */
const Properties = z.object({
  /** Where the ordered migrations lie, as JSON, and the SHA-256 of that. */
  Migrations: z.object({ Bucket: z.string(), Key: z.string(), Hash: z.string().regex(/^[0-9a-f]{64}$/) }),
  NamespaceName: z.string(),
  WorkgroupArn: z.string(),
  Limits: z.array(
    z.object({
      period: z.enum(['daily', 'weekly', 'monthly']),
      hours: z.coerce.number().int().positive(),
      breach: z.enum(['log', 'emit-metric', 'deactivate']),
    }),
  ),
});

const logger = new Logger();

export async function handler(event: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  await answer(event, 'landfall-migrations', async (given) => {
    try {
      await bringUp(Properties.parse(given), () => context.getRemainingTimeInMillis());
    } catch (error) {
      logger.error('the warehouse could not be brought up to its contracts', error as Error);
      throw error;
    }
  });
}

async function bringUp(properties: z.output<typeof Properties>, remaining: () => number): Promise<void> {
  const { Migrations, NamespaceName, WorkgroupArn, Limits } = properties;
  const settings = readSettings(['warehouseWorkgroup', 'warehouseDatabase', 'ownerSecretArn', 'readerSecretArn']);
  const serverless = makeClient(RedshiftServerlessClient);
  await setUsageLimits(serverless, WorkgroupArn, Limits);

  const { warehouseWorkgroup: workgroup, warehouseDatabase: database } = settings;
  const shared = { client: makeClient(RedshiftDataClient), workgroup, database, remaining };
  const administrator = new DataApi({ ...shared, secretArn: await administratorSecret(serverless, NamespaceName) });
  const owner = new DataApi({ ...shared, secretArn: settings.ownerSecretArn });
  const secrets = makeClient(SecretsManagerClient);
  // Each time, and not only with new migrations: a password that was changed takes effect by deploying.
  for (const arn of [settings.ownerSecretArn, settings.readerSecretArn]) await setAccount(administrator, secrets, arn);

  const migrations = await readMigrations(Migrations);
  const made = await migrate({ administrator, owner }, migrations, Migrations.Hash, { remaining });
  logger.info('the warehouse is as the contracts want it', { made, hash: Migrations.Hash });
}

async function readMigrations(place: z.output<typeof Properties>['Migrations']): Promise<readonly Migration[]> {
  const { Bucket, Key, Hash } = place;
  const object = await makeClient(S3Client)
    .send(new GetObjectCommand({ Bucket, Key }))
    .catch(failed(`s3://${Bucket}/${Key} can't be read`));
  const text = (await object.Body?.transformToString()) ?? '';
  const found = createHash('sha256').update(text).digest('hex');
  if (found !== Hash) {
    throw new LandfallError({
      code: 'wrong-migrations',
      message: `s3://${Bucket}/${Key}: expected the content of hash ${Hash}, found ${found}`,
      hint: 'deploy again',
    });
  }
  return JSON.parse(text) as Migration[];
}
