/** What the role needs by which CloudFormation deploys: a policy, made of what AWS's own handlers of the types ask. */

import { readFileSync } from 'node:fs';

/** Written by `test/engines/support/handler_permissions.py`, which reads it of the schemas that cfn-lint has. */
interface Handlers {
  /** By the type of a resource, what making, reading, changing and deleting one takes. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** What schemas name and IAM does not know. */
  readonly unknown: readonly string[];
  /** Actions whose resource can only be `*`. */
  readonly withoutResources: readonly string[];
}

export const HANDLERS: Handlers = JSON.parse(
  readFileSync(new URL('handler-permissions.json', import.meta.url), 'utf8'),
);

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

/** A managed policy has no more characters, white space aside. */
export const MOST_CHARACTERS = 6144;

/** @param resource as behind the account number */
export const arn = (service: string, resource: string, { region = 'REGION', account = 'ACCOUNT' } = {}): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

const GLOBAL = { region: '' };

/** By service, the resources of a stage, as its templates name them. A service that is not here is not used. */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  athena: [arn('athena', 'workgroup/landfall-*')],
  budgets: [arn('budgets', 'budget/landfall-STAGE', GLOBAL)],
  cloudwatch: [arn('cloudwatch', 'alarm:landfall-*'), arn('cloudwatch', 'dashboard/landfall', GLOBAL)],
  dynamodb: [arn('dynamodb', 'table/landfall-ledger')],
  ec2: [arn('ec2', '*', { account: '*' })],
  events: [arn('events', 'rule/landfall-*')],
  glue: ['catalog', 'database/*', 'table/*', 'userDefinedFunction/*', 'crawler/landfall-*', 'job/landfall-*'].map(
    (one) => arn('glue', one),
  ),
  iam: [
    ...['role/landfall-STAGE-*', 'policy/landfall-STAGE-*', 'instance-profile/landfall-STAGE-*'],
    'role/aws-service-role/*',
  ].map((one) => arn('iam', one, GLOBAL)),
  kms: [arn('kms', 'key/*'), arn('kms', 'alias/landfall-STAGE')],
  lambda: [arn('lambda', 'function:landfall-*'), arn('lambda', 'event-source-mapping:*')],
  logs: [
    ...['/aws/lambda/landfall-*', '/aws/redshift/landfall/*', '/aws/vendedlogs/states/landfall*', 'landfall-STAGE-*'],
  ].map((one) => arn('logs', `log-group:${one}`)),
  redshift: [arn('redshift-serverless', 'namespace/*')],
  'redshift-serverless': [arn('redshift-serverless', 'namespace/*'), arn('redshift-serverless', 'workgroup/*')],
  s3: ['arn:aws:s3:::landfall-STAGE-*'],
  scheduler: [arn('scheduler', 'schedule/landfall/*'), arn('scheduler', 'schedule-group/landfall')],
  secretsmanager: [arn('secretsmanager', 'secret:landfall/*'), arn('secretsmanager', 'secret:redshift!landfall-*')],
  sns: [arn('sns', 'landfall')],
  sqs: [arn('sqs', 'landfall-*')],
  states: [arn('states', 'stateMachine:landfall')],
};

/** What handlers ask for properties that no template here has: other kinds of buckets, replicas, imports and the like. */
const UNUSED: readonly RegExp[] = [
  /^dynamodb:(AssociateTableReplica|CreateTableReplica|(Describe)?Import|Scan|Query|\w+Item$|\w*Kinesis)/,
  /^dynamodb:(Put|Delete)ResourcePolicy$|^dynamodb:UpdateContributorInsights$/,
  /^ec2:(Associate|Disassociate)SubnetCidrBlock$|^ec2:(CreateVpcEncryptionControl|ModifyVpcTenancy|\w+VpnGateway)$/,
  /^ec2:(AttachVolume|DetachVolume|ModifyInstancePlacement|ModifyInstanceMaintenanceOptions)$/,
  /^glue:\w+Connection$|^glue:GetSchemaVersion$/,
  /^iam:\w+(Group|User)Policy$/,
  /^lambda:(Put|Delete|Pass)\w*(CodeSigning|Scaling|Recursion|CapacityProvider)|^lambda:GetLayerVersion$/,
  /^logs:(Put|Delete)(Index|DataProtection|BearerToken|LogGroupDeletion)|^logs:CreateLogStream$|^logs:PutLogEvents$/,
  /^redshift:|^redshift-serverless:(\w+SnapshotCopyConfiguration|RestoreFrom\w+)$/,
  /^s3:(Put|Create|Update|Delete)\w*(Abac|Accelerate|Acl|Analytics|CORS|IntelligentTiering|Inventory|Metadata|Metrics)/,
  /^s3:(Put|Create|Update|Delete)\w*(ObjectLock|Replication|Website)|^s3:DeleteObject$/,
  /^secretsmanager:(ReplicateSecretToRegions|RemoveRegionsFromReplication)$/,
  /^sns:\w+DataProtectionPolicy$/,
];

/** What no handler asks, and a deployment takes all the same. */
const BESIDE: readonly PolicyStatement[] = [
  {
    Sid: 'CustomResources',
    Effect: 'Allow',
    Action: ['lambda:InvokeFunction'],
    Resource: ['define', 'migrate'].map((name) => arn('lambda', `function:landfall-${name}`)),
  },
  {
    Sid: 'Assets',
    Effect: 'Allow',
    Action: ['s3:GetObject'],
    Resource: ['arn:aws:s3:::cdk-hnb659fds-assets-ACCOUNT-REGION/*'],
  },
  {
    Sid: 'Parameters',
    Effect: 'Allow',
    Action: ['ssm:GetParameters'],
    Resource: [
      arn('ssm', 'parameter/cdk-bootstrap/hnb659fds/version'),
      arn('ssm', 'parameter/aws/service/ami-amazon-linux-latest/*', { account: '' }),
    ],
  },
];

/** Of a type's actions those that are granted. */
export function neededFor(type: string): readonly string[] {
  return (HANDLERS.types[type] ?? []).filter((action) => {
    const [service = ''] = action.split(':');
    const isUsed = Object.hasOwn(RESOURCES, service) && !UNUSED.some((pattern) => pattern.test(action));
    return isUsed && !HANDLERS.unknown.includes(action);
  });
}

/** As many policies as their size asks for. */
export function executionPolicies(): Policy[] {
  const actions = [...new Set(Object.keys(HANDLERS.types).flatMap(neededFor))].sort();
  const isFree = (action: string) => HANDLERS.withoutResources.includes(action);
  const bound = Object.entries(RESOURCES).map(([service, Resource]): PolicyStatement => {
    const Action = actions.filter((action) => action.startsWith(`${service}:`) && !isFree(action));
    return { Sid: sidOf(service), Effect: 'Allow', Action, Resource };
  });
  const free = { Sid: 'NoResources', Effect: 'Allow', Action: actions.filter(isFree), Resource: ['*'] } as const;
  return packed([...bound.filter(({ Action }) => Action.length > 0), free, ...BESIDE]);
}

const sidOf = (service: string) => service.replace(/(^|-)(.)/g, (_, _dash, letter: string) => letter.toUpperCase());

export const sizeOf = (policy: Policy): number => JSON.stringify(policy).length;

function packed(statements: readonly PolicyStatement[]): Policy[] {
  const policies: Policy[] = [];
  for (const statement of statements) {
    const last = policies.at(-1);
    const grown: Policy = { Version: '2012-10-17', Statement: [...(last?.Statement ?? []), statement] };
    if (last !== undefined && sizeOf(grown) <= MOST_CHARACTERS) policies[policies.length - 1] = grown;
    else policies.push({ Version: '2012-10-17', Statement: [statement] });
  }
  return policies;
}
