import { Aws, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnDatabase, CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { TABLES } from '../../adapters/aws/lake/context.ts';
import { STAGED } from '../../core/plans/spark-job.ts';
import type { Project } from '../../core/project.ts';
import type { Bundle } from '../bundles/bundle.ts';
import { MERGE_MARGIN, type Settings } from '../config.ts';
import { changeObjects, glueRole, useKey, useTables, writeGlueLogs } from '../constructs/access.ts';
import { Crawlers } from '../constructs/crawlers.ts';
import { Definitions } from '../constructs/definitions.ts';
import { LANDING, LandingTable } from '../constructs/landing-table.ts';
import { LoadJob } from '../constructs/load-job.ts';
import { NamedQueries } from '../constructs/named-queries.ts';
import { LandfallSecret } from '../constructs/secret.ts';
import { TableUpkeep } from '../constructs/table-upkeep.ts';
import { Workgroup } from '../constructs/workgroup.ts';
import type { StorageStack } from './storage-stack.ts';

export interface CatalogStackProps extends StackProps {
  readonly settings: Settings;
  readonly project: Project;
  readonly storage: StorageStack;
  /** The function of `lambdas/define`. */
  readonly bundle: Bundle;
}

/** What tables there are, the job and the crawlers that work on them, and where they are asked. */
export class CatalogStack extends Stack {
  readonly load: LoadJob;
  /** Beside the first that reads it. */
  readonly protect: LandfallSecret;
  readonly people: Workgroup;
  readonly pipeline: Workgroup;

  constructor(scope: Construct, id: string, { settings, project, storage, bundle, ...props }: CatalogStackProps) {
    super(scope, id, props);
    const { contracts } = project;
    const { key, landing, lake, results } = storage;
    const schemas = contracts.map(({ schema }) => schema);
    const databases = this.makeDatabases({ settings, project, storage });
    const shared = { settings, results, key };
    this.pipeline = new Workgroup(this, 'Pipeline', {
      ...shared,
      name: 'landfall-pipeline',
      description: "Landfall's own: merges and refreshes",
      scanGiB: settings.largestMergeGiB * MERGE_MARGIN,
    });
    const definitions = new Definitions(this, 'Definitions', {
      ...{ ...shared, lake, schemas, bundle },
      workgroup: this.pipeline,
    });
    definitions.node.addDependency(databases);

    const optimizerRole = glueRole(this, 'OptimizerRole', 'Keeps tables of the lake small and fast', [
      ...changeObjects(
        this,
        lake,
        schemas.map((schema) => `${schema}/`),
      ),
      useKey(key, 'Decrypt', 'GenerateDataKey'),
      useTables(this, schemas, ['GetTable', 'UpdateTable']),
      writeGlueLogs(this),
    ]);
    // Under a construct, whose names end in a checksum: a_b.c and a.b_c would otherwise be the same.
    const landed = new Construct(this, 'Landed');
    landed.node.addDependency(databases);
    for (const contract of contracts) {
      for (const table of contract.tables) {
        const name = `${contract.schema}.${table.name}`;
        const { schema } = contract;
        new TableUpkeep(this, name, {
          ...{ settings, schema, table: table.name },
          ...{ role: optimizerRole, maker: definitions },
        });
        new LandingTable(landed, name, { contract, table, bucket: landing });
      }
    }

    const security = this.makeSecurity(storage);
    new Crawlers(this, 'Crawlers', { contracts, landing, key, security }).node.addDependency(databases);
    this.protect = new LandfallSecret(this, 'ProtectKey', {
      settings,
      key,
      name: 'landfall/protect-key',
      description: 'What columns with `protect: hmac` are hashed under; with another key a person has another hash',
      generated: { length: 64 },
      stays: 'Values that landed were hashed under it: were it another, what belongs to one person would fall apart.',
    });
    this.load = new LoadJob(this, 'Load', { settings, landing, lake, key, protect: this.protect.ref, security });

    this.people = new Workgroup(this, 'People', {
      ...shared,
      name: 'landfall-people',
      description: 'Ad-hoc questions, and BI tools that read the lake',
      scanGiB: settings.peopleScanGiB,
    });
    for (const contract of contracts) {
      const models = project.models.filter(({ dataset }) => dataset === contract.dataset);
      new NamedQueries(this, `Queries-${contract.dataset}`, { workgroup: this.people, contract, models });
    }

    const outputs = {
      LoadJobName: this.load.job.ref,
      PeopleWorkgroup: this.people.ref,
      PipelineWorkgroup: this.pipeline.ref,
      ProtectSecretArn: this.protect.ref,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** One a data set, and Landfall's own; the job then needs no right to make any. */
  private makeDatabases({ settings, project, storage }: Omit<CatalogStackProps, 'bundle'>): Construct {
    const all = new Construct(this, 'Databases');
    const add = (name: string, description: string) => {
      const locationUri = name === LANDING ? {} : { locationUri: `s3://${storage.lake.bucketName}/${name}` };
      const database = new CfnDatabase(all, name, {
        catalogId: Aws.ACCOUNT_ID,
        databaseInput: { name, description: description.slice(0, 2048), ...locationUri },
      });
      database.applyRemovalPolicy(settings.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
    };
    for (const { schema, description } of project.contracts) add(schema, description);
    add(LANDING, 'Files as they landed, every value a text');
    add('ops', 'Loads, runs, quarantine and drift');
    add(STAGED, 'Rows of every newest file, of which clean tables are made');
    add(TABLES, 'What views are made of: models, a table a version, and the books as they are written');
    return all;
  }

  private makeSecurity({ key }: StorageStack): CfnSecurityConfiguration {
    const kmsKeyArn = key.keyArn;
    return new CfnSecurityConfiguration(this, 'Security', {
      name: 'landfall',
      encryptionConfiguration: {
        cloudWatchEncryption: { cloudWatchEncryptionMode: 'SSE-KMS', kmsKeyArn },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: 'CSE-KMS', kmsKeyArn },
        s3Encryptions: [{ s3EncryptionMode: 'SSE-KMS', kmsKeyArn }],
      },
    });
  }
}
