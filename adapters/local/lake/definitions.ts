/** What the lake is made of, each part with a hash of what made it: a run makes only what has another definition. */

import { createHash } from 'node:crypto';
import { WORDS } from '../../../core/plans/dialect.ts';
import type { Database } from '../../duckdb/database.ts';

const text = WORDS.literal.duckdb;

export class Definitions {
  private readonly database: Database;
  private readonly made: Map<string, string>;

  private constructor(database: Database, made: Map<string, string>) {
    this.database = database;
    this.made = made;
  }

  static async open(database: Database): Promise<Definitions> {
    const rows = await database
      .rows<{ name: string; hash: string }>('SELECT name, hash FROM storage.definitions')
      .catch(() => []);
    if (rows.length === 0) {
      await database.run(`CREATE SCHEMA IF NOT EXISTS storage;
        CREATE TABLE IF NOT EXISTS storage.definitions (name VARCHAR, hash VARCHAR)`);
    }
    return new Definitions(database, new Map(rows.map(({ name, hash }) => [name, hash])));
  }

  /** Makes the part where it isn't there as defined. A kill before its end makes it again. */
  async ensure(name: string, definition: string, make: () => Promise<void>): Promise<void> {
    const hash = createHash('sha256').update(definition).digest('hex');
    if (this.made.get(name) === hash) return;
    await make();
    await this.database.run(`DELETE FROM storage.definitions WHERE name = ${text(name)};
      INSERT INTO storage.definitions VALUES (${text(name)}, ${text(hash)})`);
    this.made.set(name, hash);
  }
}
