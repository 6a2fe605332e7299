import { expect, it } from '@jest/globals';
import { evolvedContract, evolvedTable } from '../../../../core/contracts/drift/evolve.ts';
import { planLoad } from '../../../../core/plans/load-plan.ts';
import { column, contractOf, table } from '../../../support/contracts.ts';

const SALES = table('sales', [
  column('id', 'integer'),
  column('amount', 'double', { source: { kind: 'header', name: 'total' } }),
]);
const SHOP = contractOf(SALES);
const names = (of: typeof SALES) => of.columns.map(({ name }) => name);

it('learnt columns stand behind the contract’s, by name, whichever came first', () => {
  const one = evolvedTable(evolvedTable(SALES, ['size']), ['colour']);
  expect(names(one)).toEqual(['id', 'amount', 'colour', 'size']);
  expect(one).toEqual(evolvedTable(SALES, ['colour', 'size', 'colour']));
});

it('what the contract names by now, by column or header, is the contract’s', () => {
  expect(evolvedTable(SALES, ['amount', 'total'])).toBe(SALES);
  expect(evolvedContract(SHOP, new Map([['shop.sales', ['total']]]))).toBe(SHOP);
  expect(evolvedContract(SHOP, new Map([['shop.others', ['size']]]))).toBe(SHOP);
});

it('a table with a protected column has learnt nothing', () => {
  const people = table('people', [column('id', 'integer'), column('mail', 'string', { protect: 'mask' })]);
  expect(evolvedTable(people, ['size'])).toBe(people);
});

it('no file loads again since another brought a column', () => {
  const evolved = evolvedContract(SHOP, new Map([['shop.sales', ['size']]]));
  const [own] = evolved.tables;
  expect(own && planLoad(evolved, own, 'duckdb').fingerprint).toBe(planLoad(SHOP, SALES, 'duckdb').fingerprint);
});
