import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { columnName } from '../../../../core/contracts/drift/column-name.ts';
import { column, table } from '../../../support/contracts.ts';

const SALES = table('sales', [
  column('id', 'integer', { source: { kind: 'header', name: 'Sale ID' } }),
  column('note', 'string'),
]);
const nameOf = (header: string) => columnName(SALES, header);

describe('the name of a column that the contract does not name', () => {
  it.each([
    ['colour', 'colour'],
    ['unit_price', 'unit_price'],
    ['Unit Price', 'unit_price'],
    ['Unit-Price (net)', 'unit_price_net'],
    ['unitPrice', 'unit_price'],
    ['UNIT PRICE', 'unit_price'],
    ['Café', 'cafe'],
    ['2020', 'n_2020'],
    ['_row_number', 'row_number'],
  ])('%s is %s', (header, name) => expect(nameOf(header)).toBe(name));

  it.each([
    ['id', 'extra_id'],
    ['Note', 'extra_note'],
    ['rowid', 'extra_rowid'],
  ])('%s, which is taken, is %s', (header, name) => expect(nameOf(header)).toBe(name));

  it.each([
    ['% sold', '# sold'],
    ['金额', '日期'],
    ['%', '#'],
    [`${'a'.repeat(80)}1`, `${'a'.repeat(80)}2`],
  ])('%s and %s, which lose what tells them apart, are two', (one, other) => {
    expect(nameOf(one)).not.toBe(nameOf(other));
  });

  it('is one that a contract may give, is not taken, and stays itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (header) => {
        const name = nameOf(header.trim());
        expect(name).toMatch(/^[a-z][a-z0-9_]{0,62}$/);
        expect(['id', 'note', 'Sale ID', 'rowid']).not.toContain(name);
        expect(nameOf(name)).toBe(name);
      }),
    );
  });
});
