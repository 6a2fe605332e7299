import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stateFile } from '../../adapters/duckdb/database.ts';
import { compact } from '../../adapters/local/lake/compact.ts';
import { openProject } from '../../adapters/local/project.ts';
import { forgetPages } from '../../adapters/local/pull-progress.ts';
import { forgetInRunLogs, RunLog } from '../../adapters/local/run-log.ts';
import { removeDiscarded } from '../../adapters/local/warehouse/data.ts';
import { runWorkflow } from '../../adapters/local/workflow.ts';
import { newRunId } from '../../adapters/run-id.ts';
import type { Contract, TableContract } from '../../core/contracts/types.ts';
import { prepareEvolved } from '../../core/pipeline/drift.ts';
import { type RunResult, resultOf } from '../../core/pipeline/finish.ts';
import { newSession, type ProjectSource } from '../../core/pipeline/session.ts';
import { tasksOf } from '../../core/pipeline/tasks.ts';
import { type LoadPlan, planLoad } from '../../core/plans/load-plan.ts';
import type { Equality, Erasure } from '../../core/ports.ts';
import { LandfallError } from '../../core/problems.ts';
import { type Command, PROJECT, STATE } from '../command.ts';
import { type LocalPorts, openLocal } from '../local.ts';
import { tellErrors } from './run.ts';

/** A shorter text is in many a line that says nothing of it. */
const SHORTEST_WORD = 6;

export const forget: Command = {
  help: `
usage: landfall forget --dataset NAME --table NAME --where COLUMN=VALUE… [--dry-run] [--json] [--state DIR]

Erases the rows of a clean table that have the value, or all of the values where --where is given more than once: also
those that were overridden or repeated, and those in quarantine. Models, analyses, the report and the warehouse follow,
and the files of the lake are written anew, without them. The values, as keyed hashes, stay behind as a rule that later
loads are held against: an old export that is dropped again brings nothing back.

Files in the landing folder are left alone. Those that have such rows are named: clean them at the source.

  --where     a column of the table and its value as the table shows it; of a column that is protected by hmac, the
              clear text or the hash. A column that is protected by mask or drop can't tell one person's rows
  --dry-run   say what would be erased, and erase nothing
  --json      print the result as JSON
  --state     the state folder, .landfall by default
  --project   the folder with contracts/ and queries/; Landfall's own by default

A value in a command line is seen by who lists processes and stays in the shell's history: --where COLUMN=- reads it from
standard input.

example: landfall forget --dataset shop --table purchases --where customer=-
`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...STATE,
        ...PROJECT,
        dataset: { type: 'string' },
        table: { type: 'string' },
        where: { type: 'string', multiple: true, default: [] },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const where = await equalitiesOf(values.where);
    if (!existsSync(stateFile(values.state))) {
      const hint = 'name the state folder by --state';
      throw new LandfallError({ code: 'no-lake', file: values.state, message: 'there is no lake yet', hint });
    }
    const source = await openProject(values.project);
    expectTable(source, values.dataset, values.table);
    const local = await openLocal({
      landing: null,
      state: values.state,
      warehouse: !values['dry-run'],
      thorough: true,
    });
    try {
      const contracts = await prepareEvolved(local.ports.lake, source.contracts);
      const plan = planLoad(...expectTable({ contracts }, values.dataset, values.table), 'duckdb');
      const { erased, result } = await eraseAll(local, source, plan, where, values['dry-run']);
      if (result !== null) tellErrors(result);
      const told = { plan, erased, where, result };
      process.stdout.write(values.json ? `${JSON.stringify(asJson(told), null, 2)}\n` : inWords(told));
      return result?.status === 'failed' ? 1 : 0;
    } finally {
      await local.close();
    }
  },
};

interface Told {
  readonly plan: LoadPlan;
  readonly erased: Erasure;
  readonly where: readonly Equality[];
  /** Null where nothing was done. */
  readonly result: RunResult | null;
}

/** What follows an erasure is a run over a landing folder where nothing is. */
async function eraseAll(
  { ports, database, state, protection }: LocalPorts,
  source: ProjectSource,
  plan: LoadPlan,
  where: readonly Equality[],
  pretend: boolean,
): Promise<{ erased: Erasure; result: RunResult | null }> {
  ports.progress.step('forget', `${plan.schema}.${plan.table}`);
  const erased = await ports.lake.erase(plan, where, pretend);
  if (pretend) return { erased, result: null };
  // Rules that fail must not keep a person in the models.
  const session = newSession(ports, { runId: newRunId(Date.now()), datasets: [], full: false, regardless: true });
  await runWorkflow(session, tasksOf(session, source), new RunLog(state.runs, session.options.runId));
  const hashes = plan.isKeyed ? where.map(({ value }) => protection.hmac(value)) : [];
  const words = [...where.map(({ value }) => value), ...hashes].filter(({ length }) => length >= SHORTEST_WORD);
  await forgetInRunLogs(state.runs, words);
  await removeDiscarded(state.root);
  await forgetPages(state.root, plan.dataset);
  ports.progress.step('forget', 'writing the lake anew');
  await compact(database, stateFile(state.root));
  return { erased, result: resultOf(session) };
}

async function equalitiesOf(given: readonly string[]): Promise<Equality[]> {
  const equalities: Equality[] = [];
  for (const text of given) {
    const at = text.indexOf('=');
    // What is wrong with it is not quoted: it may be the value.
    if (at < 1) throw usage('--where is COLUMN=VALUE, the column first');
    const value = text.slice(at + 1);
    equalities.push({ column: text.slice(0, at), value: value === '-' ? await fromInput() : value });
  }
  if (equalities.length === 0) throw usage('expected --where COLUMN=VALUE');
  if (equalities.some(({ value }) => value === '')) throw usage("--where needs a value: an empty one is nobody's");
  return equalities;
}

async function fromInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

function expectTable(
  source: Pick<ProjectSource, 'contracts'>,
  dataset: string | undefined,
  table: string | undefined,
): [Contract, TableContract] {
  const contract = source.contracts.find((known) => known.dataset === dataset);
  if (contract === undefined) {
    const known = source.contracts.map((entry) => entry.dataset).join(', ');
    throw usage(`expected --dataset NAME, one of ${known}`);
  }
  const found = contract.tables.find(({ name }) => name === table);
  if (found === undefined) {
    throw usage(`expected --table NAME, one of ${contract.tables.map(({ name }) => name).join(', ')}`);
  }
  return [contract, found];
}

function usage(message: string): LandfallError {
  return new LandfallError({ code: 'usage', message, hint: 'landfall forget --help' }, 2);
}

function asJson({ plan, erased, where, result }: Told): unknown {
  const { rows, superseded, quarantined, files } = erased;
  return {
    status: result?.status ?? 'dry-run',
    dataset: plan.dataset,
    table_name: plan.table,
    columns: where.map(({ column }) => column),
    rows,
    rows_superseded: superseded,
    rows_quarantined: quarantined,
    files: files.map(({ key, rows: found }) => ({ source_file: key, rows: found })),
    errors: result?.errors ?? [],
  };
}

function inWords({ plan, erased, result }: Told): string {
  const { rows, superseded, quarantined, files } = erased;
  const name = `${plan.schema}.${plan.table}`;
  const done = result === null ? 'would erase' : 'erased';
  const counts = `${rows} rows of ${name}, ${superseded} that were overridden or repeated, ${quarantined} in quarantine`;
  const listed = files.map(({ key, rows: found }) => `  ${key}  ${found}\n`).join('');
  const source =
    files.length === 0 ? '' : `\nlanded files that have such rows, for you to clean at the source:\n${listed}`;
  const kept =
    result === null ? '' : 'what lands with these values from now on counts as duplicate and is not stored\n';
  return `${done} ${counts}\n${kept}${source}`;
}
