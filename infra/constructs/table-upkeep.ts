import { Aws } from 'aws-cdk-lib';
import { CfnTableOptimizer } from 'aws-cdk-lib/aws-glue';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Construct, type IDependable } from 'constructs';
import type { Settings } from '../config.ts';

export interface TableUpkeepProps {
  readonly settings: Pick<Settings, 'snapshotDays'>;
  readonly schema: string;
  readonly table: string;
  /** What compacts, and drops old snapshots and files that no snapshot has. */
  readonly role: IRole;
  /** What makes the table. */
  readonly maker: IDependable;
}

/** Files below this number in a partition are left as they are. */
const SMALL_FILES = 20;

/** What keeps a clean table of the lake small and fast. */
export class TableUpkeep extends Construct {
  constructor(scope: Construct, id: string, { settings, schema, table, role, maker }: TableUpkeepProps) {
    super(scope, id);
    for (const [type, configuration] of Object.entries(upkeep(settings.snapshotDays))) {
      const optimizer = new CfnTableOptimizer(this, type, {
        catalogId: Aws.ACCOUNT_ID,
        databaseName: schema,
        tableName: table,
        type,
        tableOptimizerConfiguration: { enabled: true, roleArn: role.roleArn, ...configuration },
      });
      // Glue tries the role out when it makes an optimizer.
      optimizer.node.addDependency(maker, role);
    }
  }
}

function upkeep(days: number) {
  return {
    compaction: {
      compactionConfiguration: { icebergConfiguration: { strategy: 'binpack', minInputFiles: SMALL_FILES } },
    },
    retention: {
      retentionConfiguration: {
        icebergConfiguration: {
          snapshotRetentionPeriodInDays: days,
          numberOfSnapshotsToRetain: 1,
          cleanExpiredFiles: true,
        },
      },
    },
    orphan_file_deletion: {
      orphanFileDeletionConfiguration: { icebergConfiguration: { orphanFileRetentionPeriodInDays: days } },
    },
  };
}
