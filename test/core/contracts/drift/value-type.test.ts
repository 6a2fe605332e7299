import { describe, expect, it } from '@jest/globals';
import { isRetyped, type Readable, typeDrift, valueType } from '../../../../core/contracts/drift/value-type.ts';
import type { ColumnType } from '../../../../core/contracts/types.ts';

describe('a column of another type', () => {
  it.each([
    [10, 0, true],
    [10, 9, true],
    [10, 10, false],
    [9, 0, false],
    [51, 49, true],
    [50, 50, false],
  ])('%d that fail beside %d sound ones: %s', (failing, sound, expected) => {
    expect(isRetyped({ failing, sound })).toBe(expected);
  });

  it.each<[ColumnType, number, readonly Readable[], Readable]>([
    ['integer', 0, ['double'], 'double'],
    ['integer', 1, ['double'], 'double'],
    ['integer', 1, ['bigint', 'double'], 'bigint'],
    ['double', 1, ['boolean'], 'string'],
    ['double', 0, ['boolean'], 'boolean'],
    ['date', 1, ['timestamp'], 'string'],
    ['date', 0, [], 'string'],
  ])('of %s with %d sound values, the others readable as %s: %s', (type, sound, readable, expected) => {
    expect(valueType({ name: 'amount', type, failing: 3, sound, readable })).toBe(expected);
  });

  it('says what was done by the policy', () => {
    const amount = { name: 'amount', type: 'integer', failing: 3, sound: 1, readable: [] } as const;
    expect(typeDrift(amount, 'evolve')).toEqual({
      kind: 'column_type',
      column: 'amount',
      detail: '3 of 4 values of "amount" are no integer',
      suggestion: "its values can be read as text (string): correct the file, or the column's type in the contract",
      action: 'rows quarantined',
    });
    expect(typeDrift(amount, 'freeze').action).toBe('refused');
  });
});
