import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { acknowledge } from './acknowledge.ts';

export interface PrivateBucketProps {
  readonly settings: Pick<Settings, 'isDisposable'>;
  readonly key: IKey;
  /** Where accesses are logged. */
  readonly logs: Bucket;
  /** What expires, besides uploads that were never finished. */
  readonly expiry: readonly LifecycleRule[];
  /** Whether EventBridge hears of new objects. @default false */
  readonly isHeard?: boolean;
}

const UNFINISHED: LifecycleRule = { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(7) };

/** What every bucket has: nothing public, no ACLs, TLS 1.2 or newer alone, versions, and removal behind both locks. */
function closed({ isDisposable }: Pick<Settings, 'isDisposable'>) {
  return {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    versioned: true,
    removalPolicy: isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  };
}

/** Encrypted with the stage's key; its accesses are logged. */
export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, { settings, key, logs, expiry, isHeard = false }: PrivateBucketProps) {
    super(scope, id, {
      ...closed(settings),
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      // One call of KMS serves many objects.
      bucketKeyEnabled: true,
      // CDK's own class lacks an `undefined` that its interface has under exact optional properties.
      serverAccessLogsBucket: logs as IBucket,
      serverAccessLogsPrefix: `${id.toLowerCase()}/`,
      lifecycleRules: [UNFINISHED, ...expiry],
    });
    // The bucket's own property: CDK's option would deploy a custom resource with a function of its own.
    if (isHeard) {
      const own = this.node.defaultChild as CfnBucket;
      own.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    }
  }
}

export interface LogBucketProps {
  readonly settings: Pick<Settings, 'isDisposable' | 'accessLogDays'>;
}

/** Access logs of the other buckets. S3 delivers none to a bucket that is encrypted with a key of KMS. */
export class LogBucket extends Bucket {
  constructor(scope: Construct, id: string, { settings }: LogBucketProps) {
    const expiration = Duration.days(settings.accessLogDays);
    super(scope, id, {
      ...closed(settings),
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [UNFINISHED, { id: 'old-logs', expiration, noncurrentVersionExpiration: Duration.days(1) }],
    });
    acknowledge(this, 'AwsSolutions-S1', 'A log of accesses to the log would be written by each of its own writes.');
  }
}
