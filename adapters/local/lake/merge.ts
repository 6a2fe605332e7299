/**
 * Sound rows become the clean table's rows, whatever was processed first:
 * - `merge`: of the rows that share a key, the last by (arrival, file, row number) gives the values; the lineage is that
 *   of the first row of the unbroken run of equal values before it, so that the same row dropped again changes nothing.
 * - `append`: rows are one where their identity and their ordinal among equal rows of their file are; the first by
 *   (arrival, file, row number) stands. So the table has as many equal rows as the file that has most of them.
 *
 * The others are kept in the table's shadow and come back when the row that overrode them goes.
 */

import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { Database } from '../../duckdb/database.ts';
import { quoted } from '../../duckdb/names.ts';
import { IDENTITY, into, shadowOf, storageOf, storedColumns } from './catalog.ts';
import { hasRepeats, stagedKeys } from './repeats.ts';

export interface MergeInput {
  readonly plan: LoadPlan;
  /** SQL of the sound rows, with `_load_id` and `_row_number`. */
  readonly incoming: string;
  /** All of them are in `staged`. */
  readonly fromStaged?: boolean;
  /** SQL over `_load_id` and `_row_number`: rows that go, whatever comes. */
  readonly gone: string;
  /** Column sets by which models refresh. */
  readonly trackBy: readonly (readonly string[])[];
}

/** No row goes. */
export const NONE = 'false';

/** The rows of these loads. */
export function rowsOf(loads: readonly number[]): string {
  return loads.length === 0 ? NONE : `_load_id IN (${loads.join(', ')})`;
}

/** SQL of incoming rows where none come. */
export function noRows(plan: LoadPlan): string {
  const columns = plan.columns.map(({ name }) => quoted(name)).join(', ');
  return `SELECT ${columns}, _load_id, _row_number FROM ${storageOf(plan)} WHERE false`;
}

/** Makes `written` (_load_id, rows: rows that stand in the table) and one `changed_<n>` a tracked column set. */
export async function merge(database: Database, input: MergeInput): Promise<'none' | 'rows' | 'all'> {
  const { plan } = input;
  const main = storageOf(plan);
  const empty = await isEmpty(database, main);
  const fresh = withIdentity(input);
  if (await isPlainInsert(database, input, empty)) {
    await database.run(`INSERT INTO ${main} BY NAME ${fresh}`);
    await database.run(
      'CREATE OR REPLACE TEMP TABLE written AS SELECT load_id AS _load_id, rows_read - rows_bad - rows_erased AS rows FROM files',
    );
    if (!empty) await track(database, input, `(${input.incoming})`);
    const nothing = await isEmpty(database, 'written WHERE rows > 0');
    return nothing ? 'none' : empty ? 'all' : 'rows';
  }
  await database.run(`CREATE OR REPLACE TEMP TABLE fresh AS ${fresh}`);
  if (keyOf(plan).length === 0) await exchange(database, input, main);
  else {
    await resolve(database, input);
    await apply(database, input, main);
  }
  await database.run(`CREATE OR REPLACE TEMP TABLE written AS SELECT _load_id, count(*) AS rows FROM ${main}
    WHERE _load_id IN (SELECT load_id FROM files) GROUP BY _load_id`);
  await track(database, input, '(SELECT * FROM leaving UNION ALL SELECT * FROM entering)');
  const unchanged = (await isEmpty(database, 'leaving')) && (await isEmpty(database, 'entering'));
  return unchanged ? 'none' : empty ? 'all' : 'rows';
}

async function isEmpty(database: Database, from: string): Promise<boolean> {
  return (await database.rows(`SELECT 1 FROM ${from} LIMIT 1`)).length === 0;
}

const hasIdentity = ({ load, overlap }: LoadPlan) => load === 'append' && overlap === 'ordinal';

/**
 * By what rows are looked for that may be one; none where every row stands. Of an append it is the identity's hash: a
 * number instead of several columns with text among them. Rows that share it by chance are looked at and left alone.
 */
function keyOf(plan: LoadPlan): readonly string[] {
  if (plan.load !== 'append') return plan.key;
  return hasIdentity(plan) ? [IDENTITY] : [];
}

/** SQL: the rows of two tables have the same key, which is never null. */
function sameKey(plan: LoadPlan, one: string, other: string): string {
  return keyOf(plan)
    .map((name) => `${one}.${quoted(name)} = ${other}.${quoted(name)}`)
    .join(' AND ');
}

/** SQL of the new rows, with what storage has beyond the contract's columns. */
function withIdentity({ plan, incoming }: MergeInput): string {
  if (!hasIdentity(plan)) return incoming;
  return `SELECT *, hash(${plan.identity.map(quoted).join(', ')}) AS ${IDENTITY} FROM (${incoming})`;
}

/** No row may be another's double: neither among the new ones nor with what is there; and there is nothing to take away. */
async function isPlainInsert(database: Database, input: MergeInput, empty: boolean): Promise<boolean> {
  const { plan, gone, incoming, fromStaged = false } = input;
  if (gone !== NONE) return false;
  if (keyOf(plan).length === 0) return true;
  // Within one file equal events are as many as they are.
  if (hasIdentity(plan)) return empty && (await isEmpty(database, '(SELECT 1 FROM files OFFSET 1)'));
  const staged = fromStaged ? await stagedKeys(database, plan) : null;
  if (await hasRepeats(database, plan, staged ?? { rows: incoming, bounds: incoming, standIns: [] })) return false;
  if (empty) return true;
  const meets = (table: string) => `${table} AS old SEMI JOIN (${incoming}) AS new ON ${sameKey(plan, 'old', 'new')}`;
  return (await isEmpty(database, meets(storageOf(plan)))) && (await isEmpty(database, meets(shadowOf(plan))));
}

/** Where no row is another's double: the old versions' rows go, the new ones' come. */
async function exchange(database: Database, { plan, gone }: MergeInput, main: string): Promise<void> {
  await database.run(
    `CREATE OR REPLACE TEMP TABLE leaving AS SELECT ${storedColumns(plan)} FROM ${main} WHERE ${gone}`,
  );
  await database.run(`CREATE OR REPLACE TEMP VIEW entering AS SELECT ${storedColumns(plan)} FROM fresh`);
  await database.run(`DELETE FROM ${main} WHERE ${gone}`);
  await database.run(`INSERT INTO ${into(main, plan)} SELECT ${storedColumns(plan)} FROM fresh`);
}

/** Makes `touched`, the keys that more than one row may have or that lose one, and `ranked`, all rows of those keys. */
async function resolve(database: Database, { plan, gone }: MergeInput): Promise<void> {
  const key = keyOf(plan).map(quoted).join(', ');
  const [main, shadow] = [storageOf(plan), shadowOf(plan)];
  const meets = (table: string) =>
    `(SELECT ${key} FROM fresh SEMI JOIN ${table} AS old ON ${sameKey(plan, 'fresh', 'old')})`;
  const repeated = hasIdentity(plan) ? 'min(_load_id) < max(_load_id)' : 'count(*) > 1';
  await database.run(`CREATE OR REPLACE TEMP TABLE touched AS
    SELECT ${key} FROM (
      SELECT ${key} FROM fresh GROUP BY ${key} HAVING ${repeated}
      UNION ALL ${meets(main)}
      UNION ALL ${meets(shadow)}
      UNION ALL SELECT ${key} FROM ${main} WHERE ${gone}
      UNION ALL SELECT ${key} FROM ${shadow} WHERE ${gone}
    ) GROUP BY ${key}`);
  const columns = storedColumns(plan);
  const touched = (table: string) => `${table} AS old SEMI JOIN touched ON ${sameKey(plan, 'old', 'touched')}`;
  await database.run(`CREATE OR REPLACE TEMP TABLE ranked AS
    WITH arrivals AS (
      SELECT load_id AS _load_id, arrived_at AS _arrived_at, source_file AS _arrived_from FROM files
      UNION ALL SELECT load_id, arrived_at, source_file FROM ops.loads
    ), candidates AS (
      SELECT ${columns}, 'fresh' AS _origin FROM ${touched('fresh')}
      UNION ALL SELECT ${columns}, 'main' FROM ${touched(main)} WHERE NOT (${gone})
      UNION ALL SELECT ${columns}, 'shadow' FROM ${touched(shadow)} WHERE NOT (${gone})
    ), placed AS (
      SELECT * FROM candidates JOIN arrivals USING (_load_id)
    ) ${hasIdentity(plan) ? firstWins(plan) : lastWins(plan)}`);
}

const ARRIVAL = 'ORDER BY _arrived_at, _arrived_from, _row_number';

/** Every sound row of a file is in the table or its shadow, so ordinals can be told whenever they are asked for. */
function firstWins(plan: LoadPlan): string {
  const identity = plan.identity.map(quoted).join(', ');
  return `, counted AS (
      SELECT *, row_number() OVER (PARTITION BY _load_id, ${identity} ORDER BY _row_number) AS _ordinal FROM placed
    )
    SELECT *, row_number() OVER (PARTITION BY ${identity}, _ordinal ${ARRIVAL}) = 1 AS _wins FROM counted`;
}

function lastWins(plan: LoadPlan): string {
  const key = plan.key.map(quoted).join(', ');
  const order = `PARTITION BY ${key} ${ARRIVAL}`;
  const others = plan.columns.map(({ name }) => name).filter((name) => !plan.key.includes(name));
  const value =
    others.length === 0
      ? 'true'
      : `struct_pack(${others.map((name) => `${quoted(name)} := ${quoted(name)}`).join(', ')})`;
  return `, compared AS (
      SELECT *, row_number() OVER (${order}) = 1 OR lag(${value}) OVER (${order}) IS DISTINCT FROM ${value} AS _starts FROM placed
    ), runs AS (
      SELECT *, sum(CASE WHEN _starts THEN 1 ELSE 0 END) OVER (${order} ROWS UNBOUNDED PRECEDING) AS _run FROM compared
    )
    SELECT *, _starts AND _run = max(_run) OVER (PARTITION BY ${key}) AS _wins FROM runs`;
}

/** Writes only what differs: the rows of `leaving` and `entering`. */
async function apply(database: Database, { plan, gone }: MergeInput, main: string): Promise<void> {
  const shadow = shadowOf(plan);
  const columns = storedColumns(plan);
  const stays = `SELECT _load_id, _row_number FROM ranked WHERE _wins AND _origin = 'main'`;
  const isTouched = (table: string) => sameKey(plan, table, 'touched');
  await database.run(`CREATE OR REPLACE TEMP TABLE leaving AS
    SELECT ${columns} FROM (SELECT ${columns} FROM ${main} AS old SEMI JOIN touched ON ${isTouched('old')})
    ANTI JOIN (${stays}) USING (_load_id, _row_number)`);
  await database.run(`CREATE OR REPLACE TEMP VIEW entering AS
    SELECT ${columns} FROM fresh ANTI JOIN touched ON ${isTouched('fresh')}
    UNION ALL (SELECT ${columns} FROM ranked WHERE _wins AND _origin <> 'main')`);
  await database.run(
    `DELETE FROM ${main} USING leaving WHERE ${main}._load_id = leaving._load_id AND ${main}._row_number = leaving._row_number`,
  );
  await database.run(`DELETE FROM ${shadow} USING touched WHERE ${isTouched(shadow)}`);
  if (gone !== NONE) await database.run(`DELETE FROM ${shadow} WHERE ${gone}`);
  await database.run(`INSERT INTO ${into(main, plan)} SELECT ${columns} FROM entering`);
  await database.run(`INSERT INTO ${into(shadow, plan)} SELECT ${columns} FROM ranked WHERE NOT _wins`);
}

export const changedName = (plan: LoadPlan, by: readonly string[]) =>
  quoted(`changed ${plan.schema}.${plan.table} by ${by.join(',')}`);

async function track(database: Database, { plan, trackBy }: MergeInput, rows: string): Promise<void> {
  for (const by of trackBy) {
    const columns = by.map(quoted).join(', ');
    await database.run(
      `CREATE OR REPLACE TEMP TABLE ${changedName(plan, by)} AS SELECT DISTINCT ${columns} FROM ${rows}`,
    );
  }
}
