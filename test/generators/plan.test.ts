import { describe, expect, it } from '@jest/globals';
import { districtCount, planDistricts } from '../../generators/plan.ts';
import { sum } from './sample.ts';

describe('planDistricts', () => {
  it('has at scale 1 the published districts and rows', () => {
    const plans = planDistricts(1, 1);

    expect(plans).toHaveLength(233);
    expect(plans.filter(({ district }) => district.info.state !== 'NaN')).toHaveLength(176);
    expect(sum(plans.map(({ rows }) => rows))).toBe(13_309_138);
  });

  it('has as many rows as the scale says, first with fewer districts, then with fewer rows in each', () => {
    expect(sum(planDistricts(1, 0.05).map(({ rows }) => rows))).toBe(665_457);
    expect([0.001, 0.01, 0.05, 0.2, 1, 2].map(districtCount)).toEqual([12, 13, 36, 85, 233, 466]);
  });

  it('counts every row of every day', () => {
    for (const scale of [0.00001, 0.002, 0.05]) {
      for (const { rows, rowsByDay, daysWithoutProduct, district } of planDistricts(9, scale)) {
        expect(sum(rowsByDay) + daysWithoutProduct.length).toBe(rows);
        expect(sum(rowsByDay.subarray(0, district.firstDay))).toBe(0);
        expect(sum(rowsByDay.subarray(district.lastDay + 1))).toBe(0);
      }
    }
  });

  it('has districts of very different sizes', () => {
    const rows = planDistricts(1, 1).map((plan) => plan.rows);
    // Real ones have from 1,607 to 162,269 rows.
    expect(Math.min(...rows)).toBeLessThan(15_000);
    expect(Math.max(...rows)).toBeGreaterThan(110_000);
    expect(Math.max(...rows)).toBeLessThan(260_000);
  });
});
