/**
 * The data folder: made whole or not at all, from a template, for initdb costs half a second of a machine that has
 * loads to do. It holds nothing that the lake has not: what can't be used is moved away and made anew.
 */

import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chown, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LandfallError } from '../../../core/problems.ts';
import { text } from '../../../core/warehouse/statements.ts';
import { isAlive } from '../process.ts';
import { BOOTSTRAP, HBA, OWNER } from './bootstrap.ts';
import { type Account, type Engine, findEngine } from './engine.ts';

export const DATABASE = 'landfall';

export interface Credentials {
  readonly owner: string;
  readonly reader: string;
}

export interface DataFolder {
  readonly path: string;
  readonly credentials: Credentials;
}

const run = promisify(execFile);
const CREDENTIALS = 'landfall.json';
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/landfall', import.meta.url));

export function warehouseFolder(state: string): string {
  return join(state, 'warehouse');
}

function dataPath(state: string): string {
  return join(warehouseFolder(state), 'data');
}

/** Null where there is none, or one that this version did not make. */
export async function readData(state: string): Promise<DataFolder | null> {
  const path = dataPath(state);
  try {
    const { layout, owner, reader } = JSON.parse(await readFile(join(path, CREDENTIALS), 'utf8')) as Credentials & {
      layout: string;
    };
    return layout === layoutOf() ? { path, credentials: { owner, reader } } : null;
  } catch {
    return null;
  }
}

/** Whom the data belongs to; where there is none, whom the state folder does. */
export async function ownerOf(state: string): Promise<Account | null> {
  for (const path of [dataPath(state), state]) {
    const found = await stat(path).catch(() => null);
    if (found !== null) return { uid: found.uid, gid: found.gid };
  }
  return null;
}

/** Makes the folder, in place of what can't be used; for one caller at a time. */
export async function createData(state: string, engine: Engine): Promise<void> {
  const folder = warehouseFolder(state);
  await sweep(folder);
  await discard(state);
  const draft = join(folder, `data.${process.pid}.${randomBytes(3).toString('hex')}`);
  try {
    await copyTemplate(engine, draft);
    const [owner, reader] = [newPassword(), newPassword()];
    await single(engine, draft, DATABASE, [`ALTER ROLE ${OWNER} PASSWORD ${text(owner)}`]);
    const content = JSON.stringify({ layout: layoutOf(), owner, reader });
    await writeFile(join(draft, CREDENTIALS), `${content}\n`, { mode: 0o600 });
    await rename(draft, dataPath(state));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Moves away what can't be used; the last of its kind is kept, for whoever wants to know why. */
export async function discard(state: string): Promise<void> {
  const kept = `${dataPath(state)}.broken`;
  if ((await lstat(dataPath(state)).catch(() => null)) === null) return;
  await rm(kept, { recursive: true, force: true });
  await rename(dataPath(state), kept);
}

/** What could not be used and was kept for whoever wants to know why. */
export async function removeDiscarded(state: string): Promise<void> {
  await rm(`${dataPath(state)}.broken`, { recursive: true, force: true });
}

/** Drafts that killed processes left. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /^data[.](\d+)[.]/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

/** Changes with what a new data folder would hold. */
function layoutOf(): string {
  return createHash('sha256')
    .update(JSON.stringify([BOOTSTRAP, HBA]))
    .digest('hex')
    .slice(0, 12);
}

async function copyTemplate(engine: Engine, target: string): Promise<void> {
  const { account, version } = engine;
  const template = join(CACHE, `postgresql-${version}-${layoutOf()}-${account?.uid ?? process.getuid?.() ?? 0}`);
  if ((await stat(template).catch(() => null)) !== null) {
    // Swept meanwhile, or unreadable: it is only a shortcut.
    const copied = await copy(template, target).catch(() => false);
    if (copied !== false) return;
    await rm(target, { recursive: true, force: true });
  }
  const workshop = await mkdtemp(join(tmpdir(), 'landfall-initdb-'));
  try {
    const made = join(workshop, 'data');
    await initialise(engine, workshop, made);
    await copy(made, target);
    await keep(made, template);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

/** The template is a convenience: where the packages are read-only there is none. */
async function keep(made: string, template: string): Promise<void> {
  const draft = `${template}.${process.pid}`;
  try {
    await mkdir(dirname(template), { recursive: true });
    await copy(made, draft);
    await rename(draft, template);
  } catch {
    await rm(draft, { recursive: true, force: true });
  }
}

/** By the system's own cp: a thousand small files take a third of what they take from here, and no time of this process. */
async function copy(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]).catch((error: { stderr?: string }) => {
    const said = error.stderr?.trim().split('\n')[0] ?? String(error);
    if (!said.includes('No space left')) throw startFailure(`a data folder for PostgreSQL can't be made: ${said}`);
    throw new LandfallError({
      code: 'disk-full',
      message: `the disk is full: ${said}`,
      hint: 'free some space and run again',
    });
  });
}

async function initialise(engine: Engine, workshop: string, data: string): Promise<void> {
  const { account } = engine;
  const password = join(workshop, 'password');
  // Nobody ever uses it: each copy gets its own.
  await writeFile(password, newPassword(), { mode: 0o600 });
  if (account !== null) for (const path of [workshop, password]) await chown(path, account.uid, account.gid);
  const args = ['-D', data, '-U', OWNER, '--auth=scram-sha-256', `--pwfile=${password}`, '-E', 'UTF8', '--locale=C'];
  // A warehouse that breaks is made anew, so nothing waits for the disk.
  args.push('--no-sync', '--no-instructions', '--wal-segsize=1');
  await run(engine.initdb, args, { ...account, cwd: workshop, env: bareEnvironment() }).catch(
    (error: { stderr?: string }) => {
      throw startFailure(`PostgreSQL's initdb failed: ${error.stderr ?? error}`);
    },
  );
  await writeFile(join(data, 'pg_hba.conf'), HBA);
  await single(engine, data, 'template1', [`ALTER DATABASE postgres RENAME TO ${DATABASE}`]);
  await single(engine, data, DATABASE, BOOTSTRAP);
}

/** Statements for a server that no one can connect to meanwhile. */
async function single(engine: Engine, data: string, database: string, statements: readonly string[]): Promise<void> {
  const args = ['--single', '-j', '-F', ...dataArguments(engine, data), database];
  const child = spawn(engine.postgres, args, {
    ...engine.account,
    cwd: data,
    env: bareEnvironment(),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (said: string) => {
    stderr += said;
  });
  const ended = new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  child.stdin.end(statements.map((statement) => `${statement};\n\n`).join(''));
  const code = await ended;
  const mistake = /^.*(?:ERROR|FATAL|PANIC):.*$/m.exec(stderr)?.[0];
  if (code !== 0 || mistake !== undefined) {
    throw startFailure(`PostgreSQL could not be set up (${code}): ${mistake ?? stderr}`);
  }
}

/**
 * The account that root lends to PostgreSQL can't walk through folders that are root's alone, but a process may stand
 * in one: it is started there and told to look where it stands.
 */
export function dataArguments({ account }: Engine, data: string): string[] {
  return ['-D', account !== null && process.platform === 'linux' ? '/proc/self/cwd' : data];
}

/** Nothing of the caller's: PG* variables would change what the server does. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

export function startFailure(message: string): LandfallError {
  return new LandfallError({
    code: 'warehouse-failed',
    message: message.trim(),
    hint: 'the lake is sound; landfall run --no-warehouse goes without a warehouse',
  });
}

/** The engine that runs, or would run, this state's warehouse. */
export async function engineOf(state: string): Promise<Engine> {
  return findEngine(await ownerOf(state));
}
