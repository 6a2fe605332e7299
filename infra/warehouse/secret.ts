import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { acknowledge } from '../constructs/acknowledge.ts';

export interface AccountSecretProps {
  readonly settings: Pick<Settings, 'isDisposable'>;
  readonly key: IKey;
  readonly user: string;
  readonly description: string;
}

/** A user of the warehouse and a password that Secrets Manager makes: no template and no statement has it. */
export class AccountSecret extends CfnSecret {
  constructor(scope: Construct, id: string, { settings, key, user, description }: AccountSecretProps) {
    super(scope, id, {
      name: `landfall/warehouse/${user}`,
      description,
      kmsKeyId: key.keyArn,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: user }),
        generateStringKey: 'password',
        passwordLength: 40,
        excludePunctuation: true,
      },
    });
    this.applyRemovalPolicy(settings.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
    acknowledge(
      this,
      'AwsSolutions-SMG4',
      'BI tools keep the password: changed unasked it would lock them out. A deployment with migrateAgain takes a new one.',
    );
  }
}
