/** A stage that stands in for a deployed one: the outputs of its stacks. */

import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';

export const CONNECTION = { region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } };

/** Whichever stack is asked, it has all outputs. To be reset after each test. */
export function mockStacks() {
  const stacks = mockClient(CloudFormationClient);
  const deployed = (outputs: Readonly<Record<string, string>>) => {
    const list = Object.entries(outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    stacks.on(DescribeStacksCommand).resolves({
      Stacks: [{ StackName: 'any', CreationTime: new Date(), StackStatus: 'CREATE_COMPLETE', Outputs: list }],
    });
  };
  return { stacks, deployed };
}

export const OUTPUTS = {
  ...{ LandingBucket: 'landing', LakeBucket: 'lake', ResultsBucket: 'results', ReportBucket: 'report' },
  ...{ PeopleWorkgroup: 'people', PipelineWorkgroup: 'pipeline', LedgerTable: 'ledger' },
  ...{ StateMachineArn: 'arn:aws:states:eu-west-1:1:stateMachine:run', PullFunctionName: 'landfall-pull-<dataset>' },
  ...{ WarehouseWorkgroup: 'warehouse', WarehouseDatabase: 'landfall', WarehouseNamespace: 'namespace' },
  ...{ WarehouseEndpoint: 'warehouse.example', WarehousePort: '5439' },
  WarehouseReaderSecretArn: 'arn:reader',
};
