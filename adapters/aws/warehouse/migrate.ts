/** Makes the migrations, in order; those that were made already are not made again. */

import { randomUUID } from 'node:crypto';
import { LandfallError } from '../../../core/problems.ts';
import {
  type Migration,
  rememberMigrated,
  selectHasBooks,
  selectMigrated,
} from '../../../core/warehouse/migrations.ts';
import { type Pace, pause } from '../pace.ts';
import type { DataApi } from './data-api.ts';

export interface Migrators {
  readonly administrator: DataApi;
  readonly owner: DataApi;
}

/** Another one made the same meanwhile. */
const MADE = /already exists|duplicate key value|tuple concurrently updated/i;
const TRIES = 5;

/**
 * @param hash of the ordered migrations
 * @returns how many were made: none, where the warehouse has this hash
 * @throws LandfallError with the migration and the statement that failed; that migration is rolled back, those before
 *   it stay, and all may be made again
 */
export async function migrate(
  { administrator, owner }: Migrators,
  migrations: readonly Migration[],
  hash: string,
  pace: Pace = {},
): Promise<number> {
  if ((await migratedHash(administrator, owner)) === hash) return 0;
  for (const migration of migrations) {
    await make(migration.as === 'owner' ? owner : administrator, migration, pace);
  }
  await owner.transaction(
    rememberMigrated(hash).map((sql) => ({ sql, of: 'the books of migrations' })),
    randomUUID(),
  );
  return migrations.length;
}

async function migratedHash(administrator: DataApi, owner: DataApi): Promise<string | null> {
  if ((await administrator.read(selectHasBooks(), 'the books of migrations')).length === 0) return null;
  return (await owner.read(selectMigrated(), 'the books of migrations'))[0]?.[0] ?? null;
}

async function make(api: DataApi, { name, statements }: Migration, pace: Pace): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const due: { sql: string; of: string }[] = [];
    for (const { sql, unless } of statements) {
      if (unless !== undefined && (await api.read(unless, name)).length > 0) continue;
      due.push({ sql, of: `migration "${name}", ${sql.length > 200 ? `${sql.slice(0, 200)}…` : sql}` });
    }
    try {
      return await api.transaction(due, randomUUID());
    } catch (error) {
      const isMade = error instanceof LandfallError && MADE.test(error.message);
      if (!isMade || attempt + 1 >= TRIES) throw error;
      await pause(pace, attempt, `migration "${name}": ${error.message}`);
    }
  }
}
