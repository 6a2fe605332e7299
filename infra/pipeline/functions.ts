/** The functions of the pipeline: what each is made of, how large it is, what it is told and what it may do. */

import { Duration } from 'aws-cdk-lib';
import { RUN_SETTINGS, WAREHOUSE_SETTINGS } from '../../adapters/aws/run/aws-home.ts';
import type { TaskName } from '../../adapters/aws/run/run.ts';
import type { Settings as Variables } from '../../adapters/aws/settings.ts';
import type { Grant } from '../constructs/access.ts';
import type { Needs } from './needs.ts';

export interface FunctionSpec {
  /** The folder of `lambdas/` whose bundle it runs. */
  readonly verb: string;
  /** The state that it is, where one bundle serves several. */
  readonly task?: TaskName;
  readonly description: string;
  readonly timeout: Duration;
  readonly memoryMiB: number;
  readonly diskMiB?: number;
  /** The settings that its handler reads. */
  readonly variables: readonly (keyof Variables)[];
  readonly grants: readonly Grant[];
}

/** Lambda's longest. */
const LONG = Duration.minutes(15);
const SHORT = Duration.minutes(5);

/** One core is 1,769 MiB, and reading CSV takes two. */
const CORE = 1769;
export const TWO_CORES = 2 * CORE;

/** Landed files, their Parquet, and what DuckDB puts aside: of files up to `largeBytes`. */
export const WORK_DISK = 8192;

const RUN: readonly (keyof Variables)[] = RUN_SETTINGS;

/** Where the bundles of `lambdas/` that the pipeline needs are told from others. */
export const PIPELINE_VERBS = [
  'plan',
  'check',
  'load',
  'ingest',
  'aggregate',
  'cluster',
  'analyse',
  'publish',
  'report',
  'finish',
  'pull',
] as const;

/** By the last part of their names. */
export function pipelineFunctions(
  needs: Needs,
  secrets: { readonly protect: string },
): Record<FunctionName, FunctionSpec> {
  const run = [...needs.run(), ...needs.askAthena(), ...needs.writeBooks()];
  const load: Pick<FunctionSpec, 'timeout' | 'memoryMiB' | 'diskMiB'> = {
    timeout: LONG,
    memoryMiB: TWO_CORES,
    diskMiB: WORK_DISK,
  };
  const loads = [
    ...run,
    ...needs.readLanding(),
    ...needs.writeTables(),
    ...needs.makeTables(),
    needs.secret(secrets.protect),
  ];
  const models = [...run, ...needs.writeTables(), ...needs.makeTables()];
  const check = { verb: 'check', variables: RUN };
  const finish = { verb: 'finish', timeout: SHORT, memoryMiB: 1024 };
  return {
    plan: {
      verb: 'plan',
      description: 'What is new in the landing zone, and which data sets a run has to do with',
      timeout: LONG,
      memoryMiB: CORE,
      diskMiB: WORK_DISK,
      variables: [...RUN, 'protectSecretArn', 'largeBytes'],
      // Tables of a contract that changed are made anew here, of rows that are staged.
      grants: [...loads, needs.tell('again')],
    },
    'check-headers': {
      ...check,
      ...load,
      task: 'CheckHeaders',
      description: 'Reads what is new of a data set, and holds its headers against the contract and the catalog',
      variables: [...RUN, 'protectSecretArn', 'largeBytes'],
      grants: [...run, ...needs.readLanding(), needs.handOver(), needs.secret(secrets.protect)],
    },
    'check-quality': {
      ...check,
      task: 'CheckQuality',
      description: "Asks a contract's rules of its clean tables",
      timeout: LONG,
      memoryMiB: 1024,
      grants: run,
    },
    'check-freshness': {
      ...check,
      task: 'CheckFreshness',
      description: "Holds the newest data against the contracts' service levels",
      timeout: LONG,
      memoryMiB: 1024,
      grants: run,
    },
    load: {
      verb: 'load',
      ...load,
      description: "One table's new files: staged, and merged into the lake",
      variables: [...RUN, 'protectSecretArn'],
      grants: loads,
    },
    ingest: {
      verb: 'ingest',
      ...load,
      description: 'Files as they land: staged, and merged into the lake; large ones are left to a run',
      variables: [...RUN, 'protectSecretArn', 'stateMachineArn', 'largeBytes'],
      grants: [...loads, needs.crawl(), ...needs.leave('ingest'), needs.startRun()],
    },
    aggregate: {
      verb: 'aggregate',
      description: 'Models of a data set, refreshed as far as the changed rows reach',
      timeout: LONG,
      memoryMiB: CORE,
      variables: RUN,
      grants: [...models, ...needs.leave('aggregate')],
    },
    cluster: {
      verb: 'cluster',
      description: 'Clusterings of a data set, after its models were refreshed',
      timeout: LONG,
      memoryMiB: TWO_CORES,
      variables: RUN,
      grants: [...models, ...needs.leave('cluster')],
    },
    analyse: {
      verb: 'analyse',
      description: 'Analyses of a data set, and the models that read what they found',
      timeout: LONG,
      memoryMiB: TWO_CORES,
      variables: RUN,
      grants: [...models, ...needs.leave('analyse')],
    },
    publish: {
      verb: 'publish',
      description: 'Brings what changed into the warehouse',
      timeout: LONG,
      memoryMiB: CORE,
      variables: [...RUN, ...WAREHOUSE_SETTINGS],
      grants: [...run, ...needs.publish(), ...needs.leave('publish')],
    },
    report: {
      verb: 'report',
      description: "Writes the report's page; where events began a run, it also brings that to its end",
      timeout: LONG,
      memoryMiB: TWO_CORES,
      variables: [...RUN, 'reportBucket', 'topicArn'],
      grants: [...run, ...needs.report(), ...needs.notify(), ...needs.leave('report')],
    },
    'record-failure': {
      ...finish,
      task: 'RecordFailure',
      description: 'Keeps the error of a step for the end of the run, and gives its data set back',
      variables: RUN,
      grants: [...needs.run(), needs.tell('again')],
    },
    'finish-run': {
      ...finish,
      task: 'FinishRun',
      description: 'Writes how a run ended into the books',
      variables: RUN,
      grants: [...needs.run(), ...needs.writeBooks()],
    },
    notify: {
      ...finish,
      task: 'Notify',
      description: 'Tells people how a run ended',
      variables: ['topicArn'],
      grants: [...needs.notify()],
    },
  };
}

export type FunctionName =
  | 'plan'
  | 'check-headers'
  | 'check-quality'
  | 'check-freshness'
  | 'load'
  | 'ingest'
  | 'aggregate'
  | 'cluster'
  | 'analyse'
  | 'publish'
  | 'report'
  | 'record-failure'
  | 'finish-run'
  | 'notify';

/** By the names that `workflow/pipeline.asl.json` has for them. */
export const STATES: Readonly<Record<string, FunctionName>> = {
  PlanFunctionArn: 'plan',
  CheckHeadersFunctionArn: 'check-headers',
  LoadFunctionArn: 'load',
  CheckQualityFunctionArn: 'check-quality',
  RefreshFunctionArn: 'aggregate',
  AnalyseFunctionArn: 'analyse',
  PublishFunctionArn: 'publish',
  RecordFailureFunctionArn: 'record-failure',
  CheckFreshnessFunctionArn: 'check-freshness',
  ReportFunctionArn: 'report',
  FinishRunFunctionArn: 'finish-run',
  NotifyFunctionArn: 'notify',
};
