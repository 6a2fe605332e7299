import { setTimeout as sleep } from 'node:timers/promises';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { makeClient } from '../../adapters/aws/clients.ts';
import { systemClock } from '../../adapters/aws/clock.ts';
import { failed } from '../../adapters/aws/errors.ts';
import { Bucket } from '../../adapters/aws/objects/bucket.ts';
import { readSettings } from '../../adapters/aws/settings.ts';
import { sha256 } from '../../adapters/local/hasher.ts';
import { openProject } from '../../adapters/local/project.ts';
import { pullHandler } from './pull.ts';

export const handler = pullHandler(async () => {
  const wanted = readSettings(['landingBucket', 'lakeBucket', 'dataset', 'tokenSecretArn']);
  const { landingBucket, lakeBucket, dataset, tokenSecretArn } = wanted;
  return {
    dataset,
    source: await openProject(),
    landing: new Bucket(landingBucket),
    lake: new Bucket(lakeBucket),
    clock: systemClock,
    hasher: sha256,
    sleep: (milliseconds: number) => sleep(milliseconds),
    async token() {
      const secrets = makeClient(SecretsManagerClient);
      const { SecretString = '' } = await secrets
        .send(new GetSecretValueCommand({ SecretId: tokenSecretArn }))
        .catch(failed(`the secret ${tokenSecretArn} can't be read`));
      return SecretString.trim();
    },
  };
});
