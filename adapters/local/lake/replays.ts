/** Which rows of quarantine were replayed: told by the replay files themselves, so that a fresh load tells the same. */

import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { Database } from '../../duckdb/database.ts';
import { text } from '../../duckdb/names.ts';

export async function keepOrigins(database: Database): Promise<void> {
  await database.run('INSERT INTO storage.replays SELECT * FROM origins');
}

/**
 * Rows in quarantine whose replay stands in a current load are replayed, the others are open. A row is that of one version
 * of its file: what was replayed of an older version says nothing of the newest.
 */
export async function settleReplayed(database: Database, plan: LoadPlan): Promise<void> {
  const mine = (table: string) =>
    `${table}.dataset = ${text(plan.dataset)} AND ${table}.table_name = ${text(plan.table)}`;
  const any = await database.rows(`SELECT 1 FROM storage.replays JOIN storage.ledger USING (load_id)
    WHERE ${mine('ledger')} LIMIT 1`);
  if (any.length === 0) return;
  await database.run(`UPDATE ops.quarantine SET status = 'open' WHERE status = 'replayed' AND ${mine('quarantine')}`);
  await database.run(`UPDATE ops.quarantine SET status = 'replayed' FROM (
      SELECT DISTINCT replays.source_file, source_row, replays.content_hash FROM storage.replays
      JOIN storage.ledger ON ledger.load_id = replays.load_id AND is_current WHERE ${mine('ledger')}
    ) AS origin JOIN ops.loads ON loads.source_file = origin.source_file AND loads.content_hash = origin.content_hash
    WHERE quarantine.load_id = loads.load_id AND quarantine.row_number = origin.source_row
      AND quarantine.status = 'open' AND ${mine('quarantine')}`);
}
