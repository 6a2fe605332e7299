import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EXPORTS } from '../../adapters/aws/warehouse/exports.ts';
import type { Project } from '../../core/project.ts';
import { migrationsOf, OWNER } from '../../core/warehouse/migrations.ts';
import { READER, READER_ROLE } from '../../core/warehouse/statements.ts';
import type { WarehouseColumn } from '../../core/warehouse/types.ts';
import type { Bundle } from '../bundles/bundle.ts';
import type { Settings } from '../config.ts';
import { arnIn } from '../constructs/access.ts';
import { Cluster, DATABASE } from '../warehouse/cluster.ts';
import { WarehouseMigration } from '../warehouse/migration.ts';
import { Network, PORT } from '../warehouse/network.ts';
import { AccountSecret } from '../warehouse/secret.ts';
import { Tunnel } from '../warehouse/tunnel.ts';
import type { StorageStack } from './storage-stack.ts';

export interface WarehouseStackProps extends StackProps {
  readonly settings: Settings;
  readonly project: Project;
  readonly storage: StorageStack;
  /** By `schema.table`: what a table is made of before data lands. */
  readonly columns: ReadonlyMap<string, readonly WarehouseColumn[]>;
  /** The function of `lambdas/migrate`. */
  readonly bundle: Bundle;
}

/** Redshift Serverless for BI tools: private, small, asleep when nobody asks, and set up as the contracts say. */
export class WarehouseStack extends Stack {
  readonly workgroupName: string;
  readonly workgroupArn: string;
  readonly namespaceId: string;
  readonly database = DATABASE;
  readonly copyRoleArn: string;
  /** Of the user who publishes. */
  readonly ownerSecretArn: string;

  constructor(
    scope: Construct,
    id: string,
    { settings, project, storage, columns, bundle, ...props }: WarehouseStackProps,
  ) {
    super(scope, id, props);
    const { key } = storage;
    const source = { bucketArn: arnIn(this, storage.lake), folder: EXPORTS };
    const network = new Network(this, 'Network', { settings, key, source });
    const cluster = new Cluster(this, 'Cluster', { settings, key, network, source });
    const accounts = { settings, key };
    const owner = new AccountSecret(this, 'Owner', {
      ...accounts,
      user: OWNER,
      description: 'Who owns the tables of the warehouse, and publishes them',
    });
    const reader = new AccountSecret(this, 'Reader', {
      ...accounts,
      user: READER,
      description: 'Who reads the warehouse: BI tools',
    });
    const limits = {
      readerTimeout: settings.biTimeoutMinutes * 60_000,
      readerConnections: settings.biConnections,
    };
    const migrations = migrationsOf(project, columns, DATABASE, limits);
    new WarehouseMigration(this, 'Migration', { settings, key, cluster, owner, reader, migrations, bundle });

    this.workgroupName = cluster.workgroup.ref;
    this.workgroupArn = cluster.workgroup.attrWorkgroupWorkgroupArn;
    this.namespaceId = cluster.namespace.attrNamespaceNamespaceId;
    this.copyRoleArn = cluster.copyRole.roleArn;
    this.ownerSecretArn = owner.ref;
    const outputs = {
      WarehouseEndpoint: cluster.workgroup.attrWorkgroupEndpointAddress,
      WarehousePort: String(PORT),
      WarehouseDatabase: DATABASE,
      WarehouseWorkgroup: this.workgroupName,
      WarehouseNamespace: this.namespaceId,
      WarehouseReaderSecretArn: reader.ref,
      WarehouseReaderRole: READER_ROLE,
      WarehouseOwnerSecretArn: this.ownerSecretArn,
      WarehouseCopyRoleArn: this.copyRoleArn,
      ...(settings.hasTunnel ? { TunnelInstance: new Tunnel(this, 'Tunnel', { settings, network }).instanceId } : {}),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
