/** Whether the newest data is as new as was promised, at a time. */

import { column } from '../analyses/sql.ts';
import type { Contract } from '../contracts/types.ts';
import type { Problem } from '../problems.ts';
import type { ResultTable } from '../tabular.ts';
import { counted } from '../words.ts';
import type { Freshness, ServiceLevel, Watched } from './types.ts';

type Read = (sql: string) => Promise<ResultTable>;

/** A file that was corrected has arrived, too; one that was refused has brought nothing. */
const ARRIVALS = `SELECT dataset, table_name, max(arrived_at) AS newest FROM ops.loads WHERE status <> 'refused'
  GROUP BY dataset, table_name`;

/**
 * Every promise of these contracts, in their order. Nothing is asked where none is checked.
 *
 * @param read answers a SELECT; times come as `2026-01-31 10:00:00.000`, dates as `2026-01-31`
 * @param now milliseconds since 1970, UTC
 */
export async function freshnessOf(contracts: readonly Contract[], read: Read, now: number): Promise<Freshness[]> {
  const levels = contracts.flatMap((contract) => (contract.serviceLevels ?? []).map((level) => ({ contract, level })));
  if (levels.every(({ level }) => level.check === null)) return levels.map(promised);
  const newest = await newestFinder(read);
  const found: Freshness[] = [];
  for (const { contract, level } of levels) {
    if (level.check === null) found.push(promised({ contract, level }));
    for (const watched of level.check?.watched ?? []) {
      const latest = await newest(contract, watched);
      const age = latest === null ? null : now - Date.parse(`${latest.replace(' ', 'T')}Z`);
      const lateMs = age === null ? null : age - (level.check?.withinMs ?? 0);
      const isLate = lateMs === null || lateMs > 0;
      found.push({
        ...promised({ contract, level }),
        element: [watched.table, watched.column].filter((part) => part !== null).join('.'),
        expected: `within ${duration(level.check?.withinMs ?? 0)}`,
        newest: latest,
        lateMs: isLate ? lateMs : null,
        status: isLate ? 'late' : 'in time',
      });
    }
  }
  return found;
}

/** Late data as a run tells it. */
export function lateProblem({ dataset, element, expected, newest, lateMs, file, line }: Freshness): Problem {
  const what = element?.includes('.') === true ? 'value' : 'file';
  const state =
    newest === null
      ? `has no ${what} yet`
      : `has its newest ${what} from ${newest.replace(/[.]000$/, '')} UTC, which is ${duration(lateMs ?? 0)} late`;
  return {
    code: 'data-late',
    message: `${dataset}.${element} ${state}: expected one ${expected}`,
    file,
    line,
    hint: 'ask whoever delivers it, or see slaProperties',
  };
}

/** For reading: late first, a row a promise. */
export function freshnessTable(promises: readonly Freshness[]): ResultTable {
  const names = ['dataset', 'element', 'property', 'expected', 'newest', 'late_by', 'status'];
  const order = ['late', 'in time', 'not checked'];
  const sorted = [...promises].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return {
    columns: names.map((name) => ({ name, type: 'string' })),
    rows: sorted.map(({ dataset, element, property, expected, newest, lateMs, status }) => [
      dataset,
      element,
      property,
      expected,
      newest,
      lateMs === null ? null : duration(lateMs),
      status,
    ]),
  };
}

function promised({ contract, level }: { contract: Contract; level: ServiceLevel }): Freshness {
  const { property, value, unit, element, line } = level;
  return {
    dataset: contract.dataset,
    element: element ?? null,
    property,
    expected: [value, unit].filter((part) => part !== undefined).join(' '),
    newest: null,
    lateMs: null,
    status: 'not checked',
    file: contract.file,
    line,
  };
}

/** Asks for all arrivals once, and for the newest value of a column only where the lake has it already. */
async function newestFinder(read: Read) {
  const arrivals = new Map((await read(ARRIVALS)).rows.map(([dataset, table, at]) => [`${dataset}.${table}`, at]));
  const known = await read(`SELECT table_schema || '.' || table_name, column_name FROM information_schema.columns
    WHERE table_schema NOT IN ('information_schema', 'pg_catalog')`);
  const columns = new Set(known.rows.map(([table, name]) => `${table}.${name}`));
  return async ({ dataset, schema }: Contract, { table, column: name }: Watched): Promise<string | null> => {
    if (name === null) return text(arrivals.get(`${dataset}.${table}`));
    if (!columns.has(`${schema}.${table}.${name}`)) return null;
    const { rows } = await read(`SELECT max(${column(name)}) FROM ${column(schema)}.${column(table)}`);
    return text(rows[0]?.[0]);
  };
}

/** A day counts from its start. */
function text(time: unknown): string | null {
  if (time === null || time === undefined) return null;
  return String(time).length === 10 ? `${time} 00:00:00.000` : String(time);
}

const MINUTE = 60_000;
const UNITS = [
  ['day', 24 * 60 * MINUTE],
  ['hour', 60 * MINUTE],
  ['minute', MINUTE],
] as const;

/** `36 hours`, `3 days`: two of the largest unit or more, cut down. */
export function duration(ms: number): string {
  const exact = UNITS.find(([, size]) => ms % size === 0 && ms >= size);
  const [name, size] = exact ?? UNITS.find(([, each]) => ms >= 2 * each) ?? ['minute', MINUTE];
  return ms < MINUTE ? 'less than a minute' : counted(Math.floor(ms / size), name);
}
