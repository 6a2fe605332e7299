/** The home of each function, of its environment: settings are read once, when it is first called. */

import type { SFNClient as Client } from '@aws-sdk/client-sfn';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Context } from 'aws-lambda';
import { makeClient } from '../../adapters/aws/clients.ts';
import { failed, isNamed } from '../../adapters/aws/errors.ts';
import { AthenaLake } from '../../adapters/aws/lake/index.ts';
import { awsHome, RUN_SETTINGS, WAREHOUSE_SETTINGS } from '../../adapters/aws/run/aws-home.ts';
import type { RunHome } from '../../adapters/aws/run/home.ts';
import type { IngestHome } from '../../adapters/aws/run/ingest.ts';
import type { Step } from '../../adapters/aws/run/manifests.ts';
import type { TaskName } from '../../adapters/aws/run/run.ts';
import { readSettings } from '../../adapters/aws/settings.ts';
import { openProject } from '../../adapters/local/project.ts';
import type { LoadRenderer } from '../../adapters/shared/renderer.ts';
import type { ProjectSource } from '../../core/pipeline/session.ts';
import { count, logger } from './observe.ts';

let project: Promise<ProjectSource> | undefined;

export function projectSource(): Promise<ProjectSource> {
  project ??= openProject();
  return project;
}

/** What lists or reads landed files may have to tell of which key their columns are protected under. */
const KEYED: ReadonlySet<TaskName | Step> = new Set<TaskName | Step>(['Plan', 'CheckHeaders', 'LoadBatch', 'ingest']);
const PUBLISHING: ReadonlySet<TaskName | Step> = new Set<TaskName | Step>(['PublishWarehouse', 'publish']);
const SIZED: ReadonlySet<TaskName | Step> = new Set<TaskName | Step>(['Plan', 'CheckHeaders', 'ingest']);

export async function runHome(context: Context, what: TaskName | Step): Promise<RunHome> {
  return homeOf(context, what);
}

/** @param page of the function that writes the report */
export function reportHome(page: LoadRenderer) {
  return async (context: Context, what: TaskName | Step): Promise<RunHome> => homeOf(context, what, page);
}

async function homeOf(context: Context, what: TaskName | Step, page?: LoadRenderer): Promise<RunHome> {
  const settings = {
    ...readSettings(RUN_SETTINGS),
    ...(KEYED.has(what) ? readSettings(['protectSecretArn']) : {}),
    ...(SIZED.has(what) ? readSettings(['largeBytes']) : {}),
    ...(page === undefined ? {} : readSettings(['reportBucket'])),
    ...(what === 'report' ? readSettings(['topicArn']) : {}),
  };
  return awsHome({
    settings,
    source: await projectSource(),
    makeLake: (lake, loading) => new AthenaLake(lake, loading),
    remaining: () => context.getRemainingTimeInMillis(),
    count,
    warn: (message) => logger.warn(message),
    startsCrawlers: what === 'ingest',
    ...(PUBLISHING.has(what) ? { warehouse: readSettings(WAREHOUSE_SETTINGS) } : {}),
    ...(page === undefined ? {} : { page }),
  });
}

export async function planHome(context: Context, what: TaskName | Step): Promise<RunHome & { largeBytes: number }> {
  return { ...(await homeOf(context, what)), ...readSettings(['largeBytes']) };
}

let machines: Client | undefined;

export async function ingestHome(context: Context): Promise<IngestHome & { readonly landingBucket: string }> {
  const { landingBucket, largeBytes, stateMachineArn } = readSettings([
    'landingBucket',
    'largeBytes',
    'stateMachineArn',
  ]);
  return {
    ...(await homeOf(context, 'ingest')),
    ...{ landingBucket, largeBytes },
    async startMachine(dataset, name) {
      machines ??= makeClient(SFNClient);
      const input = JSON.stringify({ full: false, datasets: [dataset], models: [], months: null });
      await machines.send(new StartExecutionCommand({ stateMachineArn, name, input })).catch((error: unknown) => {
        // The same files have begun it before.
        if (!isNamed(error, 'ExecutionAlreadyExists'))
          failed(`the state machine can't be started for ${dataset}`)(error);
      });
    },
  };
}
