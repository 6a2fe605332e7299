/** What a load or an erasure leaves in the session when it ends, well or not. */

import type { Database } from '../../duckdb/database.ts';

/** Drops temporary tables, and the view that a merge makes. */
export async function dropTemporary(database: Database, tables: readonly string[]): Promise<void> {
  const drops = tables.map((name) => `DROP TABLE IF EXISTS temp.${name}`);
  // What failed for want of a connection has a failure of its own to tell of.
  await database.run(['DROP VIEW IF EXISTS temp.entering', ...drops].join('; ')).catch(() => undefined);
}
