import { fileURLToPath } from 'node:url';
import { CfnJob, type CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { BULK, STAGED } from '../../core/plans/spark-job.ts';
import type { Settings } from '../config.ts';
import { changeObjects, glueRole, readAsset, readObjects, useKey, writeGlueLogs } from './access.ts';

export interface LoadJobProps {
  readonly settings: Settings;
  readonly landing: Bucket;
  readonly lake: Bucket;
  readonly key: IKey;
  /** The ARN of the secret that columns are protected under. */
  readonly protect: string;
  readonly security: CfnSecurityConfiguration;
}

const SCRIPTS = fileURLToPath(new URL('../../glue-scripts', import.meta.url));

/**
 * The bulk load: Spark reads files and stages their rows. A run names its plan (`--plan`) and where its result goes
 * (`--result`). It knows no table and no catalog: Athena merges what it staged.
 */
export class LoadJob extends Construct {
  readonly job: CfnJob;
  readonly role: Role;

  constructor(scope: Construct, id: string, { settings, landing, lake, key, protect, security }: LoadJobProps) {
    super(scope, id);
    const script = new Asset(this, 'Script', { path: `${SCRIPTS}/load.py` });
    // As an archive: alone, each file would be called by its hash, and could not be imported.
    const modules = new Asset(this, 'Modules', { path: SCRIPTS, exclude: ['__pycache__', 'load.py'] });
    this.role = glueRole(this, 'Role', 'Reads large files of the landing zone, and stages their rows in the lake', [
      ...readObjects(this, landing),
      ...changeObjects(
        this,
        lake,
        [STAGED, 'batches', BULK].map((name) => `${name}/`),
      ),
      useKey(key, 'Decrypt', 'GenerateDataKey'),
      { actions: ['secretsmanager:GetSecretValue'], resources: [protect] },
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
      // A run that failed is repeated by the state machine: it begins by removing what it left.
      maxRetries: 0,
      executionProperty: { maxConcurrentRuns: settings.bulkJobsAtOnce },
      securityConfiguration: security.name,
      defaultArguments: {
        '--extra-py-files': modules.s3ObjectUrl,
        '--conf': SPARK_SETTINGS,
        '--protect_secret': protect,
        '--enable-continuous-cloudwatch-log': 'true',
      },
    });
    this.job.addResourceDependency(security);
  }
}

/** Glue takes one `--conf` for all: each further one stands in its value. */
const SPARK_SETTINGS = Object.entries({
  'spark.sql.session.timeZone': 'UTC',
  // Java matches a contract's `(a|b)+` by recursion, a level a character.
  'spark.driver.extraJavaOptions': '-Xss64m',
  'spark.executor.extraJavaOptions': '-Xss64m',
  // Lines go over the disk as they are, before anything in them is protected.
  'spark.io.encryption.enabled': 'true',
})
  .map(([name, value]) => `${name}=${value}`)
  .join(' --conf ');
