/** The key that columns are protected under, from Secrets Manager. It goes into no message, no log and no state. */

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../core/ports.ts';
import { ProtectKey } from '../duckdb/protect-key.ts';
import { type Connection, makeClient } from './clients.ts';
import { failed, isNamed } from './errors.ts';

/** Milliseconds. A function that stays warm learns of another key after so long. */
const KEPT = 5 * 60_000;

export class SecretProtectKey {
  private readonly arn: string;
  private readonly clock: Clock;
  private readonly client: SecretsManagerClient;
  private last: { readonly at: number; readonly key: Promise<ProtectKey> } | undefined;

  constructor(arn: string, clock: Clock, connection?: Connection) {
    this.arn = arn;
    this.clock = clock;
    this.client = makeClient(SecretsManagerClient, connection);
  }

  /**
   * The same key gives the same id, and the same hashes, as it does from the environment of a laptop. A secret without a
   * value is an error only where a column asks for the key.
   */
  async get(): Promise<ProtectKey> {
    const now = this.clock.now();
    if (this.last === undefined || now - this.last.at >= KEPT) {
      const key = this.fetch();
      this.last = { at: now, key };
      key.catch(() => {
        this.last = undefined;
      });
    }
    return this.last.key;
  }

  private async fetch(): Promise<ProtectKey> {
    const secret = await this.client
      .send(new GetSecretValueCommand({ SecretId: this.arn }))
      .then(({ SecretString = '' }) => SecretString)
      .catch((error: unknown) => {
        if (isNamed(error, 'ResourceNotFoundException')) return '';
        return failed(`the secret ${this.arn} can't be read`)(error);
      });
    return ProtectKey.of(secret.replace(/\r?\n$/, ''), {
      name: `the secret ${this.arn}`,
      expected: `one in the secret ${this.arn}`,
      hint: 'openssl rand -hex 32 makes one; put it into the secret, as text',
    });
  }
}
