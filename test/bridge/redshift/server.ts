/** The warehouse's PostgreSQL: started when the first statement comes, a session of its own for each. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { OWNER } from '../../../adapters/local/warehouse/bootstrap.ts';
import { DATABASE } from '../../../adapters/local/warehouse/data.ts';
import { HOST } from '../../../adapters/local/warehouse/server.ts';
import { hold } from '../../../adapters/local/warehouse/session.ts';

/** Of whoever comes by PostgreSQL's own protocol, as BI tools do. */
export interface Door {
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

interface Running {
  readonly pool: pg.Pool;
  readonly port: number;
  stop(): Promise<void>;
}

/** How many statements are at work at a time; others wait. */
const AT_ONCE = 20;

export class WarehouseServer {
  #running: Promise<Running> | undefined;

  /**
   * What runs one submission; `release` ends the session, for nothing of it must be there for the next.
   *
   * @param secretArn of whom the session is: its name ends in a user's, as the stacks name secrets; without one, or of
   *   another, it is the administrator's
   */
  async session(secretArn: string | undefined): Promise<pg.PoolClient> {
    const client = await (await this.#start()).pool.connect();
    const user = /secret:landfall\/warehouse\/(\w+)-\w{6}$/.exec(secretArn ?? '')?.[1];
    if (user !== undefined) await client.query(`SET SESSION AUTHORIZATION "${user}"`);
    return client;
  }

  /**
   * Lets a user in by a password, which PostgreSQL can't take from a digest as Redshift does.
   *
   * @returns where it listens
   */
  async admit(user: string, password: string): Promise<Door> {
    const { pool, port } = await this.#start();
    const role = pg.escapeIdentifier(user);
    await pool.query(`ALTER ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
    // Redshift asks no right of whoever connects, so the stacks give none.
    await pool.query(`GRANT CONNECT ON DATABASE ${pg.escapeIdentifier(DATABASE)} TO ${role}`);
    return { host: HOST, port, database: DATABASE };
  }

  /** For a session's process that is at work. */
  async cancel(pid: number): Promise<void> {
    await (await this.#start()).pool.query('SELECT pg_cancel_backend($1)', [pid]);
  }

  async close(): Promise<void> {
    await (await this.#running)?.stop();
  }

  #start(): Promise<Running> {
    this.#running ??= start();
    return this.#running;
  }
}

/** Nobody has set it up, as a laptop's warehouse is; and what of Redshift's own our statements ask. */
const REDSHIFT = `
  DROP SCHEMA IF EXISTS landfall CASCADE; DROP OWNED BY bi_reader; DROP ROLE bi_reader;
  CREATE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql AS 'SELECT clock_timestamp()::timestamp';
  CREATE VIEW public.svv_roles AS SELECT rolname AS role_name FROM pg_roles`;

async function start(): Promise<Running> {
  const state = await mkdtemp(join(tmpdir(), 'landfall-redshift-'));
  const held = await hold(state, { name: 'bridge' });
  await held.client.query(REDSHIFT);
  const pool = new pg.Pool({
    host: HOST,
    port: held.port,
    database: DATABASE,
    user: OWNER,
    password: held.data.credentials.owner,
    application_name: 'landfall bridge',
    max: AT_ONCE,
    maxUses: 1,
  });
  pool.on('error', () => undefined);
  return {
    pool,
    port: held.port,
    async stop() {
      await pool.end();
      await held.release();
      await rm(state, { recursive: true, force: true });
    },
  };
}
