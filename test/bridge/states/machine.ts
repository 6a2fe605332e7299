/**
 * Step Functions on one machine: an interpreter runs a definition as it is deployed; its Tasks are calls of functions, of
 * Glue's crawlers and of Glue's jobs, each with the names that Step Functions gives to what fails.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetCrawlerCommand,
  GetJobRunCommand,
  type GlueClient,
  StartCrawlerCommand,
  StartJobRunCommand,
} from '@aws-sdk/client-glue';
import { library, tasksIn, unhurried } from '../../../adapters/local/workflow.ts';
import { FunctionError, type Lambda } from '../lambda/functions.ts';

export interface MachineOptions {
  /** Amazon States Language, with every substitution in it. */
  readonly definition: string;
  readonly lambda: Pick<Lambda, 'invoke'>;
  readonly glue: Pick<GlueClient, 'send'>;
  /** Of Wait states: milliseconds for which they really wait. @default as the definition says */
  readonly waits?: Readonly<Record<string, number>>;
  /** The same between the tries of Task states; of a list, for each of a state's retriers. */
  readonly retries?: Readonly<Record<string, number | number[]>>;
}

/** One try of a Task state. */
export interface TaskRun {
  readonly state: string;
  readonly input: unknown;
  /** When it began, in milliseconds since 1970, UTC. */
  readonly at: number;
  readonly milliseconds: number;
  /** The name of the error that it ended with. */
  readonly failure: string | null;
}

export interface Execution {
  /** Task states in the order in which they were begun; a try that failed is one of its own. */
  readonly tasks: readonly TaskRun[];
  /** What the last state gave, or the error that it ended with. */
  readonly output: unknown;
  readonly error: Error | null;
}

type Task = (input: never) => Promise<unknown>;

/** @param name of the execution */
export async function execute(options: MachineOptions, name: string, input: object): Promise<Execution> {
  const { StateMachine } = await library();
  const definition = JSON.parse(options.definition) as ConstructorParameters<typeof StateMachine>[0];
  const tasks: { -readonly [Name in keyof TaskRun]: TaskRun[Name] }[] = [];
  const bound = [...tasksIn(definition)].map(([state, resource]) => {
    const task = taskOf(resource, options);
    const handler = async (given: unknown) => {
      const own = { state, input: given, at: Date.now(), milliseconds: 0, failure: null as string | null };
      tasks.push(own);
      try {
        return (await task(given as never)) as never;
      } catch (error) {
        own.failure = (error as Error).name;
        throw error;
      } finally {
        own.milliseconds = Date.now() - own.at;
      }
    };
    return [state, handler] as const;
  });
  // Checking takes long, and is a test of its own.
  const machine = new StateMachine(unhurried(definition), { validationOptions: { noValidate: true } });
  const overrides = {
    taskResourceLocalHandlers: Object.fromEntries(bound),
    waitTimeOverrides: options.waits ?? {},
    retryIntervalOverrides: options.retries ?? {},
  };
  const context = { Execution: { Name: name, StartTime: new Date().toISOString() } };
  const execution = machine.run(input as never, { overrides, context } as never);
  return execution.result.then(
    (output) => ({ tasks, output, error: null }),
    (error: Error) => ({ tasks, output: null, error }),
  );
}

/** @throws Error of a resource that nothing here plays */
function taskOf(resource: string, { lambda, glue }: MachineOptions): Task {
  const name = /^arn:aws:lambda:[^:]+:\d+:function:(.+)$/.exec(resource)?.[1];
  if (name !== undefined) return (input) => lambda.invoke(name, input).catch(failedFunction);
  const call = GLUE[resource];
  if (call === undefined) throw new Error(`no Task ${resource} is known here`);
  return (input) => call(glue, input);
}

const GLUE: Readonly<Record<string, (glue: Pick<GlueClient, 'send'>, input: never) => Promise<unknown>>> = {
  'arn:aws:states:::aws-sdk:glue:startCrawler': (glue, input) =>
    glue.send(new StartCrawlerCommand(input)).then(without, failedGlue),
  'arn:aws:states:::aws-sdk:glue:getCrawler': (glue, input) =>
    glue.send(new GetCrawlerCommand(input)).then(without, failedGlue),
  'arn:aws:states:::glue:startJobRun.sync': async (glue, input) => {
    const { JobName } = input as { JobName: string };
    const { JobRunId } = await glue.send(new StartJobRunCommand(input)).catch(failedGlue);
    for (;;) {
      const { JobRun = {} } = await glue.send(new GetJobRunCommand({ JobName, RunId: JobRunId })).catch(failedGlue);
      if (JobRun.JobRunState === 'SUCCEEDED') return JobRun;
      if (ENDED.has(JobRun.JobRunState ?? '')) throw named('States.TaskFailed', JSON.stringify(JobRun));
      await sleep(500);
    }
  },
};

const ENDED: ReadonlySet<string> = new Set(['FAILED', 'STOPPED', 'TIMEOUT', 'ERROR', 'EXPIRED']);

const named = (name: string, message: string) => Object.assign(new Error(message), { name });

/** What the SDK adds to an answer is not the service's. */
const without = ({ $metadata: _, ...answer }: { readonly $metadata: unknown }) => JSON.parse(JSON.stringify(answer));

function failedFunction(error: unknown): never {
  if (error instanceof FunctionError) throw named(error.failure.errorType, JSON.stringify(error.failure));
  throw error;
}

function failedGlue(error: Error): never {
  throw named(`Glue.${error.name}`, error.message);
}
