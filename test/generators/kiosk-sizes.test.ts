/** Kiosk purchases at other sizes and seeds than the published ones. */

import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { kioskSales } from '../../generators/kiosk-sales/index.ts';
import type { GeneratedFile } from '../../generators/types.ts';
import { textOf } from './sample.ts';

const PUBLISHED = 1_115_572;

function filesOf(scale: number, seed: number): readonly GeneratedFile[] {
  return [...kioskSales.files({ scale, seed })];
}

function hashes(files: readonly GeneratedFile[]): string[] {
  return files.map((file) => createHash('sha256').update(textOf(file)).digest('hex'));
}

/** The sound rows of all exports as load append would hold them: of equal rows the largest count in any one file. */
function purchasesOf(files: readonly GeneratedFile[]): readonly (readonly string[])[] {
  const most = new Map<string, number>();
  for (const file of files.filter(({ path }) => path.startsWith('items_purchased'))) {
    const counts = new Map<string, number>();
    for (const row of textOf(file).trimEnd().split('\n').slice(1)) counts.set(row, (counts.get(row) ?? 0) + 1);
    for (const [row, count] of counts) most.set(row, Math.max(most.get(row) ?? 0, count));
  }
  const sound = /^\d+,\d+,[0-9a-f]{32},\d{4}-\d\d-([0-2]\d|3[01]) \d\d:\d\d:\d\d-0[78],\d*$/;
  return [...most].flatMap(([row, count]) => (sound.test(row) ? Array<string[]>(count).fill(row.split(',')) : []));
}

function counted(values: Iterable<string | undefined>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value ?? '', (counts.get(value ?? '') ?? 0) + 1);
  return counts;
}

function largest(counts: Map<string, number>): number[] {
  return [...counts.values()].sort((a, b) => b - a);
}

describe('kiosk-sales', () => {
  it('gives the same bytes for the same seed, when a file is read again, and as ever', () => {
    const files = filesOf(0.002, 1);
    expect(hashes(files)).toEqual(hashes(filesOf(0.002, 1)));
    expect(hashes(files)).toEqual(hashes(files));
    expect(createHash('sha256').update(hashes(files).join('\n')).digest('hex')).toBe(
      'f0f3db7979ebbf64176e86ec5a9698486afcc603bd88e2cb95c3e78a13c61662',
    );
  });

  it('gives other purchases and products for another seed', () => {
    const first = hashes(filesOf(0.002, 1));
    expect(hashes(filesOf(0.002, 2)).filter((hash) => first.includes(hash))).toEqual([]);
  });

  it.each([
    [0.03, 1],
    [0.03, 2],
    [0.01, 3],
  ])('at scale %d, seed %d, has every published count in proportion', (scale, seed) => {
    const files = filesOf(scale, seed);
    const rows = purchasesOf(files);
    const of = (published: number) => Math.round(published * scale);
    expect(rows).toHaveLength(of(PUBLISHED));
    const [kiosks, products, cards] = [0, 1, 2].map((field) => counted(rows.map((row) => row[field])));
    expect(products?.get('4061')).toBe(of(68_369));
    expect(products?.get('2603')).toBe(of(17_392));
    expect(largest(products ?? new Map())[9]).toBe(of(17_392));
    expect(kiosks?.get('750')).toBe(of(12_295));
    expect(largest(kiosks ?? new Map())[9]).toBe(of(8265));
    expect(largest(cards ?? new Map()).slice(0, 10)).toEqual(
      [24_467, 1688, 1444, 791, 787, 745, 698, 686, 680, 648].map(of),
    );
    const pairs = largest(counted(rows.map((row) => `${row[2]} ${row[1]}`)));
    expect(pairs.slice(0, 6)).toEqual([1677, 807, 635, 551, 543, 531].map(of));
    const evening = rows.filter((row) => {
      const [, hour, offset] = / (\d\d):.*-0(\d)$/.exec(row[3] ?? '') ?? [];
      return (Number(hour) + Number(offset)) % 24 >= 18;
    });
    expect(evening).toHaveLength(of(613_779));
  });

  it('says how many rows each file has, down to the smallest samples', () => {
    for (const scale of [0.0000001, 0.00001, 0.0003, 0.0009]) {
      const files = filesOf(scale, 8);
      expect(files.map(({ path }) => path)).toEqual([
        'product_info.csv',
        ...[1, 2, 3].map((number) => `items_purchased_${number}.csv`),
      ]);
      for (const file of files) expect(textOf(file).trimEnd().split('\n').length - 1).toBe(file.rows);
      const rows = purchasesOf(files);
      expect(rows).toHaveLength(Math.max(1, Math.round(PUBLISHED * scale)));
      expect(rows.filter((row) => row[1] === '4061')).toHaveLength(Math.round(68_369 * scale));
    }
  });

  it('writes every export in order of time', () => {
    const times = purchasesOf(filesOf(0.002, 5).slice(0, 2)).map((row) =>
      Date.parse(`${row[3]?.replace(' ', 'T')}:00`),
    );
    expect(times.length).toBeGreaterThan(500);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('refuses a scale that makes no sense', () => {
    expect(() => filesOf(0, 1)).toThrow(/scale 0 is not/);
  });
});
