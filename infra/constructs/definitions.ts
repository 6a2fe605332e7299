import { CustomResource, Duration, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { TABLES } from '../../adapters/aws/lake/context.ts';
import { variableOf } from '../../adapters/aws/settings.ts';
import { STAGED } from '../../core/plans/spark-job.ts';
import type { Bundle } from '../bundles/bundle.ts';
import type { Settings } from '../config.ts';
import { arnIn, type Grant, useKey, useTables } from './access.ts';
import { LandfallFunction } from './function.ts';
import type { Workgroup } from './workgroup.ts';

export interface DefinitionsProps {
  readonly settings: Settings;
  readonly key: IKey;
  readonly lake: Bucket;
  readonly results: Bucket;
  /** The pipeline's. */
  readonly workgroup: Workgroup;
  /** The databases of data sets. */
  readonly schemas: readonly string[];
  /** The function of `lambdas/define`, with the contracts in it. */
  readonly bundle: Bundle;
}

/**
 * Tables and views that can be asked before any data lands. Not as resources of the template: from then on their columns
 * are Landfall's, and CloudFormation would put back what it once made.
 */
export class Definitions extends Construct {
  constructor(scope: Construct, id: string, props: DefinitionsProps) {
    super(scope, id);
    const { settings, key, lake, workgroup, bundle } = props;
    const timeout = Duration.minutes(15);
    const define = new LandfallFunction(this, 'Function', {
      ...{ settings, key, bundle, timeout },
      name: 'define',
      description: 'Makes what can be asked before data lands, where it is not there yet',
      // DuckDB tells which columns models have.
      memoryMiB: 1769,
      environment: {
        [variableOf('lakeBucket')]: lake.bucketName,
        [variableOf('workgroup')]: workgroup.name,
      },
      concurrency: 1,
      grants: this.grants(props),
    });
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::LakeDefinitions',
      serviceToken: define.lambda.functionArn,
      serviceTimeout: timeout.plus(Duration.minutes(1)),
      // Contracts and queries are in the bundle: whatever of them changes has the function called.
      properties: { Bundle: bundle.hash },
    });
    // A role without its policy could do nothing yet.
    resource.node.addDependency(define, workgroup);
  }

  private grants({ schemas, key, lake, results, workgroup }: DefinitionsProps): readonly Grant[] {
    const [own, answers] = [lake, results].map((bucket) => arnIn(this, bucket));
    const name = { service: 'athena', resource: 'workgroup', resourceName: workgroup.name };
    return [
      {
        actions: ['StartQueryExecution', 'GetQueryExecution', 'StopQueryExecution'].map((one) => `athena:${one}`),
        resources: [Stack.of(this).formatArn(name)],
      },
      useTables(
        this,
        [...schemas, 'ops', STAGED, TABLES],
        ['GetDatabase', 'GetDatabases', 'GetTable', 'GetTables', 'CreateTable', 'UpdateTable'],
      ),
      { actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [own, answers].map(String) },
      {
        actions: ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        resources: [...schemas.map((schema) => `${own}/${schema}/*`), `${answers}/pipeline/*`],
        reason: 'Athena names what it writes: the first metadata of a table, and what a statement came to.',
      },
      useKey(key, 'Decrypt', 'GenerateDataKey'),
    ];
  }
}
