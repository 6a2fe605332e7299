import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustomResource, Duration, Stack, Stage } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { variableOf } from '../../adapters/aws/settings.ts';
import type { Migration } from '../../core/warehouse/migrations.ts';
import type { Bundle } from '../bundles/bundle.ts';
import type { Settings } from '../config.ts';
import { type Grant, readAsset, useKey } from '../constructs/access.ts';
import { LandfallFunction } from '../constructs/function.ts';
import { type Cluster, DATABASE, NAME } from './cluster.ts';
import type { AccountSecret } from './secret.ts';

export interface WarehouseMigrationProps {
  readonly settings: Settings;
  readonly key: IKey;
  readonly cluster: Cluster;
  readonly owner: AccountSecret;
  readonly reader: AccountSecret;
  /** In their order. */
  readonly migrations: readonly Migration[];
  /** The function of `lambdas/migrate`. */
  readonly bundle: Bundle;
}

/**
 * Accounts, schemas, empty tables and limits: one function, which CloudFormation calls itself when one of them changed.
 * A framework around it would be two more functions that wait for it.
 */
export class WarehouseMigration extends Construct {
  constructor(scope: Construct, id: string, props: WarehouseMigrationProps) {
    super(scope, id);
    const { settings, key, cluster, owner, reader, bundle } = props;
    const text = JSON.stringify(props.migrations);
    const hash = createHash('sha256').update(text).digest('hex');
    const stage = Stage.of(this);
    if (stage === undefined) throw new Error('a warehouse stands in an app: its migrations are a file of the assembly');
    const file = join(stage.assetOutdir, `migrations.${hash}.json`);
    writeFileSync(file, text);
    const asset = new Asset(this, 'Migrations', { path: file });

    const timeout = Duration.minutes(15);
    const migrate = new LandfallFunction(this, 'Function', {
      settings,
      key,
      name: 'migrate',
      description: 'Brings the warehouse up to the contracts',
      bundle,
      timeout,
      environment: {
        [variableOf('warehouseWorkgroup')]: NAME,
        [variableOf('warehouseDatabase')]: DATABASE,
        [variableOf('ownerSecretArn')]: owner.ref,
        [variableOf('readerSecretArn')]: reader.ref,
      },
      // Two deployments at once there can't be; a retry of CloudFormation's waits.
      concurrency: 1,
      grants: [...this.grants(props), readAsset(asset), useKey(key, 'Decrypt')],
    });
    const resource = new CustomResource(this, 'Resource', {
      resourceType: 'Custom::WarehouseMigrations',
      serviceToken: migrate.lambda.functionArn,
      serviceTimeout: timeout.plus(Duration.minutes(1)),
      properties: {
        Migrations: { Bucket: asset.s3BucketName, Key: asset.s3ObjectKey, Hash: hash },
        NamespaceName: NAME,
        WorkgroupArn: cluster.workgroup.attrWorkgroupWorkgroupArn,
        Limits: settings.warehouseLimits,
        Again: settings.migrateAgain,
      },
    });
    // A role without its policy could do nothing yet.
    resource.node.addDependency(cluster, owner, reader, migrate);
  }

  private grants({ cluster, owner, reader }: WarehouseMigrationProps): readonly Grant[] {
    const arn = (service: string, resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service, resource, resourceName });
    return [
      {
        actions: ['redshift-data:BatchExecuteStatement', 'redshift-data:ExecuteStatement'],
        resources: [cluster.workgroup.attrWorkgroupWorkgroupArn],
      },
      {
        actions: ['redshift-data:DescribeStatement', 'redshift-data:GetStatementResult'],
        resources: ['*'],
        reason: 'A statement has no ARN; one sees those that one has submitted.',
        conditions: { StringEquals: { 'redshift-data:statement-owner-iam-userid': '\u0024{aws:userid}' } },
      },
      { actions: ['secretsmanager:GetSecretValue'], resources: [owner.ref, reader.ref] },
      {
        actions: ['secretsmanager:GetSecretValue'],
        resources: [`${arn('secretsmanager', 'secret', '').replace(/\/$/, '')}:redshift!${NAME}-*`],
        reason: "Redshift names the secret of its namespace's administrator, and makes a new one when it likes.",
      },
      {
        actions: ['redshift-serverless:GetNamespace'],
        resources: [cluster.namespace.attrNamespaceNamespaceArn],
      },
      {
        actions: ['CreateUsageLimit', 'UpdateUsageLimit', 'DeleteUsageLimit', 'ListUsageLimits'].map(
          (action) => `redshift-serverless:${action}`,
        ),
        resources: ['*'],
        reason: 'A usage limit is no resource of IAM; the function knows one workgroup.',
      },
    ];
  }
}
