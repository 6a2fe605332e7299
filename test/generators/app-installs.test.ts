/** Installs at other sizes and seeds than the published ones, and what both have in common. */

import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { appInstalls } from '../../generators/app-installs/index.ts';
import type { GeneratedFile } from '../../generators/types.ts';
import { textOf } from './sample.ts';

interface Install {
  readonly app: string;
  readonly district: string;
  readonly size: string;
  readonly accounts: string;
  readonly created: string;
}

function filesOf(scale: number, seed: number): readonly GeneratedFile[] {
  return [...appInstalls.files({ scale, seed })];
}

function hashes(files: readonly GeneratedFile[]): string[] {
  return files.map((file) => createHash('sha256').update(textOf(file)).digest('hex'));
}

function installsOf(files: readonly GeneratedFile[]): readonly Install[] {
  const lines = textOf(files.find(({ path }) => path === 'accounts_provisioned.csv'))
    .trimEnd()
    .split('\n');
  expect(lines[0]).toBe('app_id,district_id,district_size,accounts_provisioned,created');
  return lines.slice(1).map((line) => {
    const [app = '', district = '', size = '', accounts = '', created = ''] = line.split(',');
    return { app, district, size, accounts, created };
  });
}

/** How many of the values occur once, how many twice and so on; values that occur more often last. */
function occurrences(values: readonly string[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].sort((a, b) => a - b);
}

const SCALES = [0.0000001, 0.0003, 0.001, 0.002, 0.005, 0.01, 0.03, 0.05, 0.2, 1, 2];

describe('app-installs', () => {
  it('gives the same bytes for the same seed, when a file is read again, and as ever', () => {
    const files = filesOf(0.05, 1);
    expect(hashes(files)).toEqual(hashes(filesOf(0.05, 1)));
    expect(hashes(files)).toEqual(hashes(files));
    expect(createHash('sha256').update(hashes(files).join('\n')).digest('hex')).toBe(
      'f848b49cc9e43abb5a8bfb77e8509995f7f605d039b9db4ab76d46ca56873e15',
    );
  });

  it('gives other files for another seed', () => {
    const first = hashes(filesOf(0.05, 1));
    expect(hashes(filesOf(0.05, 2)).filter((hash) => first.includes(hash))).toEqual([]);
  });

  it.each([1, 2, 3, 42, 2 ** 53 - 1])('has every published count at scale 1, seed %d', (seed) => {
    const installs = installsOf(filesOf(1, seed));
    const byDistrict = occurrences(installs.map(({ district }) => district));
    expect(byDistrict).toHaveLength(1680);
    expect(Array.from({ length: 17 }, (_, index) => byDistrict.filter((apps) => apps === index + 1).length)).toEqual([
      1336, 223, 57, 27, 11, 7, 10, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1,
    ]);
    const byApp = occurrences(installs.map(({ app }) => app));
    expect(byApp).toHaveLength(94);
    expect([1, 10, 100].map((most) => byApp.filter((districts) => districts > most).length)).toEqual([70, 37, 8]);
    expect(byApp.slice(-2)[0]).toBeLessThan(285);
    expect(byApp.at(-1)).toBe(285);
    expect(new Set(installs.map(({ created }) => created)).size).toBe(460);
  });

  it.each(SCALES)('at scale %d has districts in proportion, and each pair of app and district once', (scale) => {
    for (const seed of [1, 2, 3]) {
      const files = filesOf(scale, seed);
      const installs = installsOf(files);
      expect(installs).toHaveLength(files[0]?.rows ?? 0);
      expect(new Set(installs.map(({ app, district }) => `${app} ${district}`)).size).toBe(installs.length);
      const byDistrict = occurrences(installs.map(({ district }) => district));
      expect(byDistrict).toHaveLength(Math.max(1, Math.round(1680 * scale)));
      expect(Math.abs(byDistrict.filter((apps) => apps === 1).length - 1336 * scale)).toBeLessThan(2);
      const apps = Math.min(installs.length, Math.max(1, Math.round(94 * Math.sqrt(scale))));
      expect(occurrences(installs.map(({ app }) => app))).toHaveLength(apps);
    }
  });

  it('says one size of a district, days in order, and leaves gaps as a real list does', () => {
    const installs = installsOf(filesOf(1, 5));
    const sizes = new Map(installs.map(({ district, size }) => [district, size]));
    expect(installs.filter(({ district, size }) => sizes.get(district) !== size)).toEqual([]);
    const days = installs.map(({ created }) => created);
    expect(days).toEqual(days.toSorted());
    expect(days.filter((day) => !/^201[234]-\d\d-\d\d$/.test(day))).toEqual([]);
    const share = (matches: (install: Install) => boolean) => installs.filter(matches).length / installs.length;
    for (const gap of [
      share(({ size }) => size === '0'),
      share(({ size }) => size === ''),
      share(({ accounts }) => accounts === ''),
      share(({ size, accounts }) => Number(size) > 0 && Number(accounts) > Number(size)),
    ]) {
      expect(gap).toBeGreaterThan(0.004);
      expect(gap).toBeLessThan(0.08);
    }
    expect(share(({ accounts }) => accounts === '0')).toBeGreaterThan(0.05);
    expect(share(({ accounts }) => accounts === '0')).toBeLessThan(0.2);
    const identifiers = installs.flatMap(({ app, district }) => [app, district]);
    expect(identifiers.filter((id) => !/^[0-9a-f]{24}$/.test(id))).toEqual([]);
  });

  it('refuses a scale that makes no sense', () => {
    expect(() => filesOf(0, 1)).toThrow(/scale 0 is not/);
  });
});
