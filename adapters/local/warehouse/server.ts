/** One PostgreSQL server over one data folder: started, found, recognised and stopped. */

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isAlive } from '../process.ts';
import { bareEnvironment, dataArguments, warehouseFolder } from './data.ts';
import type { Engine } from './engine.ts';

export const HOST = '127.0.0.1';

/** What postmaster.pid says. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly isReady: boolean;
}

export type Start =
  | { readonly kind: 'ready'; readonly port: number }
  /** Another process was quicker, or one that is going has not gone yet. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'port-taken' }
  | { readonly kind: 'failed'; readonly log: string };

const STEP = 5;
const PATIENCE = 30_000;
const run = promisify(execFile);

/**
 * Small, and in no hurry for the disk: whatever a crash of the machine takes is published again.
 * No Unix socket: its path would have to be short, and what is left of it cleaned up.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: HOST,
  unix_socket_directories: '',
  max_connections: '40',
  shared_buffers: '32MB',
  maintenance_work_mem: '32MB',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '128MB',
  max_logical_replication_workers: '0',
  io_method: 'sync',
  jit: 'off',
  // Statistics of a fifth of the usual sample: a run waits for them, and tables are small.
  default_statistics_target: '20',
  log_checkpoints: 'off',
  // A failing statement is told to whoever sent it; its text, and the values in its error, are nobody else's business.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  TimeZone: 'UTC',
};

export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 ? { pid, port, isReady: lines[7]?.trim() === 'ready' } : null;
}

/** Differs from that of every other data folder, so that a copied one does not take the original's server for its own. */
export async function clusterName(data: string): Promise<string> {
  return `landfall_${createHash('sha256')
    .update(await realpath(data))
    .digest('hex')
    .slice(0, 16)}`;
}

/** Whether the process is a server of this very folder, and not one that got a dead server's number. */
export async function isServerOf(data: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const command =
    process.platform === 'linux'
      ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      : await run('ps', ['-o', 'command=', '-p', String(pid)]).then(
          ({ stdout }) => stdout,
          () => '',
        );
  return command.includes(await clusterName(data));
}

export async function startServer(
  engine: Engine,
  state: string,
  data: string,
  options: { readonly port: number; readonly outlives: boolean },
): Promise<Start> {
  const { port } = options;
  const settings = { ...SETTINGS, cluster_name: await clusterName(data) };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const path = join(warehouseFolder(state), 'postgres.log');
  const log = openSync(path, 'w', 0o600);
  const child = spawn(engine.postgres, [...dataArguments(engine, data), '-p', String(port), ...args], {
    ...engine.account,
    cwd: data,
    env: bareEnvironment(),
    stdio: ['ignore', log, log],
    // A key that interrupts the caller must not interrupt what others may be using.
    detached: options.outlives,
  });
  closeSync(log);
  let ended = false;
  const end = () => {
    ended = true;
  };
  child.on('error', end).on('exit', end);
  child.unref();
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline && !ended; await sleep(STEP)) {
    const found = await findPostmaster(data);
    if (found?.pid === child.pid && found?.isReady) return { kind: 'ready', port };
  }
  child.kill('SIGKILL');
  return reasonIn(await readFile(path, 'utf8').catch(() => ''));
}

function reasonIn(log: string): Start {
  if (/lock file "postmaster.pid" already exists|shared memory block .* is still in use/.test(log))
    return { kind: 'busy' };
  if (/could not bind|could not create any TCP/.test(log)) return { kind: 'port-taken' };
  return { kind: 'failed', log: log.trim().split('\n').slice(-5).join('\n') };
}

/** Ends every session, writes what is to be written, and waits for the process to go. */
export async function stopServer(data: string): Promise<void> {
  const found = await findPostmaster(data);
  if (found === null || !(await isServerOf(data, found.pid))) return;
  process.kill(found.pid, 'SIGINT');
  const deadline = Date.now() + PATIENCE;
  while (await isServerOf(data, found.pid)) {
    if (Date.now() > deadline) process.kill(found.pid, 'SIGQUIT');
    await sleep(STEP);
  }
}

/** @param preferred given where it is free */
export async function freePort(preferred = 0): Promise<number> {
  const server = createServer();
  try {
    await new Promise<void>((done, fail) => server.once('error', fail).listen(preferred, HOST, done));
    return (server.address() as AddressInfo).port;
  } catch (error) {
    if (preferred === 0) throw error;
    return freePort();
  } finally {
    await new Promise((done) => server.close(done));
  }
}
