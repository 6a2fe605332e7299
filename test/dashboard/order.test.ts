import { describe, expect, it } from '@jest/globals';
import { inOrder } from '../../dashboard/order.ts';
import { table } from './fixture-models.ts';

describe('inOrder', () => {
  it('goes by the columns from left to right, numbers by size and nulls last', () => {
    const columns = { state: 'string', k: 'integer' } as const;
    const rows = [
      ['Utah', 10],
      [null, 1],
      ['Utah', 9],
      ['Ohio', null],
      ['Ohio', 2],
    ];
    expect(inOrder(table(columns, rows)).rows).toEqual([
      ['Ohio', 2],
      ['Ohio', null],
      ['Utah', 9],
      ['Utah', 10],
      [null, 1],
    ]);
  });

  it('takes a bigint that is written as text for a number', () => {
    const rows = [['10'], ['9'], [8]];
    expect(inOrder(table({ rows: 'bigint' }, rows)).rows).toEqual([[8], ['9'], ['10']]);
  });

  it('goes by rank first', () => {
    const columns = { lp_id: 'integer', rank: 'bigint' } as const;
    const rows = [
      [1, 2],
      [3, 1],
      [2, 1],
    ];
    expect(inOrder(table(columns, rows)).rows).toEqual([
      [2, 1],
      [3, 1],
      [1, 2],
    ]);
  });
});
