import { describe, expect, it } from '@jest/globals';
import { standardise } from '../../../../core/analyses/clustering/standardise.ts';
import { columnsOf, fixtures } from './clustering-fixtures.ts';

describe('standardise', () => {
  it.each(Object.entries(fixtures.clusterings))('gives scikit-learn’s scores: %s', (_, { values, scores }) => {
    const own = standardise(columnsOf(values));
    expect(own).toHaveLength(scores.length);
    const differences = own.flatMap((row, i) =>
      row.map((score, j) => Math.abs(score - (scores[i]?.[j] ?? Number.NaN))),
    );
    expect(Math.max(...differences)).toBeLessThan(1e-10);
  });

  it('divides by the standard deviation of the population', () => {
    expect(standardise([[1, 3]])).toEqual([[-1], [1]]);
  });

  it('turns a constant feature into 0, also one that only rounding makes vary', () => {
    expect(standardise([[5, 5, 5]])).toEqual([[0], [0], [0]]);
    expect(standardise([[0.1 + 0.2, 0.3, 0.3]])).toEqual([[0], [0], [0]]);
  });

  it('gives the same scores for values that differ in the last digit of a sum', () => {
    const exact = [0.6, 0.3, 7];
    const added = [0.1 + 0.2 + 0.3, 0.1 + 0.2, 7];
    expect(added).not.toEqual(exact);
    expect(standardise([added])).toEqual(standardise([exact]));
  });

  it('copes with values whose squares leave the range of a double', () => {
    expect(standardise([[-1.5e308, 1.5e308]])).toEqual([[-1], [1]]);
    expect(standardise([[0, 5e-324]])).toEqual([[-1], [1]]);
  });

  it('gives no row for no row', () => {
    expect(standardise([[], []])).toEqual([]);
  });
});
