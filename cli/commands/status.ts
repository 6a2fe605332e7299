import { parseArgs } from 'node:util';
import { openProject } from '../../adapters/local/project.ts';
import { readLake } from '../../adapters/local/query.ts';
import { readRunLog } from '../../adapters/local/run-log.ts';
import { stateFolder } from '../../adapters/local/state.ts';
import { type Connection, publishedTables, warehouseConnection } from '../../adapters/local/warehouse/reader.ts';
import { Visits } from '../../adapters/shared/visits.ts';
import type { Contract } from '../../core/contracts/types.ts';
import { freshnessOf, freshnessTable } from '../../core/freshness/freshness.ts';
import type { StateTime } from '../../core/pipeline/session.ts';
import { formatProblem } from '../../core/problems.ts';
import { SHOWN_QUALITY } from '../../core/quality/latest.ts';
import type { ResultTable, Value } from '../../core/tabular.ts';
import { type Command, PROJECT, STATE } from '../command.ts';
import { format } from '../format.ts';
import { tellWaiting } from '../progress.ts';

const RUNS = `SELECT run_id, status, started_at, finished_at, errors FROM ops.runs ORDER BY started_at DESC LIMIT 10`;

const TABLES = `SELECT dataset, table_name, count(*) FILTER (WHERE status = 'loaded') AS files,
    count(*) FILTER (WHERE status = 'refused') AS files_refused, sum(rows_read) AS rows_read,
    sum(rows_loaded) AS rows_loaded, sum(rows_duplicate) AS rows_duplicate, sum(rows_quarantined) AS rows_quarantined,
    max(arrived_at) AS last_arrived_at, max(finished_at) AS last_loaded_at
  FROM ops.loads GROUP BY dataset, table_name ORDER BY dataset, table_name`;

const REFUSED = `SELECT source_file, error FROM ops.loads WHERE status = 'refused' ORDER BY load_id DESC LIMIT 20`;

const STRAY = `SELECT source_file, message, hint FROM ops.stray_files ORDER BY source_file LIMIT 1000`;
const MOST_STRAYS = 20;

const QUARANTINE = `SELECT dataset, table_name, column_name, reason, count(*) AS rows FROM ops.quarantine
  WHERE status = 'open' GROUP BY dataset, table_name, column_name, reason ORDER BY rows DESC LIMIT 20`;

const DRIFT = `SELECT detected_at, source_file, kind, column_name, action, detail, suggestion, policy, dataset, table_name
  FROM ops.drift ORDER BY detected_at DESC, load_id DESC, kind, column_name LIMIT 20`;

/** Row counts of what people query; a view's would cost a pass over its tables. */
const COUNTED = `SELECT table_schema, table_name FROM information_schema.tables
  WHERE table_schema NOT IN ('storage', 'information_schema', 'pg_catalog', 'main')
    AND (table_type = 'BASE TABLE' OR (table_schema || '__' || table_name) IN
      (SELECT table_name FROM information_schema.tables WHERE table_schema = 'storage'))
  ORDER BY table_schema, table_name`;

export const status: Command = {
  help: `
usage: landfall status [--state DIR] [--project DIR] [--json]

Tells of the last runs, the last one state by state, what was loaded into each table and when, how many rows each
table holds, which files were refused, which ones no contract takes and how to propose one, what is in quarantine, in
which files columns differ from the contract and what was done about it, what the quality rules found last, whether the data is as new, now, as its contract promises, and how BI tools connect
to the warehouse and what is published there.

  --state     where the lake and the report are kept; .landfall by default
  --json      print it as JSON, and with it \`catalog\`: \`datasets\`, each with its tables (description, columns with
              types and units, keys, audits, rows, when they changed) and panels, and \`lineage\`, the \`nodes\` and
              \`edges\` from landing globs to clean tables, models, analyses, panels and the warehouse; where contracts
              or queries have mistakes \`catalog\` is null, and \`catalog_errors\` says why
  --project   the folder with contracts/ and queries/, of which the catalog tells; Landfall's own by default
`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { ...STATE, ...PROJECT, json: { type: 'boolean', default: false } },
    });
    const contracts = await contractsOf(values.project);
    const { catalog, ...found } = await gather(
      values.state,
      contracts,
      values.json ? { project: values.project } : null,
    );
    const connection = await warehouseConnection(values.state);
    const published = connection === null ? NOTHING : await askPublished(values.state);
    if (values.json) {
      const objects = Object.entries(found).map(([name, table]) => [name, JSON.parse(format(table, 'json'))]);
      const told = {
        ...Object.fromEntries(objects),
        warehouse: warehouseJson(connection, published),
        report: stateFolder(values.state).report,
        ...catalog,
      };
      process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
      return 0;
    }
    const titles = {
      runs: 'runs',
      states: 'the last run, state by state',
      loads: 'loads',
      rows: 'rows',
      refused: 'refused files',
      quarantine: 'quarantine',
      drift: 'drift: files whose columns differ from the contract',
      quality: 'quality rules',
      freshness: 'freshness',
    };
    for (const [name, title] of Object.entries(titles)) {
      const table = found[name as keyof typeof found];
      process.stdout.write(`${title}\n${table.rows.length === 0 ? 'none\n' : format(table, 'table')}\n`);
    }
    process.stdout.write(`files that no contract takes\n${strayLines(found.stray_files)}\n`);
    process.stdout.write(`warehouse\n${warehouseText(connection, published)}`);
    return 0;
  },
};

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

/** What can't be asked of the warehouse keeps nobody from hearing the rest. */
async function askPublished(state: string): Promise<ResultTable> {
  try {
    return await publishedTables(state);
  } catch (error) {
    process.stderr.write(`the warehouse can't be asked: ${error instanceof Error ? error.message : error}\n`);
    return NOTHING;
  }
}

const NOTHING: ResultTable = { columns: [], rows: [] };

/** With the password, for scripts that connect; people have no need of it on their screen. */
function warehouseJson(connection: Connection | null, published: ResultTable): unknown {
  return connection === null ? null : { ...connection, tables: JSON.parse(format(published, 'json')) };
}

function warehouseText(connection: Connection | null, published: ResultTable): string {
  if (connection === null) return 'none: landfall run makes it\n';
  const { host, port, database, user } = connection;
  const where = port === null ? `landfall warehouse brings it up on ${host}` : `up on ${host}, port ${port}`;
  const tables = published.rows.length === 0 ? 'nothing is published\n' : `\n${format(published, 'table')}`;
  return `${where}; database ${database}, user ${user} (landfall warehouse tells the password)\n${tables}`;
}

interface Gathered
  extends Record<
    'runs' | 'states' | 'loads' | 'rows' | 'refused' | 'stray_files' | 'quarantine' | 'drift' | 'quality' | 'freshness',
    ResultTable
  > {
  /** By their names in the JSON. */
  readonly catalog: Readonly<Record<string, unknown>>;
}

/** @param catalog of which project one is wanted */
async function gather(
  state: string,
  contracts: readonly Contract[],
  catalog: { readonly project: string | undefined } | null,
): Promise<Gathered> {
  return readLake(state, tellWaiting, async (read, lake) => {
    const runs = await read(RUNS);
    const names = (await read(COUNTED)).rows.map(([schema, name]) => `${schema}.${name}`);
    const counts = names.map((name) => `SELECT '${name}' AS table_name, count(*) AS rows FROM ${name}`);
    return {
      runs,
      states: await statesOf(stateFolder(state).runs, String(runs.rows[0]?.[0] ?? '')),
      loads: await read(TABLES),
      rows: await read(counts.join(' UNION ALL ')),
      refused: await read(REFUSED),
      // A lake that no run has opened since lacks the younger books.
      stray_files: names.includes('ops.stray_files') ? await read(STRAY) : NOTHING,
      quarantine: await read(QUARANTINE),
      // A lake that no run has opened since there was drift has no such table.
      drift: names.includes('ops.drift') ? await read(DRIFT) : NOTHING,
      quality: names.includes('ops.quality') ? await read(SHOWN_QUALITY) : NOTHING,
      freshness: freshnessTable(await freshnessOf(contracts, read, Date.now())),
      catalog: catalog === null ? {} : await (await import('../catalog.ts')).catalogJson(lake, catalog.project),
    };
  });
}

/** From the run's event log, which a run that was killed leaves too. Choices and passes take no time and say nothing. */
async function statesOf(folder: string, runId: string): Promise<ResultTable> {
  const visits = new Visits();
  const events = await readRunLog(folder, runId);
  const ended = events.flatMap((event) => visits.see(event) ?? []);
  const row = (time: StateTime, status: string): Value[] => [
    time.dataset ?? null,
    time.table === undefined ? time.state : `${time.state} ${time.table}`,
    status,
    shownTime(time.enteredAt),
    time.elapsed / 1000,
    time.retries,
    time.error ?? null,
  ];
  const open = visits.unfinished(events[events.length - 1]?.timestamp ?? 0);
  const rows = [
    ...ended.map((time) => ({ time, status: time.error === undefined ? 'done' : 'failed' })),
    ...open.map((time) => ({ time, status: time.error === undefined ? 'unfinished' : 'failed' })),
  ].filter(({ time }) => time.type === 'Task');
  return {
    columns: [
      { name: 'dataset', type: 'string' },
      { name: 'state', type: 'string' },
      { name: 'status', type: 'string' },
      { name: 'entered_at', type: 'timestamp' },
      { name: 'seconds', type: 'double' },
      { name: 'retries', type: 'integer' },
      { name: 'error', type: 'string' },
    ],
    rows: rows.map(({ time, status }) => row(time, status)),
  };
}

function shownTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
