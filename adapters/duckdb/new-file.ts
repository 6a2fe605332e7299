/** A new database file. */

import { existsSync } from 'node:fs';
import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Makes the file where there is none, whole from the moment in which it has its name. The engine itself makes an empty
 * file, locks it and fills it: another process that opens it in between finds no database, or empties it once more; and
 * one that is killed there leaves none.
 *
 * @param scratch a folder of this process alone, on the file's disk
 */
export async function makeFile(file: string, scratch: string): Promise<void> {
  if (existsSync(file)) return;
  const draft = join(scratch, 'new.duckdb');
  await rm(draft, { force: true });
  const instance = await DuckDBInstance.create(draft);
  instance.closeSync();
  try {
    await link(draft, file);
  } catch {
    // Another process was faster; or there are no links on this disk, and the engine makes the file in its own way.
  } finally {
    await rm(draft, { force: true });
  }
}
