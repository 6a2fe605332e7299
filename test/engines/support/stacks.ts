/** The stacks of a stage as CloudFormation tells of them: how a command line finds what they made. */

import { CloudFormationClient, CreateStackCommand, DeleteStackCommand } from '@aws-sdk/client-cloudformation';
import { CreateStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { OUTPUTS, stackName } from '../../../adapters/aws/deployment.ts';
import type { AwsStage } from './aws-stage.ts';

/** Nothing runs it: whoever begins a run of a stage is tested elsewhere. */
const MACHINE = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Succeed' } } });

export async function makeStacks({ templates, connection }: AwsStage, name: string): Promise<void> {
  const machines = makeClient(SFNClient, connection);
  const { stateMachineArn = '' } = await machines.send(
    new CreateStateMachineCommand({
      ...{ name: `${name}-run`, definition: MACHINE },
      roleArn: 'arn:aws:iam::123456789012:role/run',
    }),
  );
  for (const own of templates.of('AWS::StepFunctions::StateMachine')) templates.note(own, { Ref: stateMachineArn });
  for (const own of templates.of('AWS::Athena::WorkGroup')) {
    templates.note(own, { Ref: String(own.properties['Name']) });
  }
  for (const own of templates.of('AWS::RedshiftServerless::Workgroup')) {
    const address = { 'Workgroup.Endpoint.Address': 'warehouse.example' };
    templates.note(own, { Ref: String(own.properties['WorkgroupName']), ...address });
  }
  const stacks = makeClient(CloudFormationClient, connection);
  for (const [stack, names] of Object.entries(OUTPUTS)) {
    const outputs = [...templates.outputs(stack, names)].map(([key, Value]) => [key, { Value }]);
    const template = {
      Resources: { Wait: { Type: 'AWS::CloudFormation::WaitConditionHandle' } },
      Outputs: Object.fromEntries(outputs),
    };
    const StackName = stackName(name, stack);
    await stacks.send(new DeleteStackCommand({ StackName })).catch(() => undefined);
    await stacks.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
  }
}
