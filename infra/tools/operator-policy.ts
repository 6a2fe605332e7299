/** What people need who work with a deployed stage from a command line, command by command. */

import { REPLAY_FOLDER } from '../../core/contracts/replay.ts';
import { arn, type Policy, type PolicyStatement } from './deployer-policy.ts';

/** What a command asks AWS for. */
export interface CommandNeeds {
  /** As people call it. */
  readonly command: string;
  readonly statements: readonly PolicyStatement[];
}

const allow = (Action: readonly string[], ...Resource: readonly string[]): PolicyStatement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

/** CloudFormation ends the name of a bucket itself. */
const bucket = (name: string, objects = '') => `arn:aws:s3:::landfall-STAGE-storage-${name}*${objects}`;

const key: PolicyStatement = {
  ...allow(['kms:Decrypt', 'kms:GenerateDataKey'], arn('kms', 'key/*')),
  Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/landfall-STAGE' } },
};

const outputs = allow(['cloudformation:DescribeStacks'], arn('cloudformation', 'stack/landfall-STAGE-*/*'));

const ask: readonly PolicyStatement[] = [
  allow(
    ['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults', 'StopQueryExecution'].map((one) => `athena:${one}`),
    arn('athena', 'workgroup/landfall-people'),
  ),
  // Athena reads in the name of whoever asks.
  allow(
    ['GetDatabase', 'GetDatabases', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions'].map(
      (one) => `glue:${one}`,
    ),
    ...['catalog', 'database/*', 'table/*'].map((one) => arn('glue', one)),
  ),
  allow(['s3:ListBucket', 's3:GetBucketLocation'], bucket('lake'), bucket('landing'), bucket('results')),
  allow(['s3:GetObject'], bucket('lake', '/*'), bucket('landing', '/*')),
  allow(
    ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
    bucket('results', '/people/*'),
  ),
];

export const OPERATOR: readonly CommandNeeds[] = [
  { command: 'every command with --target aws', statements: [outputs, key] },
  { command: 'query, status, quarantine', statements: ask },
  {
    command: 'status, quarantine',
    statements: [allow(['dynamodb:GetItem', 'dynamodb:Query'], arn('dynamodb', 'table/landfall-ledger'))],
  },
  {
    command: 'query --warehouse',
    statements: [
      allow(['redshift-data:ExecuteStatement'], arn('redshift-serverless', 'workgroup/*')),
      {
        ...allow(
          ['DescribeStatement', 'GetStatementResult', 'CancelStatement'].map((one) => `redshift-data:${one}`),
          '*',
        ),
        Condition: { StringEquals: { 'redshift-data:statement-owner-iam-userid': '\u0024{aws:userid}' } },
      },
      allow(['secretsmanager:GetSecretValue'], arn('secretsmanager', 'secret:landfall/warehouse/bi_reader-*')),
    ],
  },
  {
    command: 'run, status',
    statements: [
      allow(['states:StartExecution', 'states:ListExecutions'], arn('states', 'stateMachine:landfall')),
      allow(['states:DescribeExecution', 'states:GetExecutionHistory'], arn('states', 'execution:landfall:*')),
    ],
  },
  {
    command: 'quarantine replay',
    statements: [allow(['s3:PutObject', 's3:AbortMultipartUpload'], bucket('landing', `/*/${REPLAY_FOLDER}/*`))],
  },
  {
    command: 'pull',
    statements: [allow(['lambda:InvokeFunction'], arn('lambda', 'function:landfall-pull-*'))],
  },
  {
    command: 'the redrive commands of the outputs',
    statements: [
      allow(
        [
          ...['StartMessageMoveTask', 'ListMessageMoveTasks', 'ReceiveMessage', 'DeleteMessage', 'SendMessage'],
          'GetQueueAttributes',
        ].map((one) => `sqs:${one}`),
        arn('sqs', 'landfall-*'),
      ),
    ],
  },
];

export const operatorPolicy = (): Policy => ({
  Version: '2012-10-17',
  Statement: OPERATOR.flatMap(({ statements }) => statements),
});
