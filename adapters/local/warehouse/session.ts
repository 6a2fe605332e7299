/**
 * Holding the warehouse: whoever needs it joins the server that is up or starts one; the last to leave stops it.
 *
 * Holders share an advisory lock for as long as they are connected, and a kill lets go of it like an ordinary end. Who
 * leaves asks for the lock alone: having it, nobody else holds and nobody can join while the server stops. So a server
 * that a killed run left is just one without holders, and the next one joins it.
 */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { LandfallError } from '../../../core/problems.ts';
import { OWNER, readerDefaults } from './bootstrap.ts';
import {
  createData,
  DATABASE,
  type DataFolder,
  discard,
  engineOf,
  readData,
  startFailure,
  warehouseFolder,
} from './data.ts';
import { clusterName, findPostmaster, freePort, HOST, isServerOf, startServer, stopServer } from './server.ts';
import { inTurn } from './turns.ts';

export interface HoldOptions {
  /** Shown to others that wait: `run`, `query`, `warehouse`. */
  readonly name: string;
  /** The port to serve on; any free one by default. */
  readonly port?: number | undefined;
  /** The port to serve on where it is free, and another where it is not. */
  readonly prefer?: number;
  /** Whether the server survives the interruption of this process. */
  readonly outlives?: boolean;
  /** Told where the data could not be used and was made anew, and the like. */
  readonly onNote?: (note: string) => void;
}

export interface Held {
  readonly client: pg.Client;
  readonly port: number;
  readonly data: DataFolder;
  /** Lets go; stops the server where nobody else holds it. */
  release(): Promise<void>;
}

/** One number for all: the database is the state's own. */
const LOCK = 6471;
const PATIENCE = 60_000;
const PAUSE = 20;

/** @throws LandfallError `warehouse-failed`, `port-in-use`, `warehouse-running` */
export async function hold(state: string, options: HoldOptions): Promise<Held> {
  const deadline = Date.now() + PATIENCE;
  const way: Way = { started: false, rebuilt: false };
  await mkdir(warehouseFolder(state), { recursive: true, mode: 0o700 });
  while (Date.now() < deadline) {
    const data = await readData(state);
    const joined = data === null ? null : await joinServer(data, options);
    if (joined !== null) {
      if (way.started) await joined.client.query(readerDefaults(joined.data.credentials.reader));
      return joined;
    }
    way.started = false;
    const lock = join(warehouseFolder(state), 'starting.lock');
    if (!(await inTurn(lock, () => advance(state, options, way)))) await sleep(PAUSE);
  }
  throw startFailure(`PostgreSQL was neither found nor started within ${PATIENCE / 1000} seconds`);
}

interface Way {
  /** The server was started here, and nobody has joined it yet. */
  started: boolean;
  /** The data was moved away as unusable once. */
  rebuilt: boolean;
}

/** Makes the data, or starts the server over it. @returns false where all there is to do is wait */
async function advance(state: string, options: HoldOptions, way: Way): Promise<boolean> {
  const data = await readData(state);
  if (data === null) {
    await createData(state, await engineOf(state));
    return true;
  }
  const found = await findPostmaster(data.path);
  if (found !== null && (await isServerOf(data.path, found.pid))) return false;
  // What a killed server left; the number may be another process's by now, which PostgreSQL would take for its own.
  if (found !== null) await rm(join(data.path, 'postmaster.pid'), { force: true });
  const start = await startServer(await engineOf(state), state, data.path, {
    port: options.port ?? (await freePort(options.prefer)),
    outlives: options.outlives ?? false,
  });
  if (start.kind === 'port-taken' && options.port !== undefined) throw portInUse(options.port);
  way.started = start.kind === 'ready';
  if (start.kind === 'failed') {
    if (way.rebuilt) throw startFailure(`PostgreSQL does not start: ${start.log}`);
    way.rebuilt = true;
    options.onNote?.('PostgreSQL could not use its data; it is made anew from the lake');
    await discard(state);
  }
  return start.kind !== 'busy';
}

/** The server that is up, if there is one. */
async function joinServer(data: DataFolder, options: HoldOptions): Promise<Held | null> {
  const found = await findPostmaster(data.path);
  if (found === null || !(found.port > 0)) return null;
  const client = clientOf(found.port, { user: OWNER, password: data.credentials.owner, name: options.name });
  try {
    await client.connect();
    const { rows } = await client.query<{ cluster_name: string }>('SHOW cluster_name');
    if (rows[0]?.cluster_name !== (await clusterName(data.path))) throw new Error('the server of another folder');
    await client.query(`SELECT pg_advisory_lock_shared(${LOCK})`);
  } catch {
    await client.end().catch(() => undefined);
    return null;
  }
  const held: Held = { client, port: found.port, data, release: () => release(client, data.path) };
  if (options.port === undefined || options.port === found.port) return held;
  await held.client.query(`SELECT pg_advisory_unlock_shared(${LOCK})`);
  await takeOver(held, options);
  return null;
}

/** The server is up on another port than is asked for: it stops as soon as nobody needs it. */
async function takeOver({ client, port, data }: Held, options: HoldOptions): Promise<void> {
  const { rows } = await client.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'landfall warehouse' AND pid <> pg_backend_pid()",
  );
  if (rows.length > 0) {
    await client.end();
    throw new LandfallError({
      code: 'warehouse-running',
      message: `the warehouse is up already, on port ${port}, and can't be on port ${options.port} too`,
      hint: 'landfall status shows how to connect; stop the other landfall warehouse to have it elsewhere',
    });
  }
  options.onNote?.(`waiting for whoever uses the warehouse on port ${port}`);
  await client.query(`SELECT pg_advisory_lock(${LOCK})`);
  await stopServer(data.path);
  await client.end().catch(() => undefined);
}

async function release(client: pg.Client, data: string): Promise<void> {
  try {
    await client.query(`SELECT pg_advisory_unlock_all()`);
    const { rows } = await client.query<{ alone: boolean }>(`SELECT pg_try_advisory_lock(${LOCK}) AS alone`);
    if (rows[0]?.alone === true) await stopServer(data);
  } catch {
    // It is gone already, by whoever's hand.
  }
  await client.end().catch(() => undefined);
}

export function clientOf(
  port: number,
  { user, password, name }: { user: string; password: string; name: string },
): pg.Client {
  const client = new pg.Client({
    host: HOST,
    port,
    database: DATABASE,
    user,
    password,
    application_name: `landfall ${name}`,
    connectionTimeoutMillis: 10_000,
  });
  // Told by whoever asks next; without a listener it would end the process.
  client.on('error', () => undefined);
  return client;
}

function portInUse(port: number): LandfallError {
  return new LandfallError({
    code: 'port-in-use',
    message: `port ${port} is in use by another program`,
    hint: 'take another by --port, or none: any free one is taken then',
  });
}
