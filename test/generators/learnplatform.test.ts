import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { generatorFor, generators } from '../../generators/index.ts';
import type { GeneratedFile } from '../../generators/types.ts';
import { filesOf, readSample, textOf } from './sample.ts';

function hashes(files: readonly GeneratedFile[]): string[] {
  return files.map((file) => {
    const hash = createHash('sha256');
    for (const chunk of file.chunks()) {
      hash.update(chunk);
    }
    return `${file.path} ${hash.digest('hex')}`;
  });
}

describe('generatorFor', () => {
  it('finds a generator by its data set', () => {
    expect(generators.map(({ dataset }) => dataset)).toContain('learnplatform');
    expect(generatorFor('learnplatform')?.dataset).toBe('learnplatform');
    expect(generatorFor('lernplatform')).toBeUndefined();
  });
});

describe('learnplatform', () => {
  it('gives the same bytes for the same seed, and when a file is read again', () => {
    const files = filesOf(0.004, 11);

    expect(hashes(filesOf(0.004, 11))).toEqual(hashes(files));
    expect(hashes(files)).toEqual(hashes(files));
  });

  it('gives the same bytes as ever, on every platform', () => {
    const all = createHash('sha256')
      .update(hashes(filesOf(0.002, 1)).join('\n'))
      .digest('hex');

    expect(all).toBe('2c8513168051a6cfed97e974c376c5feed77cdaa0052b5dcf7b677ad767f66b6');
  });

  it('gives a file without the others the bytes it has among them', () => {
    const files = filesOf(0.004, 11);

    expect(hashes(files.slice(-1))).toEqual(hashes(filesOf(0.004, 11)).slice(-1));
  });

  it('gives other districts, products and rows for another seed', () => {
    const digest = (seed: number) => hashes(filesOf(0.002, seed)).map((line) => line.split(' ')[1]);
    const [first, second] = [digest(1), digest(2)];

    expect(first.filter((hash) => second.includes(hash))).toEqual([]);
  });

  it('says how many rows each file has', () => {
    for (const file of filesOf(0.004, 3)) {
      expect(textOf(file).split('\n').length - 1).toBe(file.rows);
    }
  });

  it('has a file for every district', () => {
    const { files, districts } = readSample(0.002, 5);
    const expected = districts.map(([id]) => `engagement_data/${id}.csv`);

    expect(files.map(({ path }) => path).sort()).toEqual(
      [...expected, 'districts_info.csv', 'products_info.csv'].sort(),
    );
  });

  it('stays well-formed in the smallest samples', () => {
    for (const scale of [0.00001, 0.0001, 0.001]) {
      const { engagement } = readSample(scale, 8);
      expect(engagement.day).toHaveLength(Math.round(13_309_138 * scale));
      expect(engagement.pctAccess.every((pct) => Number.isNaN(pct) || (pct >= 0 && pct <= 100))).toBe(true);
      expect(engagement.engagementIndex.every((index) => Number.isNaN(index) || index < 1_000_000)).toBe(true);
    }
  });

  it('hands out chunks that stay as they are', () => {
    const file = filesOf(0.05, 1).at(-1);
    const chunks = [...(file?.chunks() ?? [])];
    const copies = [...(file?.chunks() ?? [])].map((chunk) => Buffer.from(chunk).toString());

    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(copies);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(256 * 1024);
  });

  it('refuses a scale or a seed that makes no sense, naming both', () => {
    expect(() => filesOf(0, 1)).toThrow(/scale 0 is not/);
    expect(() => filesOf(Number.NaN, 1.5)).toThrow(/scale NaN[\s\S]*seed 1.5/);
    expect(() => filesOf(Number.POSITIVE_INFINITY, 1)).toThrow(/scale Infinity/);
    expect(() => filesOf(1, -1)).toThrow(/seed -1/);
  });
});
