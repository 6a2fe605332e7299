import { CfnClassifier, CfnCrawler, type CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Contract } from '../../core/contracts/types.ts';
import { crawlerOf } from '../../core/pipeline/headers.ts';
import { glueRole, readObjects, useKey, useTables, writeGlueLogs } from './access.ts';
import { LANDING, landingTableName } from './landing-table.ts';

export interface CrawlersProps {
  readonly contracts: readonly Contract[];
  readonly landing: Bucket;
  readonly key: IKey;
  readonly security: CfnSecurityConfiguration;
}

/**
 * One crawler a data set, one target a table. None has a schedule, for a crawl bills ten minutes at least: the state
 * machine starts one where headers differ. What a crawler finds changed it logs; the contract is what judges.
 */
export class Crawlers extends Construct {
  constructor(scope: Construct, id: string, { contracts, landing, key, security }: CrawlersProps) {
    super(scope, id);
    const classifier = new CfnClassifier(this, 'Csv', {
      csvClassifier: {
        name: 'landfall-csv',
        containsHeader: 'PRESENT',
        delimiter: ',',
        quoteSymbol: '"',
        allowSingleColumn: true,
      },
    });
    const role = glueRole(this, 'Role', 'Looks at files as they landed', [
      ...contracts.flatMap(({ dataset }) => readObjects(this, landing, `${dataset}/`)),
      useKey(key, 'Decrypt'),
      useTables(this, [LANDING], TABLE_ACTIONS),
      writeGlueLogs(this),
    ]);
    for (const contract of contracts) {
      const crawler = new CfnCrawler(this, contract.dataset, {
        name: crawlerOf(contract.dataset),
        description: `Files of ${contract.dataset} as they landed`,
        role: role.roleArn,
        classifiers: ['landfall-csv'],
        targets: {
          catalogTargets: contract.tables.map((table) => ({
            databaseName: LANDING,
            tables: [landingTableName(contract, table)],
          })),
        },
        schemaChangePolicy: { updateBehavior: 'LOG', deleteBehavior: 'LOG' },
        configuration: JSON.stringify({
          Version: 1,
          Grouping: { TableGroupingPolicy: 'CombineCompatibleSchemas' },
        }),
        ...(security.name === undefined ? {} : { crawlerSecurityConfiguration: security.name }),
      });
      crawler.node.addDependency(classifier, security, role);
    }
  }
}

const TABLE_ACTIONS = [
  'GetDatabase',
  'GetTable',
  'GetTables',
  'UpdateTable',
  'GetPartitions',
  'BatchGetPartition',
  'BatchCreatePartition',
  'UpdatePartition',
];
