/** Installs at other sizes and seeds than the published ones, and what both have in common. */

import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { appInstalls } from '../../generators/app-installs/index.ts';
import type { GeneratedFile } from '../../generators/types.ts';
import { sum, textOf } from './sample.ts';

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

interface Section {
  readonly data: { readonly id: string; readonly district: string; readonly name: string; readonly students: string[] };
  readonly uri: string;
}

function sectionsOf(files: readonly GeneratedFile[]): readonly Section[] {
  const pages = files.filter(({ path }) => path !== 'accounts_provisioned.csv');
  expect(pages.map(({ path }) => path)).toEqual(
    pages.map((_, index) => `sections/page-${String(index + 1).padStart(3, '0')}.ndjson`),
  );
  return pages.flatMap((page) => {
    const lines = textOf(page).trimEnd().split('\n');
    expect(lines).toHaveLength(page.rows);
    expect(lines.length).toBeLessThanOrEqual(100);
    return lines.map((line) => JSON.parse(line) as Section);
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
      'd4bb5b159d1067f00df0ecc5147af11c4c782313db640712a90d13a5d5f41ed2',
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

  it.each(SCALES)('at scale %d has classes in proportion, whose sizes have the published mean and spread', (scale) => {
    for (const seed of [1, 2, 3]) {
      const files = filesOf(scale, seed);
      const sections = sectionsOf(files);
      const classes = Math.max(1, Math.round(382 * scale));
      expect(sections).toHaveLength(classes);
      const sizes = sections.map(({ data }) => data.students.length);
      expect(sum(sizes)).toBe(Math.round(classes * 25.5));
      const mean = sum(sizes) / classes;
      const deviation = Math.sqrt(sum(sizes.map((size) => (size - mean) ** 2)) / (classes - 1));
      if (classes >= 50) expect(deviation.toFixed(1)).toBe('6.7');
      if (classes > 2) expect(Math.abs(deviation - 6.7)).toBeLessThan(0.4);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(3);
      expect(sections.filter(({ data }) => new Set(data.students).size < data.students.length)).toEqual([]);
      expect(new Set(sections.map(({ data }) => data.id)).size).toBe(classes);
      expect(sections.filter(({ data, uri }) => uri !== `/v1.1/sections/${data.id}`)).toEqual([]);
      const districts = new Set(sections.map(({ data }) => data.district));
      expect(districts.size).toBe(1);
      expect(installsOf(files).map(({ district }) => district)).toContain([...districts][0]);
    }
  });

  it('refuses a scale that makes no sense', () => {
    expect(() => filesOf(0, 1)).toThrow(/scale 0 is not/);
  });
});
