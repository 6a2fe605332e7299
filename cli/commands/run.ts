import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stateFile } from '../../adapters/duckdb/database.ts';
import { openProject, SHIPPED } from '../../adapters/local/project.ts';
import { RunLog, sweepRunLogs } from '../../adapters/local/run-log.ts';
import { runWorkflow } from '../../adapters/local/workflow.ts';
import { newRunId } from '../../adapters/run-id.ts';
import { needsAttention, type RunResult, resultOf } from '../../core/pipeline/finish.ts';
import { type Months, parseMonths } from '../../core/pipeline/months.ts';
import { newSession, type RunOptions } from '../../core/pipeline/session.ts';
import { tasksOf } from '../../core/pipeline/tasks.ts';
import { formatProblem, LandfallError } from '../../core/problems.ts';
import { type Command, isAws, PROJECT, refuseLocal, STATE, TARGET } from '../command.ts';
import { callDryRun } from '../dry-run.ts';
import { forecastJson, forecastText } from '../forecast.ts';
import { openLocal } from '../local.ts';
import { StderrProgress } from '../progress.ts';
import { summary } from '../summary.ts';

export interface RunCall {
  readonly landing: string;
  readonly state: string;
  readonly project: string | undefined;
  readonly datasets: readonly string[];
  readonly full: boolean;
  readonly months?: Months;
  readonly models?: readonly string[];
  readonly warehouse: boolean;
}

export const run: Command = {
  help: `
usage: landfall run [--landing DIR] [--state DIR] [--dataset NAME]… [--full] [--months FROM..TO] [--model TABLE]…
                    [--dry-run] [--no-warehouse] [--json] [--target aws --stage NAME]

Loads what is new in the landing folder, refreshes the models and analyses that it touches, and writes the report.
A file that was loaded before is skipped; a changed one replaces what it had brought.

  --landing   the folder that files land in, as <data set>/…; landing by default
  --state     where the lake and the report are kept; .landfall by default
  --dataset   only this data set; may be given more than once
  --full      load every file again and refresh every model in full
  --months    load again the files that have rows in these months, 2020-01..2020-03, 2020-01, 2020-01.. or ..2020-03, of
              the tables that are partitioned by month, and what is new; a file is loaded whole, whatever else it has;
              with --full every model is refreshed in full
  --model     load nothing: refresh this model or result (schema.table) in full, and what reads it; may be given more
              than once
  --dry-run   say what would be loaded, refused, refreshed, published and dropped, and why, and change nothing
  --no-warehouse  leave the warehouse as it is; the next run without this brings it up to date
  --json      print the result as JSON
  --project   the folder with contracts/ and queries/; Landfall's own by default
  --target    aws begins a run of a deployed stage and follows it; it goes on if this command is stopped. It is of what
              landed in the stage's bucket and of the contracts that were deployed, so --landing, --state, --project,
              --no-warehouse and --dry-run are for a laptop alone; local by default
  --stage     which one, dev by default

exit codes: 0 done, 1 failed (a quality rule of severity error, too), 2 wrong usage or no landing folder,
3 done, but rows or files were refused, data is late, or a quality rule warns
`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...STATE,
        ...PROJECT,
        ...TARGET,
        landing: { type: 'string', default: 'landing' },
        dataset: { type: 'string', multiple: true, default: [] },
        full: { type: 'boolean', default: false },
        months: { type: 'string' },
        model: { type: 'string', multiple: true },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'no-warehouse': { type: 'boolean', default: false },
      },
    });
    const { landing, state, project, dataset, full, months, model } = values;
    const call: RunCall = {
      landing,
      state,
      project,
      datasets: dataset,
      full,
      ...(months === undefined ? {} : { months: parseMonths(months) }),
      ...(model === undefined ? {} : { models: model }),
      warehouse: !values['no-warehouse'],
    };
    checkCall(call);
    const { stage } = values;
    const isDeployed = isAws(values);
    if (isDeployed) refuseLocal(args, LOCAL_ONLY);
    else expectLake(call);
    if (values['dry-run']) return tellDryRun(call, values.json);
    const result = await (isDeployed ? callDeployed(stage, call) : callRun(call));
    tellErrors(result);
    const quarantine = isDeployed
      ? `landfall query "SELECT * FROM ops.quarantine LIMIT 100" --target aws --stage ${stage}`
      : undefined;
    process.stdout.write(
      values.json ? `${JSON.stringify(toJson(result), null, 2)}\n` : summary(result, model === undefined, quarantine),
    );
    return exitCode(result);
  },
};

export async function callRun(call: RunCall): Promise<RunResult> {
  const landing = call.models === undefined ? call.landing : null;
  const [source, local] = await Promise.all([openProject(call.project), openLocal({ ...call, landing })]);
  const { ports, state } = local;
  try {
    const options = runOptions(call);
    const session = newSession(ports, options);
    await runWorkflow(session, tasksOf(session, source), new RunLog(state.runs, options.runId));
    await sweepRunLogs(state.runs);
    return resultOf(session);
  } finally {
    await local.close();
  }
}

const DEPLOYED = 'a deployed run works on the buckets, the warehouse and the contracts of its stage';
const LOCAL_ONLY = {
  landing: `${DEPLOYED}: put files into its landing bucket`,
  state: DEPLOYED,
  project: `${DEPLOYED}: deploy the project`,
  'no-warehouse': DEPLOYED,
  'dry-run': 'a dry run is for a laptop: leave --target out, or --dry-run',
} as const;

/** The SDK is read when it is needed: a run on a laptop has begun before that would be. */
async function callDeployed(stage: string, call: RunCall): Promise<RunResult> {
  const { runDeployed } = await import('../../adapters/aws/run/deployed.ts');
  const { datasets, full, months, models = [] } = call;
  const runId = newRunId(Date.now());
  const progress = new StderrProgress();
  const leave = () => {
    progress.end();
    const again = `"SELECT * FROM ops.runs WHERE run_id = '${runId}'" --target aws --stage ${stage}`;
    process.stderr.write(`run ${runId} goes on without this command; what it came to: landfall query ${again}\n`);
    process.exit(130);
  };
  try {
    const asked = { runId, datasets, full, models, months: months?.text ?? null };
    return await runDeployed(stage, asked, { progress, onBegun: () => process.once('SIGINT', leave) });
  } finally {
    process.off('SIGINT', leave);
    progress.end();
  }
}

/** As whoever is in this folder names it. */
function contractsPlace(project: string = SHIPPED): string {
  const path = relative('', join(project, 'contracts'));
  return path.startsWith('..') ? resolve(project, 'contracts') : path;
}

async function tellDryRun(call: RunCall, json: boolean): Promise<number> {
  const result = await callDryRun({ ...call, options: runOptions(call) });
  tellErrors(result);
  const { forecast } = result;
  const shown = { ...(toJson(result) as object), forecast: forecastJson(forecast) };
  process.stdout.write(json ? `${JSON.stringify(shown, null, 2)}\n` : forecastText(result));
  return exitCode(result);
}

function runOptions({ datasets, full, months, models, landing, project }: RunCall): RunOptions {
  return {
    runId: newRunId(Date.now()),
    datasets,
    full,
    places: { landing: landing.replace(/(?<=.)\/+$/, ''), contracts: contractsPlace(project) },
    ...(months === undefined ? {} : { months }),
    ...(models === undefined ? {} : { models }),
  };
}

/** @throws LandfallError exit code 2 where options contradict each other */
function checkCall({ models, months, full, datasets }: RunCall): void {
  if (models === undefined) return;
  const others = [
    ...(months === undefined ? [] : ['--months']),
    ...(full ? ['--full'] : []),
    ...(datasets.length === 0 ? [] : ['--dataset']),
  ];
  if (others.length > 0) {
    const message = `--model loads nothing and names its data set itself: it goes with no ${others.join(' and no ')}`;
    throw new LandfallError({ code: 'usage', message, hint: 'landfall run --help' }, 2);
  }
}

/** @throws LandfallError `no-lake` where models are asked for and there is nothing to make them of */
function expectLake({ models, state }: RunCall): void {
  if (models === undefined || existsSync(stateFile(state))) return;
  const hint = 'name the state folder by --state, or run without --model first';
  throw new LandfallError({ code: 'no-lake', file: state, message: 'there is no lake yet', hint });
}

/** What failed is told on standard error, whatever standard output is used for. */
export function tellErrors(result: RunResult): void {
  for (const problem of result.errors) process.stderr.write(`${formatProblem(problem)}\n`);
}

export function exitCode(result: RunResult): number {
  if (result.status === 'failed') return 1;
  return needsAttention(result) ? 3 : 0;
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
