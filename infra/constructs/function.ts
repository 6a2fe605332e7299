import { type Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  ApplicationLogLevel,
  Architecture,
  CfnEventInvokeConfig,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../adapters/aws/metrics.ts';
import type { Bundle } from '../bundles/bundle.ts';
import type { Settings } from '../config.ts';
import { type Grant, grant } from './access.ts';
import { acknowledgeStar } from './acknowledge.ts';

export interface LandfallFunctionProps {
  readonly settings: Pick<Settings, 'isDisposable' | 'logDays' | 'reservesConcurrency'>;
  readonly key: IKey;
  /** Its name is `landfall-<name>`, which its logs have, too. */
  readonly name: string;
  readonly description: string;
  readonly bundle: Bundle;
  /** No secrets: those are in Secrets Manager. */
  readonly environment: Readonly<Record<string, string>>;
  /** Besides its logs and traces. */
  readonly grants: readonly Grant[];
  readonly timeout: Duration;
  /** A core for each 1,769. @default 512 */
  readonly memoryMiB?: number;
  /** Of `/tmp`. @default 512, which costs nothing */
  readonly diskMiB?: number;
  /** How many may run at once, where the stage reserves it. @default as many as the account lets */
  readonly concurrency?: number;
  /** Where events go that failed three times; for functions that are called asynchronously. @default none */
  readonly onFailure?: IQueue;
}

/** A function of `lambdas/`: its code, its own role, which can do what it needs and no more, and its encrypted logs. */
export class LandfallFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: LandfallFunctionProps) {
    super(scope, id);
    const { settings, key, name, description, bundle, environment, timeout, concurrency } = props;
    const functionName = `landfall-${name}`;
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      encryptionKey: key,
      retention: settings.logDays,
      removalPolicy: settings.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    this.role = new Role(this, 'Role', {
      description: `${functionName}: ${description}`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    grant(this.role, {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
      reason: 'Lambda names the streams of a log group, each by the day and the machine.',
    });
    for (const one of props.grants) grant(this.role, one);
    // Tracing adds it to the role.
    acknowledgeStar(this.role, '*', "X-Ray's writes know no resources: what is written is a trace of this account.");
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName,
      description,
      runtime: Runtime.NODEJS_24_X,
      architecture: bundle.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundle.path, { assetHash: bundle.hash }),
      role: this.role,
      timeout,
      memorySize: props.memoryMiB ?? 512,
      ephemeralStorageSize: Size.mebibytes(props.diskMiB ?? 512),
      ...(concurrency === undefined || !settings.reservesConcurrency
        ? {}
        : { reservedConcurrentExecutions: concurrency }),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: Tracing.ACTIVE,
      environment: {
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
        ...environment,
      },
    });
    if (props.onFailure !== undefined) this.keepFailures(props.onFailure, key);
  }

  private keepFailures(queue: IQueue, key: IKey): void {
    grant(this.role, { actions: ['sqs:SendMessage'], resources: [queue.queueArn] });
    grant(this.role, { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] });
    const config = new CfnEventInvokeConfig(this, 'Failures', {
      functionName: this.lambda.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    });
    // Lambda looks whether the role may send there.
    config.node.addDependency(this.role);
  }
}
