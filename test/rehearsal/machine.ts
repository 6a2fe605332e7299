/** The state machine of a stage, run by whoever starts it: the scheduler, or a function. */

import { GlueClient } from '@aws-sdk/client-glue';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { makeClient } from '../../adapters/aws/clients.ts';
import { type Execution, execute } from '../bridge/states/machine.ts';
import type { AwsStage } from '../engines/support/aws-stage.ts';
import { definitionOf } from '../engines/support/stage-functions.ts';
import { arnOf, lastPart, type Resource } from '../engines/support/templates.ts';
import { watchedGlue } from '../engines/support/watched-glue.ts';
import { actingAs } from './acting.ts';
import type { Asked } from './rights.ts';
import type { Transcript } from './transcript.ts';

interface MachineProperties {
  readonly StateMachineName: string;
  readonly RoleArn: string;
}

interface ScheduleProperties {
  readonly Name: string;
  readonly Target: { readonly Arn: string; readonly RoleArn: string; readonly Input: string };
}

/** Milliseconds after which a crawler is looked at again, and what failed in passing is tried again. */
const SOON = 1000;
/** The same for what waits for another's work on a data set. */
const LATER = 10_000;

export class Machine {
  /** Calls that the bridge does not see, for they are played here. */
  readonly asked: Asked[] = [];
  /** Is told of each run of the Glue job, once it works. */
  onJobRun: (id: string) => Promise<void> = async () => undefined;
  private readonly stage: AwsStage;
  private readonly transcript: Transcript;
  private readonly sfn: SFNClient;
  private readonly arn: string;
  private readonly role: string;
  private readonly played = new Set<string>();

  private constructor(stage: AwsStage, transcript: Transcript, arn: string, role: string) {
    this.stage = stage;
    this.transcript = transcript;
    this.sfn = makeClient(SFNClient, stage.connection);
    this.arn = arn;
    this.role = role;
  }

  /** Makes it, for executions to be kept of. */
  static async make(stage: AwsStage, transcript: Transcript): Promise<Machine> {
    const { templates } = stage;
    const [own] = templates.of('AWS::StepFunctions::StateMachine');
    if (own === undefined) throw new Error('the stacks have no state machine');
    const { StateMachineName, RoleArn } = templates.resolved<MachineProperties>(own, 'StateMachineName', 'RoleArn');
    const sfn = makeClient(SFNClient, stage.connection);
    const made = { name: StateMachineName, roleArn: RoleArn, definition: definitionOf(templates) };
    const { stateMachineArn = '' } = await sfn.send(new CreateStateMachineCommand(made)).catch(async () => {
      await sfn.send(
        new DeleteStateMachineCommand({ stateMachineArn: arnOf('states', `stateMachine:${StateMachineName}`) }),
      );
      return sfn.send(new CreateStateMachineCommand(made));
    });
    templates.note(own, { Ref: stateMachineArn, Arn: stateMachineArn });
    return new Machine(stage, transcript, stateMachineArn, lastPart(RoleArn));
  }

  /** As it is deployed, its substitutions made. */
  get definition(): string {
    return definitionOf(this.stage.templates);
  }

  /** Fires the schedules whose name has this in it, as the scheduler does in their roles. */
  async fire(part: string): Promise<void> {
    const { stage, transcript } = this;
    const all = stage.templates.of('AWS::Scheduler::Schedule');
    const wanted = all.filter(({ properties }) => String(properties['Name']).includes(part));
    if (wanted.length === 0) throw new Error(`no schedule is called ${part}`);
    for (const own of wanted)
      await transcript.during('act', `schedule ${own.properties['Name']}`, () => this.start(own));
  }

  private async start(schedule: Resource): Promise<void> {
    const { stage, asked } = this;
    const { Target } = stage.templates.resolved<ScheduleProperties>(schedule, 'Target');
    const role = lastPart(Target.RoleArn);
    if (Target.Arn === this.arn) {
      const sfn = makeClient(SFNClient, actingAs(stage, role));
      await sfn.send(new StartExecutionCommand({ stateMachineArn: this.arn, input: Target.Input }));
      return;
    }
    asked.push({ role, action: 'lambda:InvokeFunction', resource: Target.Arn });
    await stage.lambda.invoke(Target.Arn.split(':').at(-1) ?? '', JSON.parse(Target.Input));
  }

  private watchedGlue(): Pick<GlueClient, 'send'> {
    const known = new Set<string>();
    return watchedGlue(makeClient(GlueClient, actingAs(this.stage, this.role)), async (id) => {
      if (!known.has(id)) await this.onJobRun(known.add(id) && id);
    });
  }

  /** Runs every execution that was started and not run yet, one after the other. */
  async play(): Promise<readonly Execution[]> {
    const ended: Execution[] = [];
    for (let next = await this.next(); next !== undefined; next = await this.next()) ended.push(await this.run(next));
    return ended;
  }

  /** Whether an execution was started and not run yet. */
  async isWaiting(): Promise<boolean> {
    return (await this.next()) !== undefined;
  }

  private async next(): Promise<string | undefined> {
    const { executions = [] } = await this.sfn.send(new ListExecutionsCommand({ stateMachineArn: this.arn }));
    return executions.map(({ executionArn = '' }) => executionArn).find((arn) => !this.played.has(arn));
  }

  private async run(executionArn: string): Promise<Execution> {
    const { stage, transcript } = this;
    this.played.add(executionArn);
    const { name = '', input = '{}' } = await this.sfn.send(new DescribeExecutionCommand({ executionArn }));
    const { definition } = this;
    const ended = await transcript.during('act', `execution ${name.slice(0, 40)}`, () =>
      execute(
        {
          definition,
          lambda: {
            invoke: (called, event) => {
              const resource = stage.lambda.arnOf(called);
              this.asked.push({ role: this.role, action: 'lambda:InvokeFunction', resource });
              return stage.lambda.invoke(called, event);
            },
          },
          glue: this.watchedGlue(),
          waits: { WaitForCrawler: SOON },
          retries: retriesOf(JSON.parse(definition)),
        },
        name,
        JSON.parse(input),
      ),
    );
    for (const { state, at, milliseconds, failure } of ended.tasks)
      transcript.add('state', state, at, milliseconds, failure);
    transcript.say(
      `execution ended${ended.error === null ? '' : `: ${ended.error.message}`}: ${ended.tasks.length} states entered`,
    );
    return ended;
  }
}

interface States {
  readonly States: Readonly<
    Record<
      string,
      { readonly ItemProcessor?: States; readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[] }
    >
  >;
}

/** By state: how long each of its retriers waits here. */
function retriesOf({ States: states }: States): Record<string, number[]> {
  const all = Object.entries(states).flatMap(([name, { ItemProcessor, Retry = [] }]) => {
    const own = Retry.map(({ ErrorEquals }) => (ErrorEquals.includes('Landfall.Busy') ? LATER : SOON));
    return [[name, own] as const, ...(ItemProcessor === undefined ? [] : Object.entries(retriesOf(ItemProcessor)))];
  });
  return Object.fromEntries(all);
}
