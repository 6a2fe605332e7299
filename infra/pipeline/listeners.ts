import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { MANIFESTS, type Manifest, STEPS, type Step } from '../../adapters/aws/run/manifests.ts';
import { GATHERED } from '../../adapters/aws/run/tries.ts';
import type { Settings } from '../config.ts';
import type { LandfallFunction } from '../constructs/function.ts';
import { redriveCommand, StepQueue } from '../constructs/step-queue.ts';
import type { FunctionName } from './functions.ts';

export interface ListenersProps {
  readonly settings: Settings;
  readonly key: IKey;
  readonly datasets: readonly string[];
  readonly landing: Bucket;
  readonly lake: Bucket;
  readonly functions: Readonly<Record<FunctionName, LandfallFunction>>;
  readonly timeouts: Readonly<Record<FunctionName, { readonly timeout: Duration }>>;
}

/** New objects in S3, by the folder that they lie in, and the function that each of them wakes. */
export class Listeners extends Construct {
  /** By the name of the function. */
  readonly queues: ReadonlyMap<Step, StepQueue>;
  readonly rules: readonly Rule[];

  constructor(scope: Construct, id: string, props: ListenersProps) {
    super(scope, id);
    const { datasets } = props;
    const queues = new Map<Step, StepQueue>();
    const rules: Rule[] = [];
    const listen = (step: Step, bucket: Bucket, folders: Readonly<Record<string, string>>) => {
      const queue = queues.get(step) ?? this.queueOf(step, props);
      queues.set(step, queue);
      const own = Object.entries(folders).map(([name, folder]) => ruleOf(this, name, bucket, folder));
      rules.push(...own);
      for (const rule of own) queue.hear(rule);
    };
    const landed = Object.fromEntries(datasets.map((dataset) => [`landed-${dataset}`, `${dataset}/`]));
    for (const [step, { hears }] of Object.entries(STEPS) as [Step, { hears: Manifest }][]) {
      listen(step, props.lake, { [hears]: MANIFESTS[hears] });
    }
    listen('ingest', props.landing, landed);
    this.queues = queues;
    this.rules = rules;
  }

  redriveCommands(): [Step, string][] {
    return [...this.queues].map(([step, queue]) => [step, redriveCommand(queue)]);
  }

  private queueOf(step: Step, { settings, key, functions, timeouts }: ListenersProps): StepQueue {
    const delay = step === 'publish' ? Duration.minutes(settings.quietMinutes) : Duration.seconds(0);
    const queue = new StepQueue(this, step, { key, name: step, timeout: timeouts[step].timeout, delay });
    const atOnce = step === 'ingest' ? settings.ingestAtOnce : FEWEST;
    queue.feed(functions[step], key, { size: BATCH, window: WINDOW, atOnce });
    return queue;
  }
}

/** AWS has no smaller number; that one writes at a time is the lease's. */
const FEWEST = 2;
const WINDOW = Duration.seconds(GATHERED);

/** Events come in bursts, and what one invocation finds of a data set it does in one pass. */
const BATCH = 100;

function ruleOf(scope: Construct, name: string, bucket: Bucket, folder: string): Rule {
  return new Rule(scope, `Rule-${name}`, {
    ruleName: `landfall-${name}`,
    description: `New objects under ${folder}`,
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucket.bucketName] }, object: { key: [{ prefix: folder }] } },
    },
  });
}
