import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Grant, grant } from './access.ts';

export interface ScheduleProps {
  readonly key: IKey;
  readonly name: string;
  readonly description: string;
  /** `cron(…)` or `rate(…)`, in UTC. */
  readonly expression: string;
  /** The group that it is in. */
  readonly group: string;
  /** What is started, and what the role may do for that. */
  readonly target: { readonly arn: string; readonly action: string };
  readonly input: unknown;
  /** Where it goes when it could not be started. */
  readonly failed: IQueue;
}

/** Starts something again and again, in a role that can start this alone. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const { key, name, description, target, failed } = props;
    const role = new Role(this, 'Role', {
      description: `EventBridge Scheduler: ${description}`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
    });
    const grants: Grant[] = [
      { actions: [target.action], resources: [target.arn] },
      { actions: ['sqs:SendMessage'], resources: [failed.queueArn] },
      { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] },
    ];
    for (const one of grants) grant(role, one);
    const schedule = new CfnSchedule(this, 'Schedule', {
      name,
      groupName: props.group,
      description,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      kmsKeyArn: key.keyArn,
      target: {
        arn: target.arn,
        roleArn: role.roleArn,
        input: JSON.stringify(props.input),
        deadLetterConfig: { arn: failed.queueArn },
        // What could not be started within an hour is better left to the next time.
        retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 },
      },
    });
    schedule.node.addDependency(role);
  }
}
