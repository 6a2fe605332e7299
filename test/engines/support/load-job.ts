/** The scripts of the bulk job, where a deployment's assets are, and one run of it as the state machine waits for it. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GetJobRunCommand, type GlueClient, type JobRun } from '@aws-sdk/client-glue';
import { engines } from './engines.ts';
import { putFile, putObject } from './s3.ts';

const SCRIPTS = fileURLToPath(new URL('../../../glue-scripts', import.meta.url));

/** @returns their addresses */
export async function uploadScripts(): Promise<{ readonly script: string; readonly modules: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-scripts-'));
  try {
    const archive = join(folder, 'modules.zip');
    const names = readdirSync(SCRIPTS).filter((name) => name.endsWith('.py') && name !== 'load.py');
    execFileSync(engines().python('engines'), ['-m', 'zipfile', '-c', archive, ...names], { cwd: SCRIPTS });
    return {
      script: await putObject('lake', 'assets/load.py', readFileSync(join(SCRIPTS, 'load.py'))),
      modules: await putFile('lake', 'assets/modules.zip', archive),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
