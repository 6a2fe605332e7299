import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { STATE_MACHINE } from '../names.ts';
import { type Grant, grant } from './access.ts';
import { acknowledge, acknowledgeStar } from './acknowledge.ts';
import type { LandfallFunction } from './function.ts';

export interface RunMachineProps {
  readonly settings: Pick<Settings, 'isDisposable' | 'logDays'>;
  readonly key: IKey;
  /** The text of `workflow/pipeline.asl.json`, the same that a laptop runs. */
  readonly definition: string;
  /** By the name that the definition has for them. */
  readonly functions: Readonly<Record<string, LandfallFunction>>;
  readonly loadJobName: string;
  /** Crawlers by name. */
  readonly crawlers: readonly string[];
}

/** The state machine of a run. */
export class RunMachine extends Construct {
  readonly machine: StateMachine;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: RunMachineProps) {
    super(scope, id);
    const { settings, key, functions } = props;
    const stack = Stack.of(this);
    const glue = (resource: string) => stack.formatArn({ service: 'glue', resource });
    const lambdas = Object.values(functions).map(({ lambda }) => lambda);
    const grants: Grant[] = [
      { actions: ['lambda:InvokeFunction'], resources: [...new Set(lambdas.map(({ functionArn }) => functionArn))] },
      {
        actions: ['glue:StartCrawler', 'glue:GetCrawler'],
        resources: props.crawlers.map((name) => glue(`crawler/${name}`)),
      },
      {
        actions: ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
        resources: [glue(`job/${props.loadJobName}`)],
      },
    ];
    this.role = new Role(this, 'Role', {
      description: 'The state machine of a run: calls its functions, the crawlers and the bulk job',
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
    });
    for (const one of grants) grant(this.role, one);
    acknowledgeStar(this.role, '*', 'Deliveries of logs, and traces, know no resources: Step Functions asks for all.');
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: STATE_MACHINE,
      definitionBody: DefinitionBody.fromString(props.definition),
      definitionSubstitutions: {
        ...Object.fromEntries(Object.entries(functions).map(([name, { lambda }]) => [name, lambda.functionArn])),
        LoadJobName: props.loadJobName,
      },
      role: this.role,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Logs', {
          // Under this prefix the log group's own policy need not grow with each state machine.
          logGroupName: '/aws/vendedlogs/states/landfall',
          encryptionKey: key,
          retention: settings.logDays,
          removalPolicy: settings.isDisposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    acknowledge(
      this.machine,
      'AwsSolutions-SF1',
      'Errors are logged; what went well is in ops.runs and in the history of the execution, for 90 days.',
    );
  }
}
