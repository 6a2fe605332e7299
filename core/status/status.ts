/** Gathers what a status tells: the same questions, whoever answers them. */

import type { Contract } from '../contracts/types.ts';
import { freshnessOf, freshnessTable } from '../freshness/freshness.ts';
import type { StateTime } from '../pipeline/session.ts';
import { SHOWN_QUALITY } from '../quality/latest.ts';
import { countQuestions } from '../row-counts.ts';
import type { ResultColumn, ResultTable, Value } from '../tabular.ts';
import type { RunVisits, Status, StatusSource } from './types.ts';

/** As many are shown. */
export const MOST_RUNS = 10;

const RUNS = `SELECT run_id, status, started_at, finished_at, errors FROM ops.runs
  ORDER BY started_at DESC LIMIT ${MOST_RUNS}`;

const LOADS = `SELECT dataset, table_name, count(*) FILTER (WHERE status = 'loaded') AS files,
    count(*) FILTER (WHERE status = 'refused') AS files_refused, sum(rows_read) AS rows_read,
    sum(rows_loaded) AS rows_loaded, sum(rows_duplicate) AS rows_duplicate, sum(rows_quarantined) AS rows_quarantined,
    max(arrived_at) AS last_arrived_at, max(finished_at) AS last_loaded_at
  FROM ops.loads GROUP BY dataset, table_name ORDER BY dataset, table_name`;

const REFUSED = `SELECT source_file, error FROM ops.loads WHERE status = 'refused' ORDER BY load_id DESC LIMIT 20`;

const STRAY = `SELECT source_file, message, hint FROM ops.stray_files ORDER BY source_file LIMIT 1000`;

const QUARANTINE = `SELECT dataset, table_name, column_name, reason, count(*) AS rows FROM ops.quarantine
  WHERE status = 'open' GROUP BY dataset, table_name, column_name, reason
  ORDER BY rows DESC, dataset, table_name, column_name, reason LIMIT 20`;

const DRIFT = `SELECT detected_at, source_file, kind, column_name, action, detail, suggestion, policy, dataset, table_name
  FROM ops.drift ORDER BY detected_at DESC, load_id DESC, kind, column_name LIMIT 20`;

/** A lake that no run has opened since lacks the younger books. */
const YOUNGER = ['ops.stray_files', 'ops.drift', 'ops.quality'];

const QUESTIONS = [
  { name: 'runs', sql: RUNS, of: 'ops.runs' },
  { name: 'loads', sql: LOADS, of: 'ops.loads' },
  { name: 'refused', sql: REFUSED, of: 'ops.loads' },
  { name: 'stray_files', sql: STRAY, of: 'ops.stray_files' },
  { name: 'quarantine', sql: QUARANTINE, of: 'ops.quarantine' },
  { name: 'drift', sql: DRIFT, of: 'ops.drift' },
  { name: 'quality', sql: SHOWN_QUALITY, of: 'ops.quality' },
] as const;

const NOTHING: ResultTable = { columns: [], rows: [] };

/**
 * @param contracts of which the freshness is told
 * @param now milliseconds since 1970, UTC
 */
export async function gatherStatus(source: StatusSource, contracts: readonly Contract[], now: number): Promise<Status> {
  const tables = await source.tables();
  const asked = QUESTIONS.filter(({ of }) => !YOUNGER.includes(of) || tables.includes(of));
  const answers = await source.ask([...asked.map(({ sql }) => sql), ...countQuestions(tables)]);
  const found = new Map(asked.map(({ name }, place) => [name, answers[place] ?? NOTHING]));
  const table = (name: (typeof QUESTIONS)[number]['name']) => found.get(name) ?? NOTHING;
  const runs = await source.runs(table('runs'));
  const read = async (sql: string) => (await source.ask([sql]))[0] ?? NOTHING;
  return {
    runs,
    states: statesOf(await source.visits(String(runs.rows[0]?.[0] ?? ''))),
    work: await source.work(),
    loads: table('loads'),
    rows: together(answers.slice(asked.length)),
    refused: table('refused'),
    stray_files: table('stray_files'),
    quarantine: table('quarantine'),
    drift: table('drift'),
    quality: table('quality'),
    freshness: freshnessTable(await freshnessOf(contracts, read, now)),
  };
}

function together(parts: readonly ResultTable[]): ResultTable {
  return { columns: parts[0]?.columns ?? [], rows: parts.flatMap(({ rows }) => rows) };
}

const STATE_COLUMNS: readonly ResultColumn[] = [
  { name: 'dataset', type: 'string' },
  { name: 'state', type: 'string' },
  { name: 'status', type: 'string' },
  { name: 'entered_at', type: 'timestamp' },
  { name: 'seconds', type: 'double' },
  { name: 'retries', type: 'integer' },
  { name: 'error', type: 'string' },
];

/** Choices and passes take no time and say nothing. */
function statesOf({ ended, open }: RunVisits): ResultTable {
  const row = (time: StateTime, status: string): Value[] => [
    time.dataset ?? null,
    time.table === undefined ? time.state : `${time.state} ${time.table}`,
    status,
    shownTime(time.enteredAt),
    time.elapsed / 1000,
    time.retries,
    time.error ?? null,
  ];
  const rows = [
    ...ended.map((time) => ({ time, status: time.error === undefined ? 'done' : 'failed' })),
    ...open.map((time) => ({ time, status: time.error === undefined ? 'unfinished' : 'failed' })),
  ].filter(({ time }) => time.type === 'Task');
  return { columns: STATE_COLUMNS, rows: rows.map(({ time, status }) => row(time, status)) };
}

/** As the books tell times. @param milliseconds since 1970, UTC */
export function shownTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
