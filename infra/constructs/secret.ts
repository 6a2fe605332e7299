import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { acknowledge } from './acknowledge.ts';

export interface LandfallSecretProps {
  readonly settings: Pick<Settings, 'isDisposable'>;
  readonly key: IKey;
  readonly name: string;
  readonly description: string;
  /** Of letters and digits that are made up for it. @default none: somebody puts it there */
  readonly length?: number;
}

/** Its `ref` is its ARN. CDK's own class would add to the key's policy what the account's policies say already. */
export class LandfallSecret extends CfnSecret {
  constructor(scope: Construct, id: string, { settings, key, name, description, length }: LandfallSecretProps) {
    super(scope, id, {
      name,
      description,
      kmsKeyId: key.keyArn,
      ...(length === undefined ? {} : { generateSecretString: { passwordLength: length, excludePunctuation: true } }),
    });
    this.applyRemovalPolicy(settings.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
    acknowledge(
      this,
      'AwsSolutions-SMG4',
      length === undefined
        ? "Another's API gave it, and no function of ours can make a new one."
        : 'Values that landed were hashed under it: were it another, what belongs to one person would fall apart.',
    );
  }
}
