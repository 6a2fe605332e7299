/** What a deployed stage is made of, by the outputs of its stacks: how a command line finds it. */

import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { LandfallError } from '../../core/problems.ts';
import { type Connection, makeClient } from './clients.ts';

/** By the stack that has them, the outputs that commands look for. */
export const OUTPUTS = {
  storage: ['LandingBucket', 'LakeBucket', 'ResultsBucket', 'ReportBucket'],
  catalog: ['PeopleWorkgroup', 'PipelineWorkgroup'],
  warehouse: [
    ...(['WarehouseEndpoint', 'WarehousePort', 'WarehouseDatabase', 'WarehouseWorkgroup'] as const),
    ...(['WarehouseNamespace', 'WarehouseReaderSecretArn'] as const),
  ],
  pipeline: ['LedgerTable', 'StateMachineArn', 'PullFunctionName'],
} as const;

type Outputs = typeof OUTPUTS;
export type StackName = keyof Outputs;

/** Stands in `PullFunctionName` for the data set: each that has an API has a function of its own. */
export const ANY_DATASET = '<dataset>';

/** @param output `PullFunctionName` @param dataset hyphenated */
export const pullFunction = (output: string, dataset: string): string => output.replace(ANY_DATASET, dataset);

/** The name that a stage's stack is deployed under. */
export const stackName = (stage: string, stack: string): string => `landfall-${stage}-${stack}`;

/** @throws LandfallError `no-region`, `not-deployed`, `not-allowed`, `outputs-missing` */
export async function readOutputs<Stack extends StackName>(
  stage: string,
  stack: Stack,
  connection: Connection = {},
): Promise<Readonly<Record<Outputs[Stack][number], string>>> {
  const client = makeClient(CloudFormationClient, connection);
  const name = stackName(stage, stack);
  const found = await client.send(new DescribeStacksCommand({ StackName: name })).catch((error: unknown) => {
    throw explained(error, name);
  });
  const outputs = new Map(
    (found.Stacks?.[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']),
  );
  const missing = OUTPUTS[stack].filter((key) => !outputs.has(key));
  if (missing.length > 0) {
    throw new LandfallError({
      code: 'outputs-missing',
      file: name,
      message: `the stack has no output ${missing.join(', ')}: it is of another version of Landfall, or not there yet`,
      hint: `deploy it again: npx cdk deploy --all -c stage=${stage}`,
    });
  }
  return Object.fromEntries(OUTPUTS[stack].map((key) => [key, outputs.get(key)])) as Record<
    Outputs[Stack][number],
    string
  >;
}

function explained(error: unknown, name: string): Error {
  const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
  if (/Region (is missing|not accepted)/i.test(message)) {
    const hint = 'set AWS_REGION, or a region in the profile that AWS_PROFILE names';
    return new LandfallError({ code: 'no-region', message: `no region of AWS is known: ${message}`, hint });
  }
  if (kind === 'CredentialsProviderError') {
    const hint = 'sign in (aws sso login), or set AWS_PROFILE';
    return new LandfallError({ code: 'not-allowed', message: `no credentials for AWS: ${message}`, hint });
  }
  if (/^(ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SignatureDoesNotMatch|InvalidSignature)/.test(kind)) {
    const hint = 'sign in again (aws sso login), or set AWS_PROFILE';
    return new LandfallError({ code: 'not-allowed', message: `AWS does not take these credentials: ${message}`, hint });
  }
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) {
    const hint = 'check the line to AWS, and the region in AWS_REGION or in the profile';
    return new LandfallError({ code: 'aws-unreachable', message: `AWS is not found: ${message}`, hint });
  }
  if (kind === 'ValidationError' && /does not exist/i.test(message)) {
    const hint = 'name the stage by --stage and the region by AWS_REGION, or deploy it: docs/deploy.md';
    return new LandfallError({ code: 'not-deployed', file: name, message: 'there is no such stack here', hint });
  }
  if (/^AccessDenied/.test(kind)) {
    const hint = "it takes cloudformation:DescribeStacks on the stage's stacks";
    return new LandfallError({ code: 'not-allowed', file: name, message, hint });
  }
  return new LandfallError({ code: 'aws-failed', file: name, message: `${kind}: ${message}` });
}
