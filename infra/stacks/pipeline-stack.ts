import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { ANY_DATASET } from '../../adapters/aws/deployment.ts';
import { LARGE_BYTES, type Settings as Variables, variableOf } from '../../adapters/aws/settings.ts';
import type { Contract, SourceApi } from '../../core/contracts/types.ts';
import { crawlerOf } from '../../core/pipeline/headers.ts';
import type { Project } from '../../core/project.ts';
import { type Bundles, bundleOf } from '../bundles/bundle.ts';
import type { Settings } from '../config.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { LandfallFunction } from '../constructs/function.ts';
import { LedgerTable } from '../constructs/ledger-table.ts';
import { RunMachine } from '../constructs/run-machine.ts';
import { Schedule } from '../constructs/schedule.ts';
import { LandfallSecret } from '../constructs/secret.ts';
import { closedQueue } from '../constructs/step-queue.ts';
import { TOPIC } from '../names.ts';
import { type FunctionName, pipelineFunctions, STATES } from '../pipeline/functions.ts';
import { Listeners } from '../pipeline/listeners.ts';
import { Needs } from '../pipeline/needs.ts';
import type { WarehouseAccess } from '../pipeline/warehouse-access.ts';
import type { CatalogStack } from './catalog-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface PipelineStackProps extends StackProps {
  readonly settings: Settings;
  readonly project: Project;
  readonly storage: StorageStack;
  readonly catalog: CatalogStack;
  readonly warehouse: WarehouseAccess;
  readonly bundles: Bundles;
  /** The text of the workflow's definition. */
  readonly definition: string;
}

type Pulled = Contract & { readonly sourceApi: SourceApi };

/** What moves: functions, what they wait for, the state machine of a run, and when it starts. */
export class PipelineStack extends Stack {
  readonly functions: Readonly<Record<FunctionName, LandfallFunction>>;
  readonly pulls: readonly LandfallFunction[];
  readonly listeners: Listeners;
  readonly run: RunMachine;
  /** What schedules, and pulls that were started by one, could not do. */
  readonly failed: Queue;

  constructor(scope: Construct, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { settings, project, storage, catalog, bundles, definition } = props;
    const { key } = storage;
    const ledger = new LedgerTable(this, 'Ledger', settings, key);
    const protect = catalog.protect;
    const values = this.valuesOf(props, ledger.tableName, protect.ref);
    const needs = new Needs(this, { ...props, ledger, workgroup: catalog.pipeline.name });
    const specs = pipelineFunctions(needs, { protect: protect.ref });
    const make = (
      name: string,
      verb: string,
      more: Omit<ConstructorParameters<typeof LandfallFunction>[2], 'settings' | 'key' | 'name' | 'bundle'>,
    ) => new LandfallFunction(this, name, { settings, key, name, bundle: bundleOf(bundles, verb), ...more });

    this.functions = Object.fromEntries(
      Object.entries(specs).map(([name, { verb, task, variables, ...spec }]) => {
        const told = task === undefined ? variables : [...variables, 'task' as const];
        return [name, make(name, verb, { ...spec, environment: environmentOf(told, { ...values, task }) })];
      }),
    ) as Record<FunctionName, LandfallFunction>;

    this.listeners = new Listeners(this, 'Listeners', {
      settings,
      key,
      datasets: project.contracts.map(({ dataset }) => dataset),
      landing: storage.landing,
      lake: storage.lake,
      functions: this.functions,
      timeouts: specs,
    });
    this.run = new RunMachine(this, 'Run', {
      settings,
      key,
      definition,
      functions: Object.fromEntries(Object.entries(STATES).map(([name, own]) => [name, this.functions[own]])),
      loadJobName: catalog.load.job.ref,
      crawlers: project.contracts.map(({ dataset }) => crawlerOf(dataset)),
    });

    this.failed = closedQueue(this, 'Failed', key, 'landfall-not-started');
    acknowledge(
      this.failed,
      'AwsSolutions-SQS3',
      'It is where others put aside what failed; nothing takes from it but people.',
    );
    const group = new CfnScheduleGroup(this, 'Schedules', { name: 'landfall' });
    const shared = { key, group: group.ref, failed: this.failed };
    if (settings.runSchedule !== null) {
      new Schedule(this, 'RunSchedule', {
        ...shared,
        name: 'run',
        description: 'Starts a run over every data set',
        expression: settings.runSchedule,
        target: { arn: this.run.machine.stateMachineArn, action: 'states:StartExecution' },
        input: { full: false, datasets: [], models: [], months: null },
      });
    }
    this.pulls = project.contracts.filter(hasApi).map(({ dataset, sourceApi }) => {
      const token = new LandfallSecret(this, `Token-${dataset}`, {
        settings,
        key,
        name: `landfall/pull/${dataset}`,
        description: `The bearer token of the API of ${dataset}: aws secretsmanager put-secret-value`,
        stays: "Another's API gave it, and no function of ours can make a new one.",
      });
      const pull = make(`pull-${dataset}`, 'pull', {
        description: `Fetches ${dataset} from its API, and lands what is new`,
        timeout: Duration.minutes(15),
        memoryMiB: 1024,
        diskMiB: 2048,
        environment: environmentOf(['dataset', 'tokenSecretArn', 'landingBucket', 'lakeBucket'], {
          ...values,
          dataset,
          tokenSecretArn: token.ref,
        }),
        grants: [...needs.land(dataset, sourceApi), needs.secret(token.ref), needs.key()],
        // Two at once would fetch the same pages, and each put the other's in the wrong place.
        concurrency: 1,
        onFailure: this.failed,
      });
      if (settings.pullSchedule !== null) {
        new Schedule(this, `PullSchedule-${dataset}`, {
          ...shared,
          name: `pull-${dataset}`,
          description: `Pulls ${dataset} from its API`,
          expression: settings.pullSchedule,
          target: { arn: pull.lambda.functionArn, action: 'lambda:InvokeFunction' },
          input: { dataset },
        });
      }
      return pull;
    });
    this.tell(ledger.tableName);
  }

  private valuesOf(
    { storage, catalog, warehouse }: PipelineStackProps,
    ledgerTable: string,
    protectSecretArn: string,
  ): Values {
    return {
      landingBucket: storage.landing.bucketName,
      lakeBucket: storage.lake.bucketName,
      reportBucket: storage.report.bucketName,
      ledgerTable,
      workgroup: catalog.pipeline.name,
      warehouseWorkgroup: warehouse.workgroupName,
      warehouseDatabase: warehouse.database,
      warehouseNamespace: warehouse.namespaceId,
      copyRoleArn: warehouse.copyRoleArn,
      ownerSecretArn: warehouse.ownerSecretArn,
      topicArn: this.formatArn({ service: 'sns', resource: TOPIC }),
      protectSecretArn,
      stateMachineArn: Needs.machineArn(this),
      largeBytes: String(LARGE_BYTES),
    };
  }

  private tell(ledgerTable: string): void {
    const outputs: Record<string, string> = {
      StateMachineArn: this.run.machine.stateMachineArn,
      LedgerTable: ledgerTable,
      PullFunctionName: `landfall-pull-${ANY_DATASET}`,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
    for (const [step, command] of this.listeners.redriveCommands()) {
      new CfnOutput(this, `Redrive-${step}`.replaceAll('-', ''), {
        value: command,
        description: `Sends what ${step} could not do to its queue again, once the cause is mended`,
      });
    }
  }
}

type Values = Readonly<Partial<Record<keyof Variables, string | undefined>>>;

/** What a function's handler reads from its environment. */
function environmentOf(names: readonly (keyof Variables)[], values: Values): Record<string, string> {
  const pairs = names.map((name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the pipeline has no value of ${name}`);
    return [variableOf(name), value] as const;
  });
  return Object.fromEntries(pairs);
}

function hasApi(contract: Contract): contract is Pulled {
  return contract.sourceApi !== undefined;
}
