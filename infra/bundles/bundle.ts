/**
 * Functions as they are deployed: a folder each, `index.mjs` and what it reads. All are made at once, and kept by the hash
 * of everything that they are made of.
 *
 * AWS's SDK is in them. The one that Lambda brings is another version every few weeks, which no test has seen; what is used
 * of it is small, and a bundle that has all it needs can be tried in any empty folder.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { LandfallError } from '../../core/problems.ts';
import type { LambdaArchitecture } from './architecture.ts';
import { BINDINGS, type Binding, fetchBinding } from './duckdb-binding.ts';
import { ANALYST, filesReadBy, PROJECT } from './files.ts';
import { giveFiles } from './same-files.ts';

export interface Bundle {
  /** The folder that is uploaded; its handler is `index.handler`. */
  readonly path: string;
  /** Changes with any file of it. */
  readonly hash: string;
  readonly architecture: LambdaArchitecture;
  readonly usesDuckdb: boolean;
  /** Unzipped, of at most `MOST_BYTES`. */
  readonly bytes: number;
}

/** By verb: a folder of `lambdas/`. */
export type Bundles = ReadonlyMap<string, Bundle>;

/** Lambda takes no more, unzipped. */
export const MOST_BYTES = 250 * 1024 * 1024;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'landfall', 'lambdas');

/** Whatever can change a bundle. */
const MADE_OF = [
  'adapters',
  'core',
  'dashboard',
  'infra/bundles',
  'lambdas',
  'package-lock.json',
  'schemas',
  'workflow',
];

const TASK: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  outExtension: { '.js': '.mjs' },
  external: [BINDINGS],
  // CommonJS packages expect them.
  banner: {
    js: [
      "import { createRequire as requireFrom } from 'node:module';",
      'const require = requireFrom(import.meta.url);',
      'const { filename: __filename, dirname: __dirname } = import.meta;',
    ].join('\n'),
  },
  absWorkingDir: ROOT,
  metafile: true,
  logLevel: 'error',
};

/** The entry of every function of `lambdas/`, by verb. */
export async function lambdaEntries(root: string = ROOT): Promise<ReadonlyMap<string, string>> {
  const folders = await readdir(join(root, 'lambdas')).catch(() => []);
  const entries = folders.map((verb) => [verb, join(root, 'lambdas', verb, 'handler.ts')] as const);
  return new Map(entries.filter(([, path]) => existsSync(path)));
}

export interface BundleOptions {
  /** TypeScript files that export `handler`, by verb. @default those of `lambdas/` */
  readonly entries?: ReadonlyMap<string, string>;
  /** The folder whose contracts and queries the functions have. @default the ones that are shipped */
  readonly project?: string;
}

/**
 * @throws LandfallError where DuckDB's binding is missing, a bundle is too large, or reads what nobody told of
 */
export async function bundleFunctions(
  architecture: LambdaArchitecture,
  { entries, project = ROOT }: BundleOptions = {},
): Promise<Bundles> {
  const own = entries ?? (await lambdaEntries());
  const target = join(CACHE, `${architecture}-${await fingerprint([...own.values()], project)}`);
  const index = join(target, 'bundles.json');
  if (!existsSync(index)) {
    const draft = `${target}.${process.pid}`;
    try {
      await make(draft, own, architecture, project);
      await rename(draft, target).catch((error: unknown) => {
        if (!existsSync(index)) throw error;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    await sweep();
  }
  const made = JSON.parse(await readFile(index, 'utf8')) as readonly [string, Omit<Bundle, 'path'>][];
  return new Map(made.map(([verb, bundle]) => [verb, { ...bundle, path: join(target, verb) }]));
}

async function make(
  folder: string,
  entries: ReadonlyMap<string, string>,
  architecture: LambdaArchitecture,
  project: string,
) {
  // Not needed by a stack that is only looked at.
  const { build } = await import('esbuild');
  const looksAround = new Set<string>();
  const plugins = [ownPlaces(looksAround)];
  const entryPoints = Object.fromEntries([...entries].map(([verb, path]) => [`${verb}/index`, path]));
  const { metafile } = await build({ ...TASK, metafile: true, entryPoints, outdir: folder, plugins });
  let worker: string | null = null;
  let binding: Binding | null = null;
  const made: [string, Omit<Bundle, 'path'>][] = [];
  for (const verb of entries.keys()) {
    const { sources, usesDuckdb } = contentsOf(metafile, folder, verb);
    const place = join(folder, verb);
    for (const file of filesReadBy(sources, looksAround)) {
      const from = join(PROJECT.includes(file) ? project : ROOT, file);
      // A project may have contracts alone.
      if (existsSync(from) || !PROJECT.includes(file)) await cp(from, join(place, file), { recursive: true });
    }
    if (sources.includes(ANALYST)) {
      worker ??= await analystWorker(folder);
      await cp(worker, join(place, 'analyst-worker.mjs'));
    }
    const hash = await hashOf(place);
    if (usesDuckdb) {
      binding ??= await fetchBinding(ROOT, dirname(folder), architecture);
      hash.update(binding.hash);
      await giveFiles(binding.folder, join(place, 'node_modules'));
    }
    const bytes = await bytesOf(place);
    if (bytes > MOST_BYTES) throw tooLarge(verb, bytes);
    made.push([verb, { hash: hash.digest('hex'), architecture, usesDuckdb, bytes }]);
  }
  await writeFile(join(folder, 'bundles.json'), JSON.stringify(made));
}

/** Threads take no part of their parent's bundle. */
async function analystWorker(folder: string): Promise<string> {
  const { build } = await import('esbuild');
  const entryPoints = { 'analyst-worker': join(ROOT, 'adapters/local/analyst-worker.ts') };
  await build({ ...TASK, entryPoints, outdir: folder });
  return join(folder, 'analyst-worker.mjs');
}

function contentsOf({ outputs }: Metafile, folder: string, verb: string) {
  const output = outputs[relative(ROOT, join(folder, verb, 'index.mjs')).replaceAll('\\', '/')];
  if (output === undefined) throw new Error(`esbuild made no bundle of ${verb}`);
  return {
    sources: Object.keys(output.inputs).filter((path) => !path.startsWith('node_modules/')),
    usesDuckdb: output.imports.some(({ path }) => path === BINDINGS),
  };
}

/** A bundled source finds what stands beside it, as seen from the bundle's root. */
function ownPlaces(looksAround: Set<string>): Plugin {
  return {
    name: 'own-places',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const source = relative(ROOT, path).replaceAll('\\', '/');
        const text = await readFile(path, 'utf8');
        if (source.includes('node_modules') || !text.includes('import.meta.url')) return undefined;
        looksAround.add(source);
        const place = `new URL(${JSON.stringify(source)}, import.meta.url).href`;
        return { loader: 'ts', contents: text.replaceAll('import.meta.url', place) };
      });
    },
  };
}

async function fingerprint(entries: readonly string[], project: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of PROJECT) await addTo(hash, project, join(project, name));
  for (const path of [...MADE_OF.map((name) => join(ROOT, name)), ...entries]) await addTo(hash, ROOT, path);
  return hash.digest('hex').slice(0, 16);
}

async function hashOf(folder: string) {
  const hash = createHash('sha256');
  await addTo(hash, folder, folder);
  return hash;
}

/** Every file under a path, by its place and its content; nothing where there is none. */
async function addTo(hash: ReturnType<typeof createHash>, root: string, path: string): Promise<void> {
  for (const file of await filesUnder(path)) {
    const content = await readFile(file);
    hash.update(`${relative(root, file).replaceAll('\\', '/')} ${content.length}\n`).update(content);
  }
}

async function filesUnder(path: string): Promise<string[]> {
  const info = await stat(path).catch(() => null);
  if (info === null) return [];
  if (info.isFile()) return [path];
  const files = await readdir(path, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort();
}

async function bytesOf(folder: string): Promise<number> {
  const sizes = await Promise.all((await filesUnder(folder)).map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

const DAY = 24 * 60 * 60 * 1000;

/** Bundles of other versions, once no synthesis can still be reading them; DuckDB's binding changes with its version alone. */
async function sweep(): Promise<void> {
  for (const name of (await readdir(CACHE)).filter((one) => !one.startsWith('duckdb-'))) {
    const path = join(CACHE, name);
    const info = await stat(path).catch(() => null);
    if (info !== null && Date.now() - info.mtimeMs > DAY) await rm(path, { recursive: true, force: true });
  }
}

function tooLarge(verb: string, bytes: number): LandfallError {
  const found = `${Math.ceil(bytes / 1024 ** 2)} MiB unzipped, expected at most ${MOST_BYTES / 1024 ** 2}`;
  return new LandfallError({
    code: 'bundle-too-large',
    file: `lambdas/${verb}/handler.ts`,
    message: `its bundle has ${found}`,
    hint: 'npm run bundles shows what each has',
  });
}

/** @param verb of a folder of `lambdas` */
export function bundleOf(bundles: Bundles, verb: string): Bundle {
  const bundle = bundles.get(verb);
  if (bundle === undefined) throw new Error(`lambdas/${verb}/handler.ts is not there`);
  return bundle;
}
