/** A stage as its templates describe it, made of the engines: its functions run where the tests do. */

import { randomBytes, randomUUID } from 'node:crypto';
import { AthenaClient, CreateWorkGroupCommand, DeleteWorkGroupCommand } from '@aws-sdk/client-athena';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  CreateClassifierCommand,
  CreateCrawlerCommand,
  type CreateCrawlerCommandInput,
  CreateDatabaseCommand,
  type DatabaseInput,
  DeleteClassifierCommand,
  DeleteCrawlerCommand,
  GlueClient,
  type TableInput,
} from '@aws-sdk/client-glue';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { bookTables, bookViews } from '../../../adapters/aws/lake/definitions.ts';
import { emptyModels } from '../../../adapters/aws/lake/empty-models.ts';
import { GlueTables } from '../../../adapters/aws/lake/glue-tables.ts';
import { loadTables } from '../../../adapters/aws/lake/load/tables.ts';
import { TableLeases } from '../../../adapters/aws/ledger/leases.ts';
import { LedgerTable } from '../../../adapters/aws/ledger/table.ts';
import { Bucket } from '../../../adapters/aws/objects/bucket.ts';
import { emptyColumns } from '../../../adapters/local/empty-lake.ts';
import type { Project } from '../../../core/project.ts';
import type { Bridge } from '../../bridge/bridge.ts';
import { migrateAll, migrationsFor } from '../../support/redshift/warehouse.ts';
import { makeBucket } from '../aws/stores.ts';
import { clientOptions } from './athena.ts';
import { engines, openBridge } from './engines.ts';
import { ACCOUNT, REGION, type Resource, Templates } from './templates.ts';

export type Environment = Readonly<Record<string, string>>;

/** Where the tests hear what people are told. */
const TOLD = 'landfall-told';

export class AwsStage {
  readonly bridge: Bridge;
  /** Of functions, by their names without `landfall-`. */
  readonly environments = new Map<string, Environment>();
  /** Addresses of queues, by their names. */
  readonly queues = new Map<string, string>();
  readonly templates: Templates;
  private readonly buckets = new Map<string, Bucket>();

  private constructor(bridge: Bridge, templates: Templates) {
    this.bridge = bridge;
    this.templates = templates;
  }

  static async open(project: Project): Promise<AwsStage> {
    const bridge = await openBridge();
    const stage = new AwsStage(bridge, await Templates.synthesize());
    await stage.makeStores();
    await stage.makeQueues();
    await stage.makeCatalog(project);
    await stage.makeWarehouse(project);
    for (const own of stage.templates.of('AWS::Lambda::Function').filter(({ stack }) => stack === 'pipeline')) {
      const { FunctionName, Environment } = stage.templates.resolved<LambdaProperties>(
        own,
        'FunctionName',
        'Environment',
      );
      stage.environments.set(FunctionName.replace('landfall-', ''), Environment.Variables);
    }
    return stage;
  }

  /** @param id the first part of what the template calls it: Landing, Lake, Results, Report */
  bucket(id: string): Bucket {
    const found = this.buckets.get(id);
    if (found === undefined) throw new Error(`the stacks have no bucket ${id}`);
    return found;
  }

  get connection() {
    return clientOptions(this.bridge.url);
  }

  queueOf(name: string): { readonly url: string; readonly arn: string } {
    const url = this.queues.get(name);
    if (url === undefined) throw new Error(`the stacks have no queue ${name}`);
    return { url, arn: arnOf('sqs', name) };
  }

  /** @param later milliseconds that its clock is ahead */
  leases(later = 0): TableLeases {
    const table = new LedgerTable(this.environments.get('ingest')?.['LANDFALL_LEDGER_TABLE'] ?? '', this.connection);
    return new TableLeases(table, { now: () => Date.now() + later });
  }

  close(): Promise<void> {
    return this.bridge.close();
  }

  private async makeStores(): Promise<void> {
    const { templates, connection } = this;
    const s3 = makeClient(S3Client, connection);
    for (const own of templates.of('AWS::S3::Bucket')) {
      const id = own.id.replace(/[0-9A-F]{8}$/, '');
      const name = await makeBucket(id.toLowerCase());
      templates.note(own, { Ref: name, Arn: `arn:aws:s3:::${name}` });
      this.buckets.set(id, new Bucket(name, connection));
      const isHeard = JSON.stringify(own.properties).includes('EventBridgeEnabled');
      const NotificationConfiguration = { EventBridgeConfiguration: {} };
      if (isHeard)
        await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: name, NotificationConfiguration }));
    }
    for (const own of templates.of('AWS::KMS::Key')) templates.note(own, { Arn: arnOf('kms', `key/${randomUUID()}`) });
    for (const own of templates.of('AWS::IAM::Role')) {
      templates.note(own, { Arn: `arn:aws:iam::${ACCOUNT}:role/${own.id}`, Ref: own.id });
    }
    const dynamodb = makeClient(DynamoDBClient, connection);
    for (const own of templates.of('AWS::DynamoDB::Table')) {
      const { TableName, BillingMode, AttributeDefinitions, KeySchema } = templates.resolved<CreateTableCommandInput>(
        own,
        'TableName',
        'BillingMode',
        'AttributeDefinitions',
        'KeySchema',
      );
      await orNothing(dynamodb.send(new DeleteTableCommand({ TableName })));
      await dynamodb.send(new CreateTableCommand({ TableName, BillingMode, AttributeDefinitions, KeySchema }));
      templates.note(own, { Ref: TableName ?? '' });
    }
    const secrets = makeClient(SecretsManagerClient, connection);
    for (const own of templates.of('AWS::SecretsManager::Secret')) {
      const { Name = '' } = own.properties as { Name?: string };
      await orNothing(secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true })));
      const SecretString = randomBytes(32).toString('hex');
      const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name, SecretString }));
      templates.note(own, { Ref: ARN });
    }
  }

  private async makeQueues(): Promise<void> {
    const { templates, connection } = this;
    const sqs = makeClient(SQSClient, connection);
    const make = async (QueueName: string, Attributes: Environment = {}) => {
      const address = await sqs.send(new CreateQueueCommand({ QueueName }));
      await sqs.send(new DeleteQueueCommand({ QueueUrl: address.QueueUrl }));
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
      this.queues.set(QueueName, QueueUrl);
    };
    const all = templates.of('AWS::SQS::Queue');
    for (const own of all) templates.note(own, { Arn: arnOf('sqs', nameOf(own, 'QueueName')) });
    // What failed first, for the others point to it.
    for (const own of all.toSorted(
      (a, b) => Number('RedrivePolicy' in a.properties) - Number('RedrivePolicy' in b.properties),
    )) {
      const {
        QueueName = '',
        RedrivePolicy,
        VisibilityTimeout,
      } = templates.resolved<QueueProperties>(own, 'QueueName', 'VisibilityTimeout', 'RedrivePolicy');
      await make(QueueName, {
        // The quiet window is minutes: here the tests say when it is over.
        ...(VisibilityTimeout === undefined ? {} : { VisibilityTimeout: String(VisibilityTimeout) }),
        ...(RedrivePolicy === undefined ? {} : { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
      });
    }
    for (const own of templates.of('AWS::Events::Rule')) {
      const { Name, EventPattern, Targets } = templates.resolved<RuleProperties>(
        own,
        'Name',
        'EventPattern',
        'Targets',
      );
      await askEvents('PutRule', { Name, EventPattern: JSON.stringify(EventPattern), State: 'ENABLED' });
      await askEvents('PutTargets', { Rule: Name, Targets });
    }
    await make(TOLD);
    const sns = makeClient(SNSClient, connection);
    for (const own of templates.of('AWS::SNS::Topic')) {
      const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: nameOf(own, 'TopicName') }));
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: this.queueOf(TOLD).arn }));
    }
  }

  private async makeCatalog(project: Project): Promise<void> {
    const { templates, connection } = this;
    const client = makeClient(GlueClient, connection);
    const tables = new GlueTables(client);
    for (const own of templates.of('AWS::Glue::Database')) {
      const { DatabaseInput } = templates.resolved<{ DatabaseInput: DatabaseInput }>(own);
      templates.note(own, { Ref: DatabaseInput.Name ?? '' });
      const database = DatabaseInput.Name ?? '';
      await orNothing(client.send(new CreateDatabaseCommand({ DatabaseInput })));
      for (const { Name = '' } of await tables.list(database)) await tables.remove(database, Name);
    }
    for (const own of templates.of('AWS::Glue::Table')) {
      // Glue makes Iceberg's metadata, which moto does not: clean tables are made by the first run that finds none.
      if ('OpenTableFormatInput' in own.properties) continue;
      const { DatabaseName, TableInput } = templates.resolved<{ DatabaseName: string; TableInput: TableInput }>(own);
      await tables.put(DatabaseName, TableInput);
    }
    for (const own of templates.of('AWS::Glue::Classifier')) {
      const { CsvClassifier } = templates.resolved<{ CsvClassifier: { Name: string } }>(own);
      templates.note(own, { Ref: CsvClassifier.Name });
      await orNothing(client.send(new DeleteClassifierCommand({ Name: CsvClassifier.Name })));
      await client.send(new CreateClassifierCommand({ CsvClassifier }));
    }
    for (const own of templates.of('AWS::Glue::Crawler')) {
      const crawler = templates.resolved<CreateCrawlerCommandInput>(
        own,
        'Name',
        'Role',
        'Targets',
        'Classifiers',
        'SchemaChangePolicy',
        'Configuration',
      );
      const { Name, Role, Targets, Classifiers, SchemaChangePolicy, Configuration } = crawler;
      await orNothing(client.send(new DeleteCrawlerCommand({ Name })));
      await client.send(
        new CreateCrawlerCommand({ Name, Role, Targets, Classifiers, SchemaChangePolicy, Configuration }),
      );
    }
    const athena = makeClient(AthenaClient, connection);
    for (const own of templates.of('AWS::Athena::WorkGroup')) {
      const { Name, WorkGroupConfiguration } = templates.resolved<WorkGroupProperties>(own);
      await orNothing(athena.send(new DeleteWorkGroupCommand({ WorkGroup: Name, RecursiveDeleteOption: true })));
      await athena.send(new CreateWorkGroupCommand({ Name, Configuration: WorkGroupConfiguration }));
    }
    const { bucket } = this.bucket('Lake');
    const fixed = [...bookTables(bucket), ...bookViews(), ...loadTables(bucket), ...(await emptyModels(project))];
    for (const { database, input } of fixed) await tables.put(database, input);
  }

  private async makeWarehouse(project: Project): Promise<void> {
    const { templates } = this;
    for (const own of templates.of('AWS::RedshiftServerless::Namespace')) {
      templates.note(own, { Ref: nameOf(own, 'NamespaceName'), 'Namespace.NamespaceId': randomUUID() });
    }
    for (const own of templates.of('AWS::RedshiftServerless::Workgroup')) {
      templates.note(own, { Ref: nameOf(own, 'WorkgroupName') });
    }
    const client = makeClient(RedshiftDataClient, this.connection);
    await migrateAll({ client }, migrationsFor(project, await emptyColumns(project)));
  }
}

interface LambdaProperties {
  readonly FunctionName: string;
  readonly Environment: { readonly Variables: Environment };
}

interface QueueProperties {
  readonly QueueName?: string;
  readonly VisibilityTimeout?: number;
  readonly RedrivePolicy?: unknown;
}

interface RuleProperties {
  readonly Name: string;
  readonly EventPattern: unknown;
  readonly Targets: unknown;
}

interface WorkGroupProperties {
  readonly Name: string;
  readonly WorkGroupConfiguration: object;
}

const nameOf = ({ properties }: Resource, name: string) => String(properties[name]);
const arnOf = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** Of a test before this one it may be there, or not. */
async function orNothing(sent: Promise<unknown>): Promise<void> {
  await sent.catch((error: Error) => {
    if (!/NotFound|AlreadyExists|InvalidRequest/.test(error.name)) throw error;
  });
}

async function askEvents(action: string, input: object): Promise<void> {
  const answer = await fetch(engines().moto.url, {
    method: 'POST',
    headers: {
      'X-Amz-Target': `AWSEvents.${action}`,
      'Content-Type': 'application/x-amz-json-1.1',
      Authorization: `AWS4-HMAC-SHA256 Credential=x/20200101/${REGION}/events/aws4_request, SignedHeaders=host, Signature=x`,
    },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`EventBridge answered ${answer.status} to ${action}: ${await answer.text()}`);
}
