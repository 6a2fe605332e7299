import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { LandfallSecret } from '../constructs/secret.ts';

export interface AccountSecretProps {
  readonly settings: Pick<Settings, 'isDisposable'>;
  readonly key: IKey;
  readonly user: string;
  readonly description: string;
}

/** A user of the warehouse and a password that Secrets Manager makes: no template and no statement has it. */
export class AccountSecret extends LandfallSecret {
  constructor(scope: Construct, id: string, { settings, key, user, description }: AccountSecretProps) {
    super(scope, id, {
      ...{ settings, key, description },
      name: `landfall/warehouse/${user}`,
      generated: { length: 40, user },
      stays:
        'BI tools keep the password: changed unasked it would lock them out. A deployment with migrateAgain takes a new one.',
    });
  }
}
