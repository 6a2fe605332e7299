/** What is deployed of a function, made here and started alone. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Bundles, bundleFunctions, MOST_BYTES } from '../../infra/bundles/bundle.ts';
import { checkBinding } from '../../infra/bundles/duckdb-binding.ts';
import { filesReadBy } from '../../infra/bundles/files.ts';
import { Lambda } from '../bridge/lambda/functions.ts';

const entries = new Map(
  ['engine', 'small'].map((verb) => [verb, fileURLToPath(new URL(`handlers/${verb}.ts`, import.meta.url))]),
);
const folder = mkdtempSync(join(tmpdir(), 'landfall-bundles-'));
let bundles: Record<'arm64' | 'x86_64', Bundles>;
let lambda: Lambda;

beforeAll(async () => {
  lambda = await Lambda.open({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', account: '123456789012' });
  bundles = {
    arm64: await bundleFunctions('arm64', { entries }),
    x86_64: await bundleFunctions('x86_64', { entries }),
  };
}, 120_000);
afterAll(async () => {
  await lambda.close();
  rmSync(folder, { recursive: true, force: true });
});

const bundle = (architecture: 'arm64' | 'x86_64', verb: string) => {
  const found = bundles[architecture].get(verb);
  if (found === undefined) throw new Error(`no bundle of ${verb}`);
  return found;
};

/** What the handler of a bundle answers, where nothing else of Landfall is. */
function answer(path: string, name: string, event: object): Promise<unknown> {
  lambda.define({ name, code: path, handler: 'index.handler', variables: {}, memoryMiB: 1769, timeout: 60 });
  return lambda.invoke(name, event);
}

const places = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name).slice(path.length + 1))
    .sort();

describe('a bundle', () => {
  it('runs alone', async () => {
    expect(await answer(bundle('x86_64', 'small').path, 'small', { name: 'lake' })).toBe('hello, lake');
  });

  it('has DuckDB, what it reads, and its threads', async () => {
    if (process.platform !== 'linux' || process.arch !== 'x64') return;
    const contracts = readdirSync(new URL('../../contracts', import.meta.url)).length;
    expect(await answer(bundle('x86_64', 'engine').path, 'engine', {})).toMatchObject({
      contracts,
      row: ['v1.5.5', true],
      head: 65536,
      isTraced: true,
    });
  });

  it('is the same for the other architecture, but for the binding', () => {
    const [arm, intel] = [bundle('arm64', 'engine').path, bundle('x86_64', 'engine').path];
    const others = places(arm).filter((place) => !place.startsWith('node_modules/@duckdb/node-bindings-'));
    expect(others).toEqual(places(intel).filter((place) => !place.startsWith('node_modules/@duckdb/node-bindings-')));
    for (const place of others)
      expect(readFileSync(join(arm, place)).equals(readFileSync(join(intel, place)))).toBe(true);
    expect(readdirSync(join(arm, 'node_modules/@duckdb'))).toEqual(['node-bindings', 'node-bindings-linux-arm64']);
    expect(readdirSync(join(intel, 'node_modules/@duckdb'))).toEqual(['node-bindings', 'node-bindings-linux-x64']);
    expect(bundle('arm64', 'engine').hash).not.toBe(bundle('x86_64', 'engine').hash);
  });

  it('has no DuckDB where nothing asks for it, and is then the same everywhere', () => {
    const { path, usesDuckdb, hash } = bundle('arm64', 'small');
    expect(usesDuckdb).toBe(false);
    expect(places(path)).toEqual(['index.mjs']);
    expect(hash).toBe(bundle('x86_64', 'small').hash);
  });

  it('is small enough for Lambda, and is made once', async () => {
    for (const { bytes } of bundles.arm64.values()) expect(bytes).toBeLessThan(MOST_BYTES);
    expect(await bundleFunctions('arm64', { entries })).toEqual(bundles.arm64);
  });

  it('is refused where a source reads what nobody told of', () => {
    expect(() => filesReadBy(['adapters/aws/new.ts'], new Set(['adapters/aws/new.ts']))).toThrow(
      /adapters\/aws\/new.ts: .*asks where it stands.*infra\/bundles\/files.ts/,
    );
  });
});

describe("DuckDB's binding", () => {
  const place = join(folder, 'binding');
  const own = join(place, '@duckdb', 'node-bindings-linux-arm64');

  it('is missed where npm brought none, or that of another machine', async () => {
    await expect(checkBinding(place, 'arm64')).rejects.toThrow(
      /Lambda on arm64: expected @duckdb\/node-bindings-linux-arm64 in .*binding, found none/,
    );
    mkdirSync(join(place, '@duckdb', 'node-bindings-linux-x64'), { recursive: true });
    await expect(checkBinding(place, 'arm64')).rejects.toThrow(/found node-bindings-linux-x64/);
  });

  it('is looked into: a name alone is not enough', async () => {
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'duckdb.node'), 'not found');
    await expect(checkBinding(place, 'arm64')).rejects.toThrow(
      /duckdb.node: expected an ELF file of machine 183, found none/,
    );
    const intel = join(bundle('x86_64', 'engine').path, 'node_modules/@duckdb/node-bindings-linux-x64');
    cpSync(intel, own, { recursive: true });
    await expect(checkBinding(place, 'arm64')).rejects.toThrow(/expected an ELF file of machine 183, found 62/);
    expect(existsSync(own)).toBe(true);
  });
});
