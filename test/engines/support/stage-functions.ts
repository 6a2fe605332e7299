/** Functions of a stage as its templates have them, and what CloudFormation itself does with some of them. */

import { randomUUID } from 'node:crypto';
import type { Bucket } from '../../../adapters/aws/objects/bucket.ts';
import type { Bridge } from '../../bridge/bridge.ts';
import type { Lambda } from '../../bridge/lambda/functions.ts';
import type { Templates } from './templates.ts';

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Code: { readonly S3Key: string };
  readonly Handler: string;
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  readonly MemorySize: number;
  readonly ReservedConcurrentExecutions?: number;
  readonly Timeout: number;
}

/** Every function of every stack, with the bundle that was synthesized for it. */
export function defineFunctions(
  templates: Templates,
  lambda: Lambda,
  variables: Readonly<Record<string, string>>,
): void {
  for (const own of templates.of('AWS::Lambda::Function')) {
    const { FunctionName, Code, Handler, Environment, MemorySize, Timeout, ReservedConcurrentExecutions } =
      templates.resolved<FunctionProperties>(
        own,
        ...(['FunctionName', 'Code', 'Handler', 'Environment', 'MemorySize', 'Timeout'] as const),
        'ReservedConcurrentExecutions',
      );
    const asset = templates.assets.find(({ key }) => key === Code.S3Key);
    if (asset === undefined) throw new Error(`${FunctionName}: no asset is ${Code.S3Key}`);
    lambda.define({
      name: FunctionName,
      code: asset.path,
      handler: Handler,
      variables: { ...Environment.Variables, ...variables },
      memoryMiB: MemorySize,
      timeout: Timeout,
      ...(ReservedConcurrentExecutions === undefined ? {} : { atOnce: ReservedConcurrentExecutions }),
    });
    templates.note(own, { Ref: FunctionName, Arn: lambda.arnOf(FunctionName) });
  }
}

interface Stage {
  readonly templates: Templates;
  readonly lambda: Lambda;
  readonly bridge: Pick<Bridge, 'url'>;
}

/**
 * Calls each custom resource's function as a deployment that makes or changes it does.
 *
 * @param answers where the functions put their answers, as CloudFormation has them do in a bucket of its own
 * @throws Error with the reason of one that answers that it failed
 */
export async function callCustomResources(
  { templates, lambda, bridge }: Stage,
  answers: Bucket,
  RequestType: 'Create' | 'Update' = 'Create',
): Promise<void> {
  for (const own of templates.of('Custom::')) {
    const properties = templates.resolved<{ readonly ServiceToken: string }>(own);
    const key = `answers/${randomUUID()}`;
    await lambda.invoke(properties.ServiceToken.split(':').at(-1) ?? '', {
      RequestType,
      ResponseURL: `${bridge.url}/${answers.bucket}/${key}`,
      StackId: own.stack,
      RequestId: randomUUID(),
      LogicalResourceId: own.id,
      ResourceType: own.type,
      ResourceProperties: asTexts(properties),
    });
    const { text } = (await answers.text(key)) ?? { text: '{}' };
    const { Status, Reason } = JSON.parse(text) as { Status?: string; Reason?: string };
    if (Status !== 'SUCCESS') throw new Error(`${own.type} answered ${Status}: ${Reason}`);
  }
}

/** CloudFormation makes a text of every number and boolean. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, asTexts(entry)]));
}

interface MachineProperties {
  readonly DefinitionString: string;
  readonly DefinitionSubstitutions: Readonly<Record<string, string>>;
}

/** The definition of the state machine, as Step Functions has it once it is deployed. */
export function definitionOf(templates: Templates): string {
  const [own] = templates.of('AWS::StepFunctions::StateMachine');
  if (own === undefined) throw new Error('the stacks have no state machine');
  const { DefinitionString, DefinitionSubstitutions } = templates.resolved<MachineProperties>(
    own,
    'DefinitionString',
    'DefinitionSubstitutions',
  );
  return DefinitionString.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = DefinitionSubstitutions[name];
    if (value === undefined) throw new Error(`the definition's ${name} is substituted by nothing`);
    return value;
  });
}
