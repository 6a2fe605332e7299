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
  /** What is made up for it. @default none: somebody puts it there */
  readonly generated?: Generated;
  /** Why nothing changes it by itself. */
  readonly stays: string;
}

export interface Generated {
  /** Letters and digits. */
  readonly length: number;
  /** Whose password it is: then the secret is JSON with `username` and `password`. @default nobody's: it is text */
  readonly user?: string;
}

/** Its `ref` is its ARN. CDK's own class would add to the key's policy what the account's policies say already. */
export class LandfallSecret extends CfnSecret {
  constructor(scope: Construct, id: string, props: LandfallSecretProps) {
    const { settings, key, name, description, generated, stays } = props;
    super(scope, id, {
      name,
      description,
      kmsKeyId: key.keyArn,
      ...(generated === undefined ? {} : { generateSecretString: asGenerated(generated) }),
    });
    this.applyRemovalPolicy(settings.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
    acknowledge(this, 'AwsSolutions-SMG4', stays);
  }
}

function asGenerated({ length, user }: Generated): CfnSecret.GenerateSecretStringProperty {
  const made = { passwordLength: length, excludePunctuation: true };
  if (user === undefined) return made;
  return { ...made, secretStringTemplate: JSON.stringify({ username: user }), generateStringKey: 'password' };
}
