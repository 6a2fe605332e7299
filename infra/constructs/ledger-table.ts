import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ENDS } from '../../adapters/aws/ledger/table.ts';
import type { Settings } from '../config.ts';

/** What was loaded, batches on their way, leases, and small facts: `adapters/aws/ledger`. */
export class LedgerTable extends Table {
  constructor(scope: Construct, id: string, settings: Pick<Settings, 'isDisposable'>, key: IKey) {
    super(scope, id, {
      tableName: 'landfall-ledger',
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: ENDS,
      deletionProtection: !settings.isDisposable,
      removalPolicy: settings.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
  }
}
