/**
 * DuckDB's native part for the machine that functions run on, whichever this one is. npm brings it without Docker, and by
 * the sums of this package's own lock. It exits cleanly also where it found none for that machine: so it is looked at.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LandfallError } from '../../core/problems.ts';
import { type LambdaArchitecture, PLATFORMS } from './architecture.ts';

export const BINDINGS = '@duckdb/node-bindings';

export interface Binding {
  /** What is to stand beside a bundle as its `node_modules`. */
  readonly folder: string;
  /** Changes with version and architecture. */
  readonly hash: string;
}

/**
 * @param root the package's folder, of whose lock the version is
 * @param cache where it is kept, by its hash
 * @throws LandfallError `no-binding`
 */
export async function fetchBinding(root: string, cache: string, architecture: LambdaArchitecture): Promise<Binding> {
  const wanted = await pinned(root);
  const hash = createHash('sha256').update(JSON.stringify(wanted)).update(architecture).digest('hex').slice(0, 16);
  const target = join(cache, `duckdb-${architecture}-${hash}`);
  const folder = join(target, 'node_modules');
  if (!existsSync(target)) {
    const draft = `${target}.${process.pid}`;
    await mkdir(draft, { recursive: true });
    try {
      await install(draft, wanted, architecture);
      await checkBinding(join(draft, 'node_modules'), architecture);
      // Whoever is first wins.
      await rename(draft, target).catch((error: unknown) => {
        if (!existsSync(target)) throw error;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  await checkBinding(folder, architecture);
  return { folder, hash };
}

type Locked = Readonly<Record<string, unknown>> & { readonly version: string };

/** The lock's entries of the bindings and what they look for. */
async function pinned(root: string): Promise<Readonly<Record<string, Locked>>> {
  const { packages } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const own = Object.entries(packages).filter(([path]) =>
    /^node_modules\/(@duckdb\/node-bindings.*|detect-libc)$/.test(path),
  );
  return Object.fromEntries(own);
}

async function install(folder: string, packages: Readonly<Record<string, Locked>>, architecture: LambdaArchitecture) {
  const version = packages[`node_modules/${BINDINGS}`]?.version;
  const dependencies = { [BINDINGS]: version };
  const lock = { name: 'duckdb', lockfileVersion: 3, requires: true, packages: { '': { dependencies }, ...packages } };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'duckdb', private: true, dependencies }));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const wanted = ['--os=linux', `--cpu=${PLATFORMS[architecture].cpu}`, '--libc=glibc'];
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...wanted];
  // On Windows npm is a script, which only a shell can start.
  await promisify(execFile)('npm', args, { cwd: folder, shell: process.platform === 'win32' }).catch(
    (error: { stderr?: string; message: string }) => {
      throw missing(architecture, `npm could not install ${BINDINGS}: ${error.stderr || error.message}`);
    },
  );
  // npm's own notes of what it did.
  await rm(join(folder, 'node_modules', '.package-lock.json'), { force: true });
}

/** @throws LandfallError `no-binding` where it is absent, or not this architecture's */
export async function checkBinding(folder: string, architecture: LambdaArchitecture): Promise<void> {
  const { cpu, machine } = PLATFORMS[architecture];
  const own = `node-bindings-linux-${cpu}`;
  const found = (await readdir(join(folder, '@duckdb')).catch(() => [])).filter((name) => name !== 'node-bindings');
  if (!found.includes(own)) {
    const others = found.length === 0 ? 'none' : found.join(', ');
    throw missing(architecture, `expected @duckdb/${own} in ${folder}, found ${others}`);
  }
  for (const name of ['duckdb.node', 'libduckdb.so']) {
    const path = join(folder, '@duckdb', own, name);
    const is = await machineOf(path);
    if (is !== machine) {
      throw missing(architecture, `${path}: expected an ELF file of machine ${machine}, found ${is ?? 'none'}`);
    }
  }
}

/** Null where it is no ELF file, or not there. */
async function machineOf(path: string): Promise<number | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    return bytesRead === 20 && buffer.readUInt32BE(0) === 0x7f454c46 ? buffer.readUInt16LE(18) : null;
  } finally {
    await file.close();
  }
}

function missing(architecture: LambdaArchitecture, message: string): LandfallError {
  return new LandfallError({
    code: 'no-binding',
    message: `DuckDB's binding for Lambda on ${architecture}: ${message}`,
    hint: `npm ci, and a registry that has ${BINDINGS}-linux-${PLATFORMS[architecture].cpu}; then remove the folder that is named, if one is, and try again`,
  });
}
