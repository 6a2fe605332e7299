/** A stage as its templates describe it, made of the engines, with its functions as they are deployed. */

import { randomBytes, randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutBucketNotificationConfigurationCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { TableLeases } from '../../../adapters/aws/ledger/leases.ts';
import { LedgerTable } from '../../../adapters/aws/ledger/table.ts';
import { Bucket } from '../../../adapters/aws/objects/bucket.ts';
import type { Bridge } from '../../bridge/bridge.ts';
import { Lambda, type LambdaOptions } from '../../bridge/lambda/functions.ts';
import { askMoto } from '../../bridge/moto-ask.ts';
import { makeBucket } from '../aws/stores.ts';
import { withArchive } from './archive.ts';
import { clientOptions } from './athena.ts';
import { engines, openBridge } from './engines.ts';
import { makeCatalog } from './stage-catalog.ts';
import { callCustomResources, defineFunctions } from './stage-functions.ts';
import { nameOf, orNothing } from './stage-resources.ts';
import { ACCOUNT, arnOf, REGION, Templates } from './templates.ts';

/** Where the tests hear what people are told. */
const TOLD = 'landfall-told';

export interface StageOptions {
  /** Of the synthesis: `stage`, or `project`, the folder of contracts. @default `dev` with what is shipped */
  readonly context?: Readonly<Record<string, string>>;
  /** Environment variables that every function has beside its template's, or in their place. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly heard?: LambdaOptions['heard'];
}

export class AwsStage {
  readonly bridge: Bridge;
  readonly lambda: Lambda;
  /** Addresses of queues, by their names. */
  readonly queues = new Map<string, string>();
  private readonly buckets = new Map<string, Bucket>();
  private readonly variables: Readonly<Record<string, string>>;
  private deployed: Templates;

  private constructor(bridge: Bridge, lambda: Lambda, templates: Templates, variables: StageOptions['variables'] = {}) {
    this.bridge = bridge;
    this.lambda = lambda;
    this.deployed = templates;
    this.variables = variables;
  }

  get templates(): Templates {
    return this.deployed;
  }

  /** Synthesized and deployed, as far as there is something to deploy it to; to be closed. */
  static async open({ context = {}, variables = {}, heard }: StageOptions = {}): Promise<AwsStage> {
    const templates = await Templates.synthesize(context);
    const bridge = await openBridge();
    const place = { endpoint: bridge.url, region: REGION, account: ACCOUNT };
    const lambda = await Lambda.open({ ...place, ...(heard === undefined ? {} : { heard }) });
    const stage = new AwsStage(bridge, lambda, templates, variables);
    try {
      await stage.makeStores();
      await stage.makeQueues();
      await makeCatalog(stage.templates, stage.connection);
      stage.makeWarehouse();
      await stage.upload();
      defineFunctions(templates, lambda, variables);
      await callCustomResources(stage, stage.bucket('Results'));
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** With another context: code, files and what custom resources make change; what holds data stays. */
  async redeploy(context: Readonly<Record<string, string>>): Promise<void> {
    const templates = await Templates.synthesize(context);
    templates.inherit(this.templates);
    await this.templates.close();
    this.deployed = templates;
    await this.upload();
    defineFunctions(templates, this.lambda, this.variables);
    await callCustomResources(this, this.bucket('Results'), 'Update');
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
    const [own] = this.templates.of('AWS::DynamoDB::Table');
    const table = own === undefined ? '' : this.templates.find(own.stack, own.id, 'Ref');
    return new TableLeases(new LedgerTable(table, this.connection), { now: () => Date.now() + later });
  }

  /** @param id the secret's name */
  async secret(id: string): Promise<string> {
    return (await this.secrets.send(new GetSecretValueCommand({ SecretId: id }))).SecretString ?? '';
  }

  async keepSecret(id: string, value: string): Promise<void> {
    await this.secrets.send(new PutSecretValueCommand({ SecretId: id, SecretString: value }));
  }

  private get secrets(): SecretsManagerClient {
    return makeClient(SecretsManagerClient, this.connection);
  }

  async close(): Promise<void> {
    await this.lambda.close();
    await this.bridge.close();
    await this.templates.close();
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
      templates.note(own, { Ref: TableName ?? '', Arn: arnOf('dynamodb', `table/${TableName}`) });
    }
    const { secrets } = this;
    for (const own of templates.of('AWS::SecretsManager::Secret')) {
      const { Name = '' } = own.properties as { Name?: string };
      await orNothing(secrets.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true })));
      const SecretString = secretOf(own.properties['GenerateSecretString'] as GeneratedSecret | undefined);
      const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name, SecretString }));
      templates.note(own, { Ref: ARN });
    }
  }

  private async makeQueues(): Promise<void> {
    const { templates, connection } = this;
    const sqs = makeClient(SQSClient, connection);
    const make = async (QueueName: string, Attributes: Readonly<Record<string, string>> = {}) => {
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
      await askMoto(engines().moto.url, 'AWSEvents.PutRule', {
        Name,
        EventPattern: JSON.stringify(EventPattern),
        State: 'ENABLED',
      });
      await askMoto(engines().moto.url, 'AWSEvents.PutTargets', { Rule: Name, Targets });
    }
    await make(TOLD);
    const sns = makeClient(SNSClient, connection);
    for (const own of templates.of('AWS::SNS::Topic')) {
      const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: nameOf(own, 'TopicName') }));
      await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: this.queueOf(TOLD).arn }));
    }
  }

  private makeWarehouse(): void {
    const { templates } = this;
    for (const own of templates.of('AWS::RedshiftServerless::Namespace')) {
      templates.note(own, { Ref: nameOf(own, 'NamespaceName'), 'Namespace.NamespaceId': randomUUID() });
    }
    for (const own of templates.of('AWS::RedshiftServerless::Workgroup')) {
      const name = nameOf(own, 'WorkgroupName');
      templates.note(own, { Ref: name, 'Workgroup.WorkgroupArn': arnOf('redshift-serverless', `workgroup/${name}`) });
    }
  }

  /** Files that a deployment has in the bucket of the bootstrap; code of functions is taken from where it was made. */
  private async upload(): Promise<void> {
    const name = `cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`;
    await makeClient(S3Client, this.connection).send(new CreateBucketCommand({ Bucket: name }));
    const bucket = new Bucket(name, this.connection);
    const code = this.templates.of('AWS::Lambda::Function').map(({ properties }) => JSON.stringify(properties['Code']));
    for (const { key, path } of this.templates.assets) {
      if (code.some((one) => one.includes(key))) continue;
      await (key.endsWith('.zip')
        ? withArchive(path, (archive) => bucket.upload(key, archive))
        : bucket.upload(key, path));
    }
  }
}

interface GeneratedSecret {
  readonly SecretStringTemplate?: string;
  readonly GenerateStringKey?: string;
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

function secretOf({ SecretStringTemplate = '{}', GenerateStringKey }: GeneratedSecret = {}): string {
  const made = randomBytes(20).toString('hex');
  if (GenerateStringKey === undefined) return made;
  return JSON.stringify({ ...JSON.parse(SecretStringTemplate), [GenerateStringKey]: made });
}
