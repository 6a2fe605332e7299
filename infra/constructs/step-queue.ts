import { Duration, Stack } from 'aws-cdk-lib';
import { type Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MOST_TRIES } from '../../adapters/aws/run/tries.ts';
import { grant } from './access.ts';
import type { LandfallFunction } from './function.ts';

export interface StepQueueProps {
  readonly key: IKey;
  /** `landfall-<name>`; what failed is in `landfall-<name>-failed`. */
  readonly name: string;
  /** That of the function which it feeds. */
  readonly timeout: Duration;
  /** For how long a message stays unseen at first. @default not at all */
  readonly delay?: Duration;
}

const KEPT = Duration.days(14);

/** Messages that wait for a function, and those that it could not do anything with. */
export class StepQueue extends Construct {
  readonly queue: Queue;
  readonly failed: Queue;

  constructor(scope: Construct, id: string, { key, name, timeout, delay = Duration.seconds(0) }: StepQueueProps) {
    super(scope, id);
    this.failed = closedQueue(this, 'Failed', key, `landfall-${name}-failed`);
    this.queue = closedQueue(this, 'Queue', key, `landfall-${name}`, {
      deliveryDelay: delay,
      // Lambda may hold a message for as long as its own tries take.
      visibilityTimeout: Duration.seconds(timeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.failed, maxReceiveCount: MOST_TRIES },
    });
  }

  /** @param rule of which the queue gets every event, whole */
  hear(rule: Rule): void {
    rule.addTarget({ bind: () => ({ arn: this.queue.queueArn, input: RuleTargetInput.fromEventPath('$') }) });
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
      }),
    );
  }

  /** @param batch messages of one invocation, for which it waits `window`; `atOnce` invocations run, 2 at least */
  feed(target: LandfallFunction, key: IKey, batch: { size: number; window: Duration; atOnce: number }): void {
    grant(target.role, {
      actions: [
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'sqs:ChangeMessageVisibility',
      ],
      resources: [this.queue.queueArn],
    });
    grant(target.role, { actions: ['kms:Decrypt'], resources: [key.keyArn] });
    const mapping = new CfnEventSourceMapping(this, 'Mapping', {
      functionName: target.lambda.functionName,
      eventSourceArn: this.queue.queueArn,
      batchSize: batch.size,
      maximumBatchingWindowInSeconds: batch.window.toSeconds(),
      // Order comes from the lease: AWS has no smaller number than 2.
      scalingConfig: { maximumConcurrency: batch.atOnce },
      functionResponseTypes: ['ReportBatchItemFailures'],
    });
    mapping.node.addDependency(target.role);
  }
}

/** Encrypted with the stage's key, over TLS alone. */
export function closedQueue(
  scope: Construct,
  id: string,
  key: IKey,
  queueName: string,
  more: {
    deliveryDelay?: Duration;
    visibilityTimeout?: Duration;
    deadLetterQueue?: { queue: Queue; maxReceiveCount: number };
  } = {},
): Queue {
  return new Queue(scope, id, {
    queueName,
    encryption: QueueEncryption.KMS,
    encryptionMasterKey: key,
    // One call of KMS serves the messages of an hour.
    dataKeyReuse: Duration.hours(1),
    enforceSSL: true,
    retentionPeriod: KEPT,
    ...more,
  });
}

/** The command that sends what failed to where it came from, once its cause is mended. */
export function redriveCommand({ failed }: StepQueue): string {
  return `aws sqs start-message-move-task --region ${Stack.of(failed).region} --source-arn ${failed.queueArn}`;
}
