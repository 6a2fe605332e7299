import type { DuckDBConnection } from '@duckdb/node-api';
import { checkIncremental, type IncrementalResult } from '../../../core/models/incremental.ts';
import { formatProblem } from '../../../core/problems.ts';
import { openEngine, parse } from './references-ast.ts';

/** `engagement` and `visits` have the column `time`; `districts` and `products` don't. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  'lp.engagement': ['district_id', 'time', 'lp_id', 'pct_access'],
  'lp.visits': ['district_id', 'time', 'minutes'],
  'lp.districts': ['district_id', 'state'],
  'lp.products': ['lp_id', 'sectors'],
};

const VIEWS: Readonly<Record<string, string>> = {
  'lp.known': 'SELECT e.district_id, e.time, e.lp_id FROM lp.engagement e JOIN lp.products p ON p.lp_id = e.lp_id',
  'lp.through': 'SELECT district_id AS district, lp_id FROM lp.known',
  'lp.totals': 'SELECT lp_id, count(*) AS n\nFROM lp.engagement\nGROUP BY lp_id',
  'lp.today': 'SELECT district_id, now() AS t FROM lp.engagement',
  'lp.sectors': "SELECT lp_id, part FROM lp.products CROSS JOIN UNNEST(split(sectors, '; ')) AS s(part)",
  'lp.self': 'SELECT district_id FROM lp.self',
};

export type Check = (sql: string, by?: readonly string[]) => Promise<IncrementalResult>;

/** Checks models of the file `queries/lp/m.sql`, by `time` unless told otherwise. */
export async function openCheck(): Promise<Check> {
  const engine = await openEngine();
  const views = new Map<string, unknown>();
  for (const [name, definition] of Object.entries(VIEWS)) views.set(name, await parse(engine, definition));
  return (sql, by = ['time']) => check(engine, views, sql, by);
}

async function check(
  engine: DuckDBConnection,
  views: ReadonlyMap<string, unknown>,
  sql: string,
  by: readonly string[],
): Promise<IncrementalResult> {
  const catalog = { columnsOf: (table: string) => COLUMNS[table] ?? [], viewOf: (table: string) => views.get(table) };
  return checkIncremental({ sql, sqlFile: 'queries/lp/m.sql', by }, await parse(engine, sql), catalog);
}

/** The problems as a person reads them. */
export function messages(result: IncrementalResult): string {
  return result.legal ? 'legal' : result.problems.map(formatProblem).join('\n');
}
