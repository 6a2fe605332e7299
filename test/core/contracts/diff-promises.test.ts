import { describe, expect, it } from '@jest/globals';
import { diffContracts } from '../../../core/contracts/diff/diff.ts';
import { parseContract } from '../../../core/contracts/parse.ts';
import { SHOP } from '../../support/shop-contract.ts';

/** What changes from one set of rules and promises to another. */
function changes(was: readonly string[], now: readonly string[]): readonly string[] {
  const [before, after] = [was, now].map(([quality = '', promises = '']) => {
    const { contract, problems } = parseContract(
      `${SHOP}
    customProperties: [{property: landing, value: '*.csv'}, {property: load, value: replace}]
${quality}    properties:
      - {name: item, logicalType: string}
${promises}`,
      'contracts/shop.odcs.yaml',
    );
    expect(problems).toEqual([]);
    return contract === undefined ? [] : [contract];
  });
  return diffContracts(before ?? [], after ?? []).map(({ says, effects, breaks }) => {
    expect([effects, breaks]).toEqual([[], {}]);
    return says;
  });
}

const rules = (...all: string[]) => `    quality:\n${all.map((rule) => `      - ${rule}\n`).join('')}`;
const ONE = '{metric: rowCount, mustBe: 1}';

describe('quality rules', () => {
  it('that are added, removed and changed are named, and reload nothing', () => {
    const before = rules(ONE, '{name: gone, type: sql, query: SELECT 1, mustBe: 1}');
    const after = rules('{name: new, type: sql, query: SELECT 1, mustBe: 1}', '{metric: rowCount, mustBe: 2}');
    expect(changes([before], [after])).toEqual(['quality: new added; gone removed; rowCount changed']);
  });

  it('that stand elsewhere in the file are the same', () => {
    expect(changes([rules(ONE)], [`\n# moved\n${rules(ONE)}`])).toEqual([]);
  });
});

it('promises are named with their element', () => {
  const promise = (value: number) => `slaProperties:\n  - {property: fy, value: ${value}, element: purchases}\n`;
  expect(changes(['', promise(1)], ['', promise(2)])).toEqual(['slaProperties: frequency of purchases changed']);
});
