/** The warehouse on a laptop: what the lake exports goes into PostgreSQL as it lies in the file. */

import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Warehouse } from '../../../core/ports.ts';
import {
  dropTable,
  identifier,
  prepareBooks,
  publishSteps,
  selectPublished,
} from '../../../core/warehouse/statements.ts';
import type { Exported, Publication, PublishedTable } from '../../../core/warehouse/types.ts';
import type { PublishedBooks } from './books.ts';
import type { Held } from './session.ts';

/** How many tables lie exported before their turn. */
const AHEAD = 4;

/** Publications take turns by it: a number of an advisory lock, beside that of `session.ts`. */
const TURN = 6472;

export class PostgresWarehouse implements Warehouse {
  private readonly open: () => Promise<Held>;
  private readonly books: PublishedBooks;
  private readonly thorough: boolean;
  private held: Promise<Held> | undefined;
  /** What nobody has to wait for before the server stops. */
  private tidied: Promise<void> = Promise.resolve();

  /**
   * @param open holds the server; asked once, and not before it is needed
   * @param thorough whether the bytes of deleted rows leave the files too
   */
  constructor(open: () => Promise<Held>, books: PublishedBooks, thorough = false) {
    this.open = open;
    this.books = books;
    this.thorough = thorough;
  }

  prepare(): void {
    this.client().catch(() => undefined);
  }

  async published(): Promise<ReadonlyMap<string, PublishedTable>> {
    // Who is thorough empties the server's logs in the end, whether or not there is something to publish.
    const known = this.held === undefined && !this.thorough ? await this.books.read() : null;
    return known ?? this.ask();
  }

  async publish(publications: readonly Publication[], drops: readonly string[]): Promise<void> {
    const client = await this.client();
    // On the same connection: a VACUUM that came between would end the transaction.
    await this.tidied;
    await this.books.clear();
    await client.query('BEGIN');
    try {
      // Each sees what the one before it has published: a row that came meanwhile would otherwise outlive its DELETE.
      await client.query(`SELECT pg_advisory_xact_lock(${TURN})`);
      for (const table of drops) await client.query(dropTable(table));
      const exports: Promise<Exported>[] = [];
      for (const [index, publication] of publications.entries()) {
        // The lake writes the next tables while the warehouse reads this one.
        for (const ahead of publications.slice(exports.length, index + 1 + AHEAD)) {
          const exported = ahead.rows();
          exported.catch(() => undefined);
          exports.push(exported);
        }
        await write(client, publication, await (exports[index] as Promise<Exported>));
      }
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
    await this.books.write(await this.ask());
    this.tidied = this.tidied.then(() => tidy(client, publications, this.thorough));
  }

  async close(): Promise<void> {
    await this.tidied;
    const held = await this.held?.catch(() => undefined);
    if (this.thorough && held !== undefined) await emptyLogs(held.client);
    await held?.release();
  }

  private async ask(): Promise<ReadonlyMap<string, PublishedTable>> {
    const { rows } = await (await this.client()).query<PublishedTable & { table_name: string }>(selectPublished());
    return new Map(rows.map(({ table_name, version, definition }) => [table_name, { version, definition }]));
  }

  private async client(): Promise<pg.Client> {
    this.held ??= this.open().then(async (held) => {
      await held.client.query(prepareBooks());
      return held;
    });
    return (await this.held).client;
  }
}

async function write(client: pg.Client, publication: Publication, exported: Exported): Promise<void> {
  try {
    for (const step of publishSteps(publication)) {
      if (step.kind === 'sql') await client.query(step.sql);
      else {
        const file = step.what === 'rows' ? exported.rows : exported.keys;
        if (file === null) continue;
        const columns = step.columns.map(identifier).join(', ');
        const target = client.query(copyFrom(`COPY ${step.target} (${columns}) FROM STDIN WITH (FORMAT csv)`));
        await pipeline(createReadStream(file, { highWaterMark: 1 << 18 }), target);
      }
    }
  } catch (error) {
    throw new Error(`${publication.table.table}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    for (const file of [exported.rows, exported.keys]) if (file !== null) await rm(file, { force: true });
  }
}

/** Space of deleted rows, and the planner's statistics: a server that is up for seconds never gets round to them. */
async function tidy(client: pg.Client, publications: readonly Publication[], thorough: boolean): Promise<void> {
  for (const { table, mode } of publications) {
    const name = `${identifier(table.schema)}.${identifier(table.name)}`;
    const vacuum = thorough ? 'VACUUM (FULL, ANALYZE)' : 'VACUUM (ANALYZE)';
    await client.query(mode.kind === 'create' ? `ANALYZE ${name}` : `${vacuum} ${name}`).catch(() => undefined);
  }
}

/** Old segments of the write-ahead log, and the statistics' samples of deleted rows in the catalog, go; none is kept for reuse. */
async function emptyLogs(client: pg.Client): Promise<void> {
  const statements = [
    'VACUUM (FULL) pg_catalog.pg_statistic',
    'ALTER SYSTEM SET wal_recycle = off',
    'SELECT pg_reload_conf()',
    'SELECT pg_switch_wal()',
    'CHECKPOINT',
    'ALTER SYSTEM RESET wal_recycle',
    'SELECT pg_reload_conf()',
  ];
  for (const statement of statements) await client.query(statement).catch(() => undefined);
}
