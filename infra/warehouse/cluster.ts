import { RemovalPolicy } from 'aws-cdk-lib';
import { CompositePrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnNamespace, CfnWorkgroup } from 'aws-cdk-lib/aws-redshiftserverless';
import { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { grant, useKey } from '../constructs/access.ts';
import { type Network, PORT } from './network.ts';

export interface ClusterProps {
  readonly settings: Settings;
  readonly key: IKey;
  readonly network: Network;
  /** The bucket and the folder, with a slash behind it, that COPY reads. */
  readonly source: { readonly bucketArn: string; readonly folder: string };
}

export const DATABASE = 'landfall';
export const NAME = 'landfall';

/** Longer than any statement of a reader or a publication is meant to take. */
const LONGEST_STATEMENT = 2 * 60 * 60;

/** Redshift Serverless: it sleeps and wakes by itself. */
export class Cluster extends Construct {
  readonly namespace: CfnNamespace;
  readonly workgroup: CfnWorkgroup;
  readonly copyRole: Role;

  constructor(scope: Construct, id: string, { settings, key, network, source }: ClusterProps) {
    super(scope, id);
    this.copyRole = this.makeCopyRole(source, key);
    const audit = ['connectionlog', 'userlog', 'useractivitylog'] as const;
    const logs = audit.map(
      (log) =>
        new LogGroup(this, log, {
          // As Redshift names it: made here, it is encrypted, and does not grow for ever.
          logGroupName: `/aws/redshift/${NAME}/${log}`,
          encryptionKey: key,
          retention: settings.logDays,
          removalPolicy: settings.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
        }),
    );
    this.namespace = new CfnNamespace(this, 'Namespace', {
      namespaceName: NAME,
      dbName: DATABASE,
      adminUsername: 'landfall_admin',
      manageAdminPassword: true,
      adminPasswordSecretKmsKeyId: key.keyArn,
      kmsKeyId: key.keyArn,
      iamRoles: [this.copyRole.roleArn],
      logExports: [...audit],
    });
    this.namespace.applyRemovalPolicy(settings.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
    this.namespace.node.addDependency(...logs);
    this.workgroup = this.makeWorkgroup(settings, network);
  }

  /** It holds nothing: where the namespace stays behind, it can be given another one. */
  private makeWorkgroup(settings: Settings, network: Network): CfnWorkgroup {
    const parameters = {
      require_ssl: 'true',
      enable_user_activity_logging: 'true',
      max_query_execution_time: String(LONGEST_STATEMENT),
    };
    const workgroup = new CfnWorkgroup(this, 'Workgroup', {
      workgroupName: NAME,
      namespaceName: this.namespace.ref,
      baseCapacity: settings.warehouseRpus,
      maxCapacity: settings.warehouseMostRpus,
      publiclyAccessible: settings.biCidrs.length > 0,
      enhancedVpcRouting: true,
      port: PORT,
      subnetIds: network.vpc.selectSubnets().subnetIds,
      securityGroupIds: [network.warehouse.securityGroupId],
      configParameters: Object.entries(parameters).map(([parameterKey, parameterValue]) => ({
        parameterKey,
        parameterValue,
      })),
    });
    workgroup.node.addDependency(network);
    return workgroup;
  }

  private makeCopyRole({ bucketArn, folder }: ClusterProps['source'], key: IKey): Role {
    const role = new Role(this, 'CopyRole', {
      description: 'Redshift: copies what the lake unloads, and can read nothing else',
      assumedBy: new CompositePrincipal(
        new ServicePrincipal('redshift.amazonaws.com'),
        new ServicePrincipal('redshift-serverless.amazonaws.com'),
      ),
    });
    grant(role, {
      actions: ['s3:ListBucket'],
      resources: [bucketArn],
      conditions: { StringLike: { 's3:prefix': `${folder}*` } },
    });
    grant(role, { actions: ['s3:GetBucketLocation'], resources: [bucketArn] });
    grant(role, {
      actions: ['s3:GetObject'],
      resources: [`${bucketArn}/${folder}*`],
      reason: 'Athena names the files that it unloads, and nothing else lies in this folder.',
    });
    grant(role, useKey(key, 'Decrypt'));
    return role;
  }
}
