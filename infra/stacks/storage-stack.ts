import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { AccountPrincipal, ArnPrincipal, CompositePrincipal, Effect, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { LifecycleRule } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { changesFolder, changesName } from '../../adapters/aws/lake/load/shape.ts';
import { EXPORTS } from '../../adapters/aws/warehouse/exports.ts';
import { replayPrefix } from '../../core/contracts/replay.ts';
import type { Contract } from '../../core/contracts/types.ts';
import type { Settings } from '../config.ts';
import { grant } from '../constructs/access.ts';
import { encryptionKey } from '../constructs/encryption-key.ts';
import { LogBucket, PrivateBucket } from '../constructs/private-bucket.ts';

export interface StorageStackProps extends StackProps {
  readonly settings: Settings;
  readonly contracts: readonly Contract[];
}

/** Where files land, the lake, results of queries, reports, and who may drop files. */
export class StorageStack extends Stack {
  readonly key: Key;
  readonly landing: PrivateBucket;
  /** Tables, staged Parquet, and the manifests by which one step tells the next. */
  readonly lake: PrivateBucket;
  readonly results: PrivateBucket;
  readonly report: PrivateBucket;
  readonly dropRole: Role;

  constructor(scope: Construct, id: string, { settings, contracts, ...props }: StorageStackProps) {
    super(scope, id, props);
    this.key = encryptionKey(this, settings);
    const logs = new LogBucket(this, 'Logs', { settings });
    const shared = { settings, key: this.key, logs };
    const tables = contracts.flatMap(({ schema, tables: own }) => own.map(({ name }) => ({ schema, table: name })));
    this.landing = new PrivateBucket(this, 'Landing', { ...shared, expiry: landingExpiry(settings), isHeard: true });
    this.lake = new PrivateBucket(this, 'Lake', {
      ...shared,
      expiry: [oldVersions(settings.lakeVersionDays), ...passing(tables)],
      isHeard: true,
    });
    this.results = new PrivateBucket(this, 'Results', { ...shared, expiry: [wholly(settings.queryResultDays)] });
    this.report = new PrivateBucket(this, 'Report', { ...shared, expiry: [oldVersions(settings.queryResultDays)] });
    this.dropRole = this.makeDropRole(
      settings,
      contracts.map(({ dataset }) => dataset),
    );

    const outputs = {
      LandingBucket: this.landing.bucketName,
      LakeBucket: this.lake.bucketName,
      ResultsBucket: this.results.bucketName,
      ReportBucket: this.report.bucketName,
      DropRoleArn: this.dropRole.roleArn,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** It can put files where a data set's land, and can neither list, read nor delete any. */
  private makeDropRole({ dropPrincipals }: Settings, datasets: readonly string[]): Role {
    const others = dropPrincipals.map((one) =>
      one.startsWith('arn:') ? new ArnPrincipal(one) : new AccountPrincipal(one),
    );
    const role = new Role(this, 'DropRole', {
      description: 'Drops files into the landing zone, and can do nothing else',
      assumedBy: new CompositePrincipal(new AccountPrincipal(this.account), ...others),
    });
    const keysOf = (prefix: string) => this.landing.arnForObjects(`${prefix}*`);
    grant(role, {
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: datasets.map((dataset) => keysOf(`${dataset}/`)),
      reason: "Whoever drops files names them, under a data set's folder.",
    });
    grant(role, {
      // The parts of a large file are decrypted when S3 puts them together.
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: [this.key.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': `s3.${this.region}.amazonaws.com`,
          'kms:EncryptionContext:aws:s3:arn': this.landing.bucketArn,
        },
      },
    });
    role.addToPolicy(
      new PolicyStatement({
        // Rows that were mended in quarantine come back in files of Landfall's own.
        effect: Effect.DENY,
        actions: ['s3:PutObject'],
        resources: datasets.map((dataset) => keysOf(replayPrefix(dataset))),
      }),
    );
    return role;
  }
}

/** Files that landed are what everything else is made of: none expires, nor an older version of one, unless asked. */
function landingExpiry({ expireLandingDays }: Settings): LifecycleRule[] {
  return expireLandingDays === null ? [] : [wholly(expireLandingDays)];
}

/** Days for which a run can be gone on with: a message waits for 14, and for as many more where it failed. */
const RUN_DAYS = 30;

/** Days. A batch whose changes were gone would seem to have none: no batch is open for so long, for every load ends it. */
const CHANGES_DAYS = 365;

/** What nobody asks for any more. Staged rows and the books are not among it: clean tables are made of them. */
function passing(tables: readonly { readonly schema: string; readonly table: string }[]): LifecycleRule[] {
  const folders: [id: string, prefix: string, days: number][] = [
    // What the warehouse has copied long since; a person's rows must not stay in it.
    ['exports', EXPORTS, 1],
    ['manifests', 'manifests/', RUN_DAYS],
    ['runs', 'runs/', RUN_DAYS],
    ...tables.map((one): [string, string, number] => [changesName(one), changesFolder(one), CHANGES_DAYS]),
  ];
  return folders.map(([id, prefix, days]) => ({
    ...{ id, prefix },
    expiration: Duration.days(days),
    noncurrentVersionExpiration: Duration.days(1),
  }));
}

/** Objects, and what an overwritten or deleted one has left. */
function wholly(days: number): LifecycleRule {
  return { ...oldVersions(days), id: 'old-objects', expiration: Duration.days(days) };
}

function oldVersions(days: number): LifecycleRule {
  return { id: 'old-versions', noncurrentVersionExpiration: Duration.days(days) };
}
