import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Settings } from '../config.ts';

/** The one key of a stage: who may use it is said by the roles' own policies, but for CloudWatch's logs. */
export function encryptionKey(scope: Construct, { stage, isDisposable }: Settings): Key {
  const { region, account, partition } = Stack.of(scope);
  const key = new Key(scope, 'Key', {
    alias: `landfall-${stage}`,
    description: `What Landfall keeps, ${stage}`,
    enableKeyRotation: true,
    pendingWindow: Duration.days(30),
    removalPolicy: isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:*` },
      },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      // They fill queues and topics that are encrypted, in nobody's role.
      principals: SENDERS.map((service) => new ServicePrincipal(service)),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  return key;
}

const SENDERS = ['events.amazonaws.com', 'cloudwatch.amazonaws.com', 'budgets.amazonaws.com'];
