/**
 * The key that columns are protected under, from the environment. It never becomes part of a statement, a message or a
 * file: what leaves this file is the key's id, hashes under the key, and what `lend` binds.
 */

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { DuckDBBlobValue } from '@duckdb/node-api';
import { PROTECT_KEY } from '../../core/plans/planned-column.ts';
import type { Protection } from '../../core/ports.ts';
import { LandfallError } from '../../core/problems.ts';
import type { Database } from './database.ts';

const NAME = 'LANDFALL_PROTECT_KEY';
/** Of characters. What a person makes up in fewer can be tried out. */
const SHORTEST = 32;
/** SHA-256 works on blocks of so many bytes. */
const BLOCK = 64;

/** Where the key is kept, in the words of errors. */
export interface KeyPlace {
  readonly name: string;
  readonly expected: string;
  readonly hint: string;
}

const ENVIRONMENT: KeyPlace = {
  name: NAME,
  expected: `${NAME} in the environment`,
  hint: `openssl rand -hex 32 makes one; keep it where ${NAME} is set from, and nowhere near the state folder`,
};

export class ProtectKey implements Protection {
  private readonly environment: NodeJS.ProcessEnv;
  private readonly place: KeyPlace;

  constructor(environment: NodeJS.ProcessEnv = process.env, place: KeyPlace = ENVIRONMENT) {
    this.environment = environment;
    this.place = place;
  }

  /** Of a key that was fetched from elsewhere; empty where there is none. */
  static of(key: string, place: KeyPlace): ProtectKey {
    return new ProtectKey({ [NAME]: key }, place);
  }

  keyId(): string {
    return this.hmac('landfall-key-id').slice(0, 16);
  }

  hmac(text: string): string {
    return createHmac('sha256', this.checked()).update(text).digest('hex');
  }

  /** Runs `work` while the session can take hashes under the key. */
  async lend<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
    return lendKey(database, PROTECT_KEY, this.checked(), work);
  }

  private checked(): string {
    const key = this.environment[NAME];
    const { name, expected, hint } = this.place;
    if (key === undefined || key === '') {
      const message = `a column is protected by hmac, and there is no key: expected ${expected}`;
      throw new LandfallError({ code: 'no-protect-key', message, hint });
    }
    if (key.length < SHORTEST) {
      const message = `${name} has ${key.length} characters, expected at least ${SHORTEST}`;
      throw new LandfallError({ code: 'short-protect-key', message, hint });
    }
    return key;
  }
}

/** @param name letters and digits, as `WORDS.hmac` takes it */
export async function lendKey<Result>(
  database: Database,
  name: string,
  key: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const bytes = Buffer.from(key);
  const block = Buffer.alloc(BLOCK);
  (bytes.length > BLOCK ? createHash('sha256').update(bytes).digest() : bytes).copy(block);
  const share = randomBytes(BLOCK);
  const blocks = [
    ['inner', 0x36],
    ['outer', 0x5c],
  ] as const;
  await database.run('CREATE TEMP TABLE IF NOT EXISTS landfall_shares (name VARCHAR, share BLOB)');
  try {
    await database.run('INSERT INTO temp.landfall_shares VALUES ($1, $2)', [name, new DuckDBBlobValue(share)]);
    for (const [which, pad] of blocks) {
      const other = block.map((byte, index) => byte ^ pad ^ (share[index] ?? 0));
      await database.run(`SET VARIABLE landfall_${which}_${name} = $1`, [new DuckDBBlobValue(other)]);
    }
    return await work();
  } finally {
    for (const [which] of blocks) await database.run(`RESET VARIABLE landfall_${which}_${name}`).catch(() => undefined);
    await database.run('DELETE FROM temp.landfall_shares WHERE name = $1', [name]).catch(() => undefined);
  }
}
