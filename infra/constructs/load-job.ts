import { fileURLToPath } from 'node:url';
import { CfnJob, type CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { CATALOG } from '../../core/plans/spark-job.ts';
import type { Settings } from '../config.ts';
import { changeObjects, glueRole, readAsset, readObjects, useKey, useTables, writeGlueLogs } from './access.ts';

export interface LoadJobProps {
  readonly settings: Settings;
  readonly landing: Bucket;
  readonly lake: Bucket;
  readonly key: IKey;
  /** The databases whose tables it makes and changes. */
  readonly databases: readonly string[];
  readonly security: CfnSecurityConfiguration;
}

const SCRIPTS = fileURLToPath(new URL('../../glue-scripts', import.meta.url));

/** The bulk load: a load plan run on Spark. A run names its plan (`--plan`) and where its result goes (`--result`). */
export class LoadJob extends Construct {
  readonly job: CfnJob;
  readonly role: Role;

  constructor(scope: Construct, id: string, { settings, landing, lake, key, databases, security }: LoadJobProps) {
    super(scope, id);
    const script = new Asset(this, 'Script', { path: `${SCRIPTS}/load.py` });
    // As an archive: alone, each file would be called by its hash, and could not be imported.
    const modules = new Asset(this, 'Modules', { path: SCRIPTS, exclude: ['__pycache__', 'load.py'] });
    this.role = glueRole(this, 'Role', 'Loads large files from the landing zone into the lake', [
      ...readObjects(this, landing),
      ...changeObjects(
        this,
        lake,
        [...databases, 'batches', 'runs'].map((name) => `${name}/`),
      ),
      useKey(key, 'Decrypt', 'GenerateDataKey'),
      useTables(this, databases, TABLE_ACTIONS),
      writeGlueLogs(this),
      ...[script, modules].map(readAsset),
    ]);
    this.job = new CfnJob(this, 'Job', {
      name: 'landfall-load',
      description: 'Runs a load plan on Spark, for files too large for a function',
      role: this.role.roleArn,
      glueVersion: '5.0',
      command: { name: 'glueetl', pythonVersion: '3', scriptLocation: script.s3ObjectUrl },
      workerType: 'G.1X',
      numberOfWorkers: settings.bulkWorkers,
      timeout: settings.bulkTimeoutMinutes,
      // A run that failed is repeated by the state machine, which knows what of it is done.
      maxRetries: 0,
      executionProperty: { maxConcurrentRuns: settings.bulkJobsAtOnce },
      securityConfiguration: security.name,
      defaultArguments: {
        '--datalake-formats': 'iceberg',
        '--extra-py-files': modules.s3ObjectUrl,
        '--conf': sparkSettings(lake),
        '--enable-continuous-cloudwatch-log': 'true',
      },
    });
    this.job.addResourceDependency(security);
  }
}

const TABLE_ACTIONS = ['GetDatabase', 'GetTable', 'GetTables', 'CreateTable', 'UpdateTable', 'DeleteTable'];

/** Glue takes one `--conf` for all: each further one stands in its value. */
function sparkSettings(lake: Bucket): string {
  const catalog = `spark.sql.catalog.${CATALOG}`;
  const settings = {
    'spark.sql.extensions': 'org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions',
    [catalog]: 'org.apache.iceberg.spark.SparkCatalog',
    [`${catalog}.catalog-impl`]: 'org.apache.iceberg.aws.glue.GlueCatalog',
    [`${catalog}.io-impl`]: 'org.apache.iceberg.aws.s3.S3FileIO',
    [`${catalog}.warehouse`]: `s3://${lake.bucketName}`,
    // Others write to its tables, too.
    [`${catalog}.cache-enabled`]: 'false',
    'spark.sql.session.timeZone': 'UTC',
    // Java matches a contract's `(a|b)+` by recursion, a level a character.
    'spark.driver.extraJavaOptions': '-Xss64m',
    'spark.executor.extraJavaOptions': '-Xss64m',
    // Lines go over the disk as they are, before anything in them is protected.
    'spark.io.encryption.enabled': 'true',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(' --conf ');
}
