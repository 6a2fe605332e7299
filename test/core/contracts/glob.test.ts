import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { globMistake, globsOverlap, matchesGlob } from '../../../core/contracts/glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['sales/*.csv', 'sales/1.csv', true],
    ['sales/*.csv', 'sales/.csv', false],
    ['sales/*.csv', 'sales/._1.csv', false],
    ['sales/*.csv', 'sales/2020/1.csv', false],
    ['sales/*.csv', 'other/1.csv', false],
    ['*/a*c.csv', 'x/abc.csv', true],
    ['*/a*c.csv', '.x/abc.csv', false],
    ['a.b(1).csv', 'a.b(1).csv', true],
    ['a.b.csv', 'axb.csv', false],
    ['items*.csv', 'items.csv', true],
  ])('%s and %s: %s', (glob, path, matches) => {
    expect(matchesGlob(glob, path)).toBe(matches);
  });
});

describe('globMistake', () => {
  it.each(['a.csv', 'folder/*.csv', '*/b*-v*.csv', 'with space.csv'])('takes %s', (glob) => {
    expect(globMistake(glob)).toBeUndefined();
  });

  it.each(['a.txt', '**.csv', 'a?.csv', '{a,b}.csv', '/a.csv', 'a//b.csv', './a.csv', 'a\\b.csv'])(
    'refuses %s',
    (glob) => {
      expect(globMistake(glob)).toBeDefined();
    },
  );
});

describe('globsOverlap', () => {
  it.each([
    ['a.csv', 'a.csv', true],
    ['a.csv', 'b.csv', false],
    ['a*.csv', '*b.csv', true],
    ['a*.csv', 'b*.csv', false],
    ['x/*.csv', '*.csv', false],
    ['x/*.csv', '*/1.csv', true],
    ['a*b*.csv', 'ab.csv', true],
    ['a*b.csv', 'ac.csv', false],
  ])('%s and %s: %s', (a, b, overlap) => {
    expect(globsOverlap(a, b)).toBe(overlap);
    expect(globsOverlap(b, a)).toBe(overlap);
  });

  it('agrees with a search through all short names', () => {
    const names = words('ab', 5);
    const glob = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 4 }).filter((text) => !/\*\*/.test(text));
    fc.assert(
      fc.property(glob, glob, (a, b) => {
        const found = names.some(
          (name) => matchesGlob(`${a}.csv`, `${name}.csv`) && matchesGlob(`${b}.csv`, `${name}.csv`),
        );
        // Two such globs that meet at all meet in a name as long as their letters together, unless that name is hidden.
        const fits = a.replaceAll('*', '').length + b.replaceAll('*', '').length <= 5;
        if (found) expect(globsOverlap(`${a}.csv`, `${b}.csv`)).toBe(true);
        if (!found && fits && `${a}${b}`.replaceAll('*', '') !== '') {
          expect(globsOverlap(`${a}.csv`, `${b}.csv`)).toBe(false);
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

function words(letters: string, longest: number): string[] {
  let latest = [''];
  const all = [''];
  for (let length = 1; length <= longest; length++) {
    latest = latest.flatMap((word) => [...letters].map((letter) => word + letter));
    all.push(...latest);
  }
  return all;
}
