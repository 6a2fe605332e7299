/**
 * The table becomes the version that arrived last. The rows of every other file's newest version are kept in the shadow:
 * where the last one is corrected to an older one, or moves away, the one before it is the table again.
 *
 * A replay file is no version: its rows belong to the version that they were mended of, and stand where that stands.
 */

import { replayPrefix } from '../../../core/contracts/replay.ts';
import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { Database } from '../../duckdb/database.ts';
import { text } from '../../duckdb/names.ts';
import { into, shadowOf, storageOf, storedColumns } from './catalog.ts';
import { merge, NONE } from './merge.ts';

/**
 * @param rows SQL of the new files' sound rows; null where files only leave the table
 * @param gone SQL of the rows that go, whatever comes
 */
export async function replace(
  database: Database,
  plan: LoadPlan,
  rows: string | null,
  gone: string,
): Promise<'none' | 'all'> {
  const [main, shadow, columns] = [storageOf(plan), shadowOf(plan), storedColumns(plan)];
  const winner = await lastToArrive(database, plan, rows !== null);
  const before = await lastToArrive(database, plan, false);
  await database.run('CREATE OR REPLACE TEMP TABLE written AS SELECT load_id AS _load_id, 0 AS rows FROM files');
  if (winner === before && gone === NONE && !(await anyReplay(database, plan))) {
    if (rows !== null) await database.run(`INSERT INTO ${into(shadow, plan)} SELECT ${columns} FROM (${rows})`);
    return 'none';
  }
  await database.run(`CREATE OR REPLACE TEMP TABLE versions AS
    ${rows === null ? '' : `SELECT ${columns} FROM (${rows}) UNION ALL`}
    SELECT ${columns} FROM ${main} WHERE NOT (${gone})
    UNION ALL SELECT ${columns} FROM ${shadow} WHERE NOT (${gone})`);
  await database.run(`DELETE FROM ${main}; DELETE FROM ${shadow}`);
  await createReplayed(database, plan, winner ?? -1, rows !== null);
  const isWinner = `(_load_id = ${winner ?? -1} OR (_load_id, _row_number) IN (SELECT (load_id, row_number) FROM replayed))`;
  await merge(database, {
    plan,
    incoming: `SELECT ${columns} FROM versions WHERE ${isWinner} ORDER BY _row_number`,
    gone: NONE,
    trackBy: [],
  });
  await database.run(`INSERT INTO ${into(shadow, plan)} SELECT ${columns} FROM versions WHERE NOT (${isWinner})`);
  await database.run(`CREATE OR REPLACE TEMP TABLE written AS SELECT _load_id, count(*) AS rows FROM ${main}
    WHERE _load_id IN (SELECT load_id FROM files) GROUP BY _load_id`);
  return 'all';
}

const isReplay = (plan: LoadPlan) => `starts_with(source_file, ${text(replayPrefix(plan.dataset))})`;

async function anyReplay(database: Database, plan: LoadPlan): Promise<boolean> {
  return (await database.rows(`SELECT 1 FROM files WHERE ${isReplay(plan)} LIMIT 1`)).length > 0;
}

/** SQL of the current loads, with this batch's files or without: load_id, arrived_at, source_file, content_hash. */
function currentLoads(plan: LoadPlan, withNew: boolean): string {
  return `SELECT loads.load_id, arrived_at, loads.source_file, loads.content_hash FROM ops.loads
      JOIN storage.ledger ON ledger.load_id = loads.load_id AND ledger.is_current
      WHERE loads.dataset = ${text(plan.dataset)} AND loads.table_name = ${text(plan.table)} AND status = 'loaded'
      ${withNew ? 'UNION ALL SELECT load_id, arrived_at, source_file, content_hash FROM files' : ''}`;
}

/** `replayed` (load_id, row_number): the rows mended of this version, and those mended of them where they failed again. */
async function createReplayed(database: Database, plan: LoadPlan, winner: number, withNew: boolean): Promise<void> {
  await database.run(`CREATE OR REPLACE TEMP TABLE replayed AS
    WITH RECURSIVE current AS (${currentLoads(plan, withNew)}), mended AS (
      SELECT replays.load_id, replays.row_number, current.source_file, current.content_hash
      FROM current AS winner
      JOIN storage.replays ON replays.source_file = winner.source_file AND replays.content_hash = winner.content_hash
      JOIN current ON current.load_id = replays.load_id WHERE winner.load_id = ${winner}
      UNION
      SELECT replays.load_id, replays.row_number, current.source_file, current.content_hash
      FROM mended JOIN storage.replays ON replays.source_file = mended.source_file
        AND replays.content_hash = mended.content_hash AND replays.source_row = mended.row_number
      JOIN current ON current.load_id = replays.load_id
    ) SELECT load_id, row_number FROM mended`);
}

/** The load of the version that arrived last, with this batch's files or without; null where there is none. */
async function lastToArrive(database: Database, plan: LoadPlan, withNew: boolean): Promise<number | null> {
  const [found] = await database.rows<{ load_id: string }>(`
    SELECT load_id FROM (${currentLoads(plan, withNew)}) WHERE NOT ${isReplay(plan)}
    ORDER BY arrived_at DESC, source_file DESC, load_id DESC LIMIT 1`);
  return found === undefined ? null : Number(found.load_id);
}
