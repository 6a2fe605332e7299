/** The users that log in with passwords of Secrets Manager: the administrator, the owner, who publishes, and the reader. */

import { createHash, randomBytes } from 'node:crypto';
import { GetNamespaceCommand, type RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { LandfallError } from '../../../core/problems.ts';
import { selectUser, setPassword } from '../../../core/warehouse/migrations.ts';
import { failed } from '../errors.ts';
import type { DataApi } from './data-api.ts';

const Secret = z.object({
  username: z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/),
  password: z.string().min(16),
});

/** The ARN of the secret that Redshift keeps of a namespace's administrator; CloudFormation doesn't tell it. */
export async function administratorSecret(client: RedshiftServerlessClient, namespace: string): Promise<string> {
  const { namespace: found } = await client
    .send(new GetNamespaceCommand({ namespaceName: namespace }))
    .catch(failed(`the namespace ${namespace} can't be described`));
  if (found?.adminPasswordSecretArn !== undefined) return found.adminPasswordSecretArn;
  throw new LandfallError({
    code: 'no-administrator',
    message: `the namespace ${namespace} has no administrator whose password Redshift keeps in Secrets Manager`,
    hint: 'deploy the warehouse stack: it has one',
  });
}

/** Makes the user that a secret is of, or gives it the secret's password. */
export async function setAccount(administrator: DataApi, secrets: SecretsManagerClient, arn: string): Promise<void> {
  const { username, password } = await readSecret(secrets, arn);
  const isNew = (await administrator.read(selectUser(username), `user ${username}`)).length === 0;
  const sql = setPassword(username, digestOf(password), isNew);
  await administrator.transaction([{ sql, of: `user ${username}` }], randomBytes(16).toString('hex'));
}

async function readSecret(secrets: SecretsManagerClient, arn: string): Promise<z.output<typeof Secret>> {
  const { SecretString = '' } = await secrets
    .send(new GetSecretValueCommand({ SecretId: arn }))
    .catch(failed(`the secret ${arn} can't be read`));
  try {
    return Secret.parse(JSON.parse(SecretString));
  } catch {
    // What was found is not told.
    throw new LandfallError({
      code: 'wrong-secret',
      message: `the secret ${arn}: expected JSON with username and password, of 16 characters or more`,
      hint: 'put such a value into it, or delete it and deploy the warehouse stack',
    });
  }
}

/** As Redshift takes it: what a statement's text shows in any log is no password, nor worth guessing. */
function digestOf(password: string): string {
  const salt = randomBytes(32);
  const digest = createHash('sha256').update(password).update(salt).digest('hex');
  return `sha256|${digest}|${salt.toString('hex')}`;
}
