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
import { ORDINAL, quoted, shadowOf, storageOf, storedColumns } from './catalog.ts';
import type { Database } from './database.ts';
import { hasRepeats } from './repeats.ts';

export interface MergeInput {
  readonly plan: LoadPlan;
  /** SQL of the sound rows, with `_load_id` and `_row_number`. */
  readonly incoming: string;
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
  if (await isPlainInsert(database, input, empty)) {
    await database.run(`INSERT INTO ${main} ${input.incoming}`);
    await database.run(
      'CREATE OR REPLACE TEMP TABLE written AS SELECT load_id AS _load_id, rows_read - rows_bad - rows_erased AS rows FROM files',
    );
    if (!empty) await track(database, input, `(${input.incoming})`);
    const nothing = await isEmpty(database, 'written WHERE rows > 0');
    return nothing ? 'none' : empty ? 'all' : 'rows';
  }
  if (keyOf(plan).length === 0) await exchange(database, input, main);
  else {
    await resolve(database, input);
    await apply(database, input, main);
  }
  await track(database, input, 'touched_rows');
  return (await isEmpty(database, 'touched_rows')) ? 'none' : empty ? 'all' : 'rows';
}

async function isEmpty(database: Database, from: string): Promise<boolean> {
  return (await database.rows(`SELECT 1 FROM ${from} LIMIT 1`)).length === 0;
}

/** What makes two rows one; none where every row stands. */
function keyOf(plan: LoadPlan): readonly string[] {
  if (plan.load !== 'append') return plan.key;
  return plan.overlap === 'none' ? [] : [...plan.identity, ORDINAL];
}

/** SQL: the rows of two tables have the same key. A key of a merge is never null, an identity may be. */
function sameKey(plan: LoadPlan, one: string, other: string): string {
  const equals = plan.load === 'append' ? 'IS NOT DISTINCT FROM' : '=';
  return keyOf(plan)
    .map((name) => `${one}.${quoted(name)} ${equals} ${other}.${quoted(name)}`)
    .join(' AND ');
}

/** No key twice: neither among the new rows nor with what is there, and nothing to take away. */
async function isPlainInsert(database: Database, input: MergeInput, empty: boolean): Promise<boolean> {
  const { plan, gone, incoming } = input;
  if (gone !== NONE) return false;
  if (keyOf(plan).length === 0) return true;
  if (plan.load === 'append') return false;
  if (await hasRepeats(database, plan, incoming)) return false;
  if (empty) return true;
  const meets = (table: string) => `${table} AS old SEMI JOIN (${incoming}) AS new ON ${sameKey(plan, 'old', 'new')}`;
  return (await isEmpty(database, meets(storageOf(plan)))) && (await isEmpty(database, meets(shadowOf(plan))));
}

/** Where no row is another's double: the old versions' rows go, the new ones' come. */
async function exchange(database: Database, { plan, incoming, gone }: MergeInput, main: string): Promise<void> {
  await database.run(
    `CREATE OR REPLACE TEMP TABLE touched_rows AS SELECT * FROM ${main} WHERE ${gone} UNION ALL ${incoming}`,
  );
  await database.run(`DELETE FROM ${main} WHERE ${gone}`);
  await database.run(`INSERT INTO ${main} SELECT ${storedColumns(plan)} FROM (${incoming})`);
  await database.run(
    'CREATE OR REPLACE TEMP TABLE written AS SELECT load_id AS _load_id, rows_read - rows_bad - rows_erased AS rows FROM files',
  );
}

/** The new rows, with what storage has beyond the contract's columns. */
async function createFresh(database: Database, { plan, incoming }: MergeInput): Promise<void> {
  if (plan.load !== 'append') {
    await database.run(`CREATE OR REPLACE TEMP TABLE fresh AS ${incoming}`);
    return;
  }
  const identity = plan.identity.map(quoted).join(', ');
  await database.run(`CREATE OR REPLACE TEMP TABLE fresh AS
    SELECT *, CAST(row_number() OVER (PARTITION BY _load_id, ${identity} ORDER BY _row_number) AS INTEGER) AS ${ORDINAL}
    FROM (${incoming})`);
}

async function resolve(database: Database, input: MergeInput): Promise<void> {
  const { plan, gone } = input;
  const key = keyOf(plan).map(quoted).join(', ');
  const [main, shadow] = [storageOf(plan), shadowOf(plan)];
  const meets = (table: string) =>
    `(SELECT ${key} FROM fresh SEMI JOIN ${table} AS old ON ${sameKey(plan, 'fresh', 'old')})`;
  await createFresh(database, input);
  await database.run(`CREATE OR REPLACE TEMP TABLE touched AS
    SELECT ${key} FROM (
      SELECT ${key} FROM fresh GROUP BY ${key} HAVING count(*) > 1
      UNION ALL ${meets(main)}
      UNION ALL ${meets(shadow)}
      UNION ALL SELECT ${key} FROM ${main} WHERE ${gone}
      UNION ALL SELECT ${key} FROM ${shadow} WHERE ${gone}
    ) GROUP BY ${key}`);
  const columns = storedColumns(plan);
  const order = `PARTITION BY ${key} ORDER BY arrived_at, source_file, _row_number`;
  const touched = (table: string) => `${table} AS old SEMI JOIN touched ON ${sameKey(plan, 'old', 'touched')}`;
  await database.run(`CREATE OR REPLACE TEMP TABLE ranked AS
    WITH arrivals AS (
      SELECT load_id, arrived_at, source_file FROM files UNION ALL SELECT load_id, arrived_at, source_file FROM ops.loads
    ), candidates AS (
      SELECT ${columns}, 'fresh' AS origin FROM ${touched('fresh')}
      UNION ALL SELECT ${columns}, 'main' FROM ${touched(main)} WHERE NOT (${gone})
      UNION ALL SELECT ${columns}, 'shadow' FROM ${touched(shadow)} WHERE NOT (${gone})
    ), placed AS (
      SELECT candidates.*, arrived_at, source_file FROM candidates JOIN arrivals ON arrivals.load_id = candidates._load_id
    ) ${plan.load === 'append' ? firstWins(order) : lastWins(plan, order, key)}`);
}

function firstWins(order: string): string {
  return `SELECT *, row_number() OVER (${order}) = 1 AS wins FROM placed`;
}

function lastWins(plan: LoadPlan, order: string, key: string): string {
  const others = plan.columns.map(({ name }) => name).filter((name) => !plan.key.includes(name));
  const value =
    others.length === 0
      ? 'true'
      : `struct_pack(${others.map((name) => `${quoted(name)} := ${quoted(name)}`).join(', ')})`;
  return `, compared AS (
      SELECT *, row_number() OVER (${order}) = 1 OR lag(${value}) OVER (${order}) IS DISTINCT FROM ${value} AS starts FROM placed
    ), runs AS (
      SELECT *, sum(CASE WHEN starts THEN 1 ELSE 0 END) OVER (${order} ROWS UNBOUNDED PRECEDING) AS run FROM compared
    )
    SELECT *, starts AND run = max(run) OVER (PARTITION BY ${key}) AS wins FROM runs`;
}

/** Writes only what differs; `touched_rows` are the rows that left or entered the clean table. */
async function apply(database: Database, { plan, gone }: MergeInput, main: string): Promise<void> {
  const shadow = shadowOf(plan);
  const columns = storedColumns(plan);
  const stays = `SELECT _load_id, _row_number FROM ranked WHERE wins AND origin = 'main'`;
  const isTouched = (table: string) => sameKey(plan, table, 'touched');
  await database.run(`CREATE OR REPLACE TEMP TABLE leaving AS
    SELECT ${columns} FROM (SELECT ${columns} FROM ${main} AS old SEMI JOIN touched ON ${isTouched('old')})
    ANTI JOIN (${stays}) USING (_load_id, _row_number)`);
  await database.run(`CREATE OR REPLACE TEMP TABLE entering AS
    SELECT ${columns} FROM ranked WHERE wins AND origin <> 'main'
    UNION ALL (SELECT ${columns} FROM fresh ANTI JOIN touched ON ${isTouched('fresh')})`);
  await database.run(
    `DELETE FROM ${main} USING leaving WHERE ${main}._load_id = leaving._load_id AND ${main}._row_number = leaving._row_number`,
  );
  await database.run(`DELETE FROM ${shadow} USING touched WHERE ${isTouched(shadow)}`);
  if (gone !== NONE) await database.run(`DELETE FROM ${shadow} WHERE ${gone}`);
  await database.run(`INSERT INTO ${main} SELECT ${columns} FROM entering ORDER BY _load_id, _row_number`);
  await database.run(`INSERT INTO ${shadow} SELECT ${columns} FROM ranked WHERE NOT wins`);
  await database.run(
    `CREATE OR REPLACE TEMP TABLE touched_rows AS SELECT * FROM leaving UNION ALL SELECT * FROM entering`,
  );
  await database.run(
    `CREATE OR REPLACE TEMP TABLE written AS SELECT _load_id, count(*) AS rows FROM entering GROUP BY _load_id`,
  );
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
