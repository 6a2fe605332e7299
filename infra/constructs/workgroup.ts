import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Settings } from '../config.ts';

export interface WorkgroupProps {
  readonly settings: Pick<Settings, 'isDisposable'>;
  readonly name: string;
  readonly description: string;
  /** A query that scans more is stopped. */
  readonly scanGiB: number;
  readonly results: Bucket;
  readonly key: IKey;
}

/** Its settings hold for every query, whatever a client asks for. */
export class Workgroup extends CfnWorkGroup {
  constructor(scope: Construct, id: string, { settings, name, description, scanGiB, results, key }: WorkgroupProps) {
    super(scope, id, {
      name,
      description,
      // What is deleted with it are saved queries and the history.
      recursiveDeleteOption: settings.isDisposable,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: scanGiB * 1024 ** 3,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${results.bucketName}/${id.toLowerCase()}/`,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn },
        },
      },
    });
  }
}
