import { describe, expect, it } from '@jest/globals';
import { makeCatalogue, productsCsv } from '../../generators/products.ts';
import { parseCsv } from './sample.ts';

describe('makeCatalogue', () => {
  it('gives every product, listed or not, a five-digit id of its own', () => {
    const { listed, unlisted } = makeCatalogue(5);
    const ids = [...listed.map(({ id }) => id), ...unlisted];

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id >= 10_000 && id <= 99_999)).toBe(true);
  });
});

describe('productsCsv', () => {
  for (const seed of [0, 1, 2 ** 50]) {
    const text = productsCsv(makeCatalogue(seed).listed);
    const [header, ...records] = parseCsv(text);
    const column = (index: number) => records.map((record) => record[index] ?? 'missing field');

    it(`has 372 complete records in the published form (seed ${seed})`, () => {
      expect(header).toEqual([
        'LP ID',
        'URL',
        'Product Name',
        'Provider/Company Name',
        'Sector(s)',
        'Primary Essential Function',
      ]);
      expect(records).toHaveLength(372);
      expect(records.every((record) => record.length === 6)).toBe(true);
      expect(column(1).every((url) => /^https:\/\/[a-z.]+\.example\/[a-z0-9-]+$/.test(url))).toBe(true);
    });

    it(`has names that a reader of CSV can stumble over (seed ${seed})`, () => {
      const names = column(2);
      expect(new Set(names).size).toBe(372);
      expect(names.some((name) => name.includes('"'))).toBe(true);
      expect(names.some((name) => name.includes(','))).toBe(true);
      expect(names.some((name) => /\P{ASCII}/u.test(name))).toBe(true);
      expect(text).toMatch(/,"[^"\r\n]* ""[^"\r\n]+"" [^"\r\n]*",/);
      expect(column(3).some((provider) => provider.endsWith(' '))).toBe(true);
    });

    it(`has the published sectors and functions, and 20 products without (seed ${seed})`, () => {
      expect(new Set(column(4))).toEqual(
        new Set([
          ...['', 'PreK-12', 'PreK-12; Higher Ed', 'PreK-12; Higher Ed; Corporate'],
          ...['Higher Ed; Corporate', 'Corporate'],
        ]),
      );
      const categories = new Set(column(5).map((text) => text.split(' - ')[0]));
      expect(categories).toEqual(new Set(['', 'LC', 'CM', 'SDO', 'LC/CM/SDO']));
      expect(column(5)).toContain('LC - Courseware & Textbooks');
      expect(records.filter((record) => record[4] === '' && record[5] === '')).toHaveLength(20);
      expect(column(5).filter((text) => text === '')).toHaveLength(20);
    });

    it(`has a provider with many products, many with one, and one unknown (seed ${seed})`, () => {
      const counts = countsOf(column(3));
      expect(Math.max(...counts.values())).toBeGreaterThanOrEqual(29);
      expect([...counts.values()].filter((count) => count === 1).length).toBeGreaterThan(200);
      expect(counts.get('')).toBe(1);
    });
  }
});

function countsOf(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}
