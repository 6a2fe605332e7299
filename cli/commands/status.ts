import { parseArgs } from 'node:util';
import { openProject } from '../../adapters/local/project.ts';
import type { Contract } from '../../core/contracts/types.ts';
import { formatProblem } from '../../core/problems.ts';
import { gatherStatus } from '../../core/status/status.ts';
import type { ResultTable } from '../../core/tabular.ts';
import { type Command, isAws, PROJECT, refuseLocal, STATE, TARGET } from '../command.ts';
import { format } from '../format.ts';
import type { StatusPlace } from '../status-place.ts';

const MOST_STRAYS = 20;

/** Of `Status`, in the order in which people read it. */
const TITLES = {
  runs: 'runs',
  states: 'the last run, state by state',
  work: 'at work now',
  loads: 'loads',
  rows: 'rows',
  refused: 'refused files',
  quarantine: 'quarantine',
  drift: 'drift: files whose columns differ from the contract',
  quality: 'quality rules',
  freshness: 'freshness',
} as const;

export const status: Command = {
  help: `
usage: landfall status [--state DIR] [--project DIR] [--json] [--target aws --stage NAME]

Tells of the last runs, the last one state by state, what was loaded into each table and when, how many rows each
table holds, which files were refused, which ones no contract takes and how to propose one, what is in quarantine, in
which files columns differ from the contract and what was done about it, what the quality rules found last, whether the
data is as new, now, as its contract promises, and how BI tools connect to the warehouse and what is published there.

  --state     where the lake and the report are kept; .landfall by default
  --json      print it as JSON, and with it \`catalog\`: \`datasets\`, each with its tables (description, columns with
              types and units, keys, audits, rows, when they changed) and panels, and \`lineage\`, the \`nodes\` and
              \`edges\` from landing globs to clean tables, models, analyses, panels and the warehouse; where contracts
              or queries have mistakes \`catalog\` is null, and \`catalog_errors\` says why
  --project   the folder with contracts/ and queries/, of which the catalog and the freshness are told: of a stage, what
              was deployed; Landfall's own by default
  --target    aws tells of a deployed stage, and of which data sets runs hold just now; the warehouse is not woken for
              it. It asks Athena under the people's limits, the ledger and the state machine; local by default
  --stage     which one, dev by default
`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { ...STATE, ...PROJECT, ...TARGET, json: { type: 'boolean', default: false } },
    });
    const isDeployed = isAws(values);
    if (isDeployed) refuseLocal(args, { state: 'a deployed stage keeps its own state' });
    const contracts = await contractsOf(values.project);
    const place = isDeployed
      ? await (await import('../status-deployed.ts')).deployedStatus(values.stage, contracts)
      : (await import('../status-local.ts')).localStatus(values.state);
    process.stdout.write(await told(place, contracts, values));
    return 0;
  },
};

interface Asked {
  readonly json: boolean;
  readonly project?: string | undefined;
}

async function told(place: StatusPlace, contracts: readonly Contract[], { json, project }: Asked): Promise<string> {
  const { found, catalog } = await place.ask(async (source, lake) => ({
    found: await gatherStatus(source, contracts, Date.now()),
    catalog: json ? await (await import('../catalog.ts')).catalogJson(lake, project) : {},
  }));
  const warehouse = await place.warehouse(found);
  if (json) {
    const objects = Object.entries(found).map(([name, table]) => [name, JSON.parse(format(table, 'json'))]);
    const whole = { ...Object.fromEntries(objects), warehouse: warehouse.json, report: place.report, ...catalog };
    return `${JSON.stringify(whole, null, 2)}\n`;
  }
  const parts = Object.entries(TITLES).map(([name, title]) => {
    const table = found[name as keyof typeof TITLES];
    // A run on a laptop is one process, for which whoever asks has waited.
    if (name === 'work' && table.columns.length === 0) return '';
    return `${title}\n${table.rows.length === 0 ? 'none\n' : format(table, 'table')}\n`;
  });
  return `${parts.join('')}files that no contract takes\n${strayLines(found.stray_files)}\nwarehouse\n${warehouse.text}`;
}

/** Whole lines, for a command that is cut off is none. */
function strayLines({ rows }: ResultTable): string {
  const lines = rows.slice(0, MOST_STRAYS).map(([file, message, hint]) => {
    const problem = { code: '', file: String(file), message: String(message) };
    return formatProblem(hint === null || hint === undefined ? problem : { ...problem, hint: String(hint) });
  });
  if (rows.length > MOST_STRAYS) lines.push(`and ${rows.length - MOST_STRAYS} more`);
  return lines.length === 0 ? 'none\n' : `${lines.join('\n')}\n`;
}

/** A contract with a mistake keeps nobody from hearing the rest. */
async function contractsOf(project: string | undefined): Promise<readonly Contract[]> {
  try {
    return (await openProject(project)).contracts;
  } catch (error) {
    process.stderr.write(`freshness can't be told: ${error instanceof Error ? error.message : error}\n`);
    return [];
  }
}
