import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openProject, SHIPPED } from '../../adapters/local/project.ts';
import { RunLog, sweepRunLogs } from '../../adapters/local/run-log.ts';
import { runWorkflow } from '../../adapters/local/workflow.ts';
import { dryRun } from '../../core/pipeline/dry-run.ts';
import { type RunResult, resultOf } from '../../core/pipeline/finish.ts';
import { newSession } from '../../core/pipeline/session.ts';
import { tasksOf } from '../../core/pipeline/tasks.ts';
import { formatProblem } from '../../core/problems.ts';
import { type Command, PROJECT, STATE } from '../command.ts';
import { newRunId, openLocal } from '../local.ts';
import { summary } from '../summary.ts';

export interface RunCall {
  readonly landing: string;
  readonly state: string;
  readonly project: string | undefined;
  readonly datasets: readonly string[];
  readonly full: boolean;
  readonly dryRun: boolean;
  readonly warehouse: boolean;
}

export const run: Command = {
  help: `
usage: landfall run [--landing DIR] [--state DIR] [--dataset NAME]… [--full] [--dry-run] [--json]

Loads what is new in the landing folder, refreshes the models and analyses that it touches, and writes the report.
A file that was loaded before is skipped; a changed one replaces what it had brought.

  --landing   the folder that files land in, as <data set>/…; landing by default
  --state     where the lake and the report are kept; .landfall by default
  --dataset   only this data set; may be given more than once
  --full      load every file again and refresh every model in full
  --dry-run   say what would be loaded, and do nothing
  --no-warehouse  leave the warehouse as it is; the next run without this brings it up to date
  --json      print the result as JSON
  --project   the folder with contracts/ and queries/; Landfall's own by default

exit codes: 0 done, 1 failed, 2 wrong usage or no landing folder, 3 done, but this run refused rows or files
`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...STATE,
        ...PROJECT,
        landing: { type: 'string', default: 'landing' },
        dataset: { type: 'string', multiple: true, default: [] },
        full: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'no-warehouse': { type: 'boolean', default: false },
      },
    });
    const { landing, state, project, dataset, full } = values;
    const [dryRun, warehouse] = [values['dry-run'], !values['no-warehouse']];
    const result = await callRun({ landing, state, project, datasets: dataset, full, dryRun, warehouse });
    tellErrors(result);
    process.stdout.write(values.json ? `${JSON.stringify(toJson(result), null, 2)}\n` : summary(result));
    return exitCode(result);
  },
};

export async function callRun(call: RunCall): Promise<RunResult> {
  const [source, local] = await Promise.all([openProject(call.project), openLocal(call)]);
  const { ports, state } = local;
  try {
    const places = { landing: call.landing.replace(/(?<=.)\/+$/, ''), contracts: contractsPlace(call.project) };
    const options = { runId: newRunId(Date.now()), datasets: call.datasets, full: call.full, places };
    if (call.dryRun) return await dryRun(ports, source, options);
    const session = newSession(ports, options);
    await runWorkflow(session, tasksOf(session, source), new RunLog(state.runs, options.runId));
    await sweepRunLogs(state.runs);
    return resultOf(session);
  } finally {
    await local.close();
  }
}

/** As whoever is in this folder names it. */
function contractsPlace(project: string = SHIPPED): string {
  const path = relative('', join(project, 'contracts'));
  return path.startsWith('..') ? resolve(project, 'contracts') : path;
}

/** What failed is told on standard error, whatever standard output is used for. */
export function tellErrors(result: RunResult): void {
  for (const problem of result.errors) process.stderr.write(`${formatProblem(problem)}\n`);
}

export function exitCode(result: RunResult): number {
  if (result.status === 'failed') return 1;
  return result.refused ? 3 : 0;
}

function toJson(result: RunResult): unknown {
  return {
    run_id: result.runId,
    status: result.status,
    datasets: result.datasets.map(({ dataset, status, tables, filesLoaded, filesSkipped, filesRefused }) => ({
      dataset,
      status,
      files_loaded: filesLoaded,
      files_skipped: filesSkipped,
      files_refused: filesRefused,
      tables,
    })),
    models: result.models,
    warehouse: result.warehouse,
    report: result.report,
    errors: [...result.errors, ...result.warnings].map(({ code, message, file, line, hint }) => ({
      code,
      message,
      file,
      line,
      hint,
    })),
  };
}
