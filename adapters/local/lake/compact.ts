/**
 * A lake without what was deleted from it. The engine marks blocks as free and keeps their bytes until it needs the room,
 * so only a new file is rid of them.
 */

import { rename, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../duckdb/database.ts';
import { quoted, text } from '../../duckdb/names.ts';

/** A process that opened the old file just before it went has given up on its lock by then, and opens the new one. */
const GRACE = 200;

/**
 * Copies all that there is into a new file and puts that in the old one's place. The database must be closed next: it has
 * the old file open, which no name leads to any more.
 */
export async function compact(database: Database, file: string): Promise<void> {
  const draft = `${file}.new`;
  for (const old of [draft, `${draft}.wal`]) await rm(old, { force: true });
  const [current] = await database.rows<{ name: string }>('SELECT current_database() AS name');
  await database.run('CHECKPOINT');
  await database.run(`ATTACH ${text(draft)} AS fresh`);
  try {
    await database.run(`COPY FROM DATABASE ${quoted(current?.name ?? '')} TO fresh`);
    await database.run('CHECKPOINT fresh');
  } finally {
    await database.run('DETACH fresh');
  }
  await rename(draft, file);
  await sleep(GRACE);
}
