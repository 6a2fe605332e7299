import { expect, it } from '@jest/globals';
import {
  chiSquareAbove,
  fisherAbove,
  normalReach,
  studentBelow,
  studentBeyond,
  studentReach,
} from '../../../core/analyses/distributions.ts';
import { near, statistics } from './statistics.ts';

const { distributions } = statistics;

it.each([
  ['student_beyond', ([t = 0, df = 0]) => studentBeyond(t, df)],
  ['student_reach', ([confidence = 0, df = 0]) => studentReach(confidence, df)],
  ['normal_reach', ([confidence = 0]) => normalReach(confidence)],
  ['fisher_above', ([f = 0, above = 0, below = 0]) => fisherAbove(f, above, below)],
  ['chi_square_above', ([x = 0]) => chiSquareAbove(x)],
] satisfies [keyof typeof distributions, (args: readonly number[]) => number][])('is scipy’s: %s', (name, ours) => {
  expect(distributions[name].length).toBeGreaterThan(2);
  for (const row of distributions[name]) near(ours(row), row.at(-1) ?? null, `${name} ${row.join(' ')}`);
});

it('gives a side of its own to each sign of t', () => {
  near(studentBelow(-2, 10) + studentBelow(2, 10), 1, 'both sides');
  expect(studentBelow(-2, 10)).toBeLessThan(0.05);
});
