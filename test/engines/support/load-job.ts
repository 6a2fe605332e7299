/** The scripts of the bulk job, where a deployment's assets are, and one run of it as the state machine waits for it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GetJobRunCommand, type GlueClient, type JobRun } from '@aws-sdk/client-glue';
import { withArchive } from './archive.ts';
import { putFile, putObject } from './s3.ts';

const SCRIPTS = fileURLToPath(new URL('../../../glue-scripts', import.meta.url));

/** @returns their addresses */
export async function uploadScripts(): Promise<{ readonly script: string; readonly modules: string }> {
  return {
    script: await putObject('lake', 'assets/load.py', readFileSync(join(SCRIPTS, 'load.py'))),
    modules: await withArchive(SCRIPTS, (archive) => putFile('lake', 'assets/modules.zip', archive)),
  };
}

/** @param meanwhile asked again and again while it runs */
export async function ended(
  glue: GlueClient,
  JobName: string,
  RunId = '',
  meanwhile: () => Promise<void> = async () => undefined,
): Promise<JobRun> {
  for (;;) {
    const { JobRun: run = {} } = await glue.send(new GetJobRunCommand({ JobName, RunId }));
    if (!['STARTING', 'RUNNING', 'STOPPING'].includes(run.JobRunState ?? '')) return run;
    await meanwhile();
    await sleep(200);
  }
}
