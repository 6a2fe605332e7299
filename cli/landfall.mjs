#!/usr/bin/env node
// Plain JavaScript, so that node can start it. The TypeScript behind it is bundled once and kept until a source
// changes: 0.2 s to the first statement of a query instead of 0.5 s with a loader that transforms file by file.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folders = ['adapters', 'cli', 'core', 'dashboard', 'generators', 'schemas'];

/** Changes with any source file, the packages, and the place where all this stands. */
function fingerprint() {
  const hash = createHash('sha256').update(root);
  const add = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) add(path);
      else if (/\.(ts|json|mjs)$/.test(entry.name))
        hash.update(`${path} ${statSync(path).mtimeMs} ${statSync(path).size}\n`);
    }
  };
  for (const folder of folders) add(join(root, folder));
  hash.update(readFileSync(join(root, 'package.json')));
  return hash.digest('hex').slice(0, 16);
}

async function bundle(target) {
  const { build } = await import('esbuild');
  const draft = `${target}.${process.pid}`;
  await build({
    entryPoints: { main: join(root, 'cli/main.ts'), 'analyst-worker': join(root, 'adapters/local/analyst-worker.ts') },
    outdir: draft,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: 'linked',
    // AWS's clients are read by the commands that need them, as they lie.
    external: ['@duckdb/node-bindings', 'esbuild', 'pg-native', '@aws-sdk/*'],
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    logLevel: 'error',
    plugins: [ownUrls, withoutLambda],
  });
  // Whoever is first wins; another that built the same meanwhile throws its own away.
  await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }));
  await writeFile(join(target, 'ready'), '');
}

/** A bundled file still finds what stands beside its source. */
const ownUrls = {
  name: 'own-urls',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      return { loader: 'ts', contents: text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)) };
    });
  },
};

/**
 * Every Task of the workflow is bound to a function here and its definition is checked by a test: what its runner would call
 * AWS and check definitions with is left out. It would take a third of a short command's time to load.
 */
const withoutLambda = {
  name: 'without-lambda',
  setup(build) {
    const filter = /^(@aws-sdk\/(client-lambda|credential-providers)|asl-validator)$/;
    build.onResolve({ filter }, ({ importer, path }) =>
      /[/\\]aws-local-stepfunctions[/\\]/.test(importer) ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};', loader: 'js' }));
  },
};

/** Bundles of other versions, once nothing can still be running from them. */
async function sweep(cache) {
  const day = 24 * 60 * 60 * 1000;
  for (const old of readdirSync(cache)) {
    const path = join(cache, old);
    // Another process may just have given its draft the final name.
    const info = statSync(path, { throwIfNoEntry: false });
    if (info !== undefined && Date.now() - info.mtimeMs > day) await rm(path, { recursive: true, force: true });
  }
}

// Beside the packages, for they are found from there.
const cache = join(root, 'node_modules', '.cache', 'landfall');
const target = join(cache, fingerprint());
if (!existsSync(join(target, 'ready'))) {
  try {
    await mkdir(cache, { recursive: true });
    await sweep(cache);
    await bundle(target);
  } catch (error) {
    console.error(`landfall can't bundle itself into ${cache}: ${error.message}`);
    process.exit(1);
  }
}
process.env.LANDFALL_BUNDLE = target;
const { main } = await import(pathToFileURL(join(target, 'main.mjs')).href);
process.exitCode = await main(process.argv.slice(2));
