import { describe, expect, it } from '@jest/globals';
import { evolvedTable } from '../../../../core/contracts/drift/evolve.ts';
import { type HeaderContext, judgeHeader, orderDrift } from '../../../../core/contracts/drift/judge-header.ts';
import { column, table } from '../../../support/contracts.ts';

const SALES = table('sales', [
  column('id', 'integer', { required: true }),
  column('amount', 'double'),
  column('note', 'string'),
]);

const judge = (header: string, more: Partial<HeaderContext> = {}, sales = SALES) =>
  judgeHeader(sales, header.split(','), { key: 'shop/sales/1.csv', policy: 'evolve', isReplay: false, ...more });
const found = (...args: Parameters<typeof judge>) =>
  judge(...args).drift?.findings.map(({ kind, column: name, action }) => [kind, name, action]) ?? [];

describe('judgeHeader', () => {
  it('finds nothing in a file that is as agreed', () => {
    for (const policy of ['evolve', 'quarantine', 'freeze'] as const) {
      expect(judge(' id,amount ,note', { policy })).toEqual({
        ...{ problems: [], names: new Map(), columns: [], drift: undefined },
      });
    }
  });

  it('gives new columns their names, and files that another policy would treat otherwise', () => {
    const file = 'id,amount,note,Unit Price,colour';
    const names = new Map([
      ['Unit Price', 'unit_price'],
      ['colour', 'colour'],
    ]);
    const columns = ['unit_price', 'colour'];
    expect(judge(file)).toMatchObject({ problems: [], names, columns, drift: { isPolicys: false } });
    expect(judge(file, { policy: 'quarantine' })).toMatchObject({ problems: [], columns, drift: { isPolicys: true } });
    const frozen = judge(file, { policy: 'freeze' });
    expect(frozen).toMatchObject({ columns: [], drift: { isPolicys: true } });
    expect(frozen.problems.map(({ code }) => code)).toEqual(['unknown-column', 'unknown-column']);
    expect(found(file, { policy: 'freeze' })).toEqual([
      ['new_column', 'unit_price', 'refused'],
      ['new_column', 'colour', 'refused'],
    ]);
  });

  it('takes what the table has learnt for its own, and does not miss it', () => {
    const evolved = evolvedTable(SALES, ['colour']);
    expect(judge('id,amount,note,colour', { policy: 'freeze' }, evolved).drift).toBeUndefined();
    expect(judge('id,amount,note', {}, evolved).drift).toBeUndefined();
  });

  it.each(['evolve', 'quarantine', 'freeze'] as const)(
    'under %s knows a learnt column by the header that it came with',
    (policy) => {
      const evolved = evolvedTable(SALES, ['unit_price']);
      expect(judge('id,amount,note, Unit Price', { policy }, evolved)).toEqual({
        ...{ problems: [], names: new Map([['Unit Price', 'unit_price']]), columns: [], drift: undefined },
      });
      const twice = judge('id,amount,note,Unit Price,unit-price', { policy }, evolved);
      expect(twice.problems).not.toHaveLength(0);
    },
  );

  it('refuses two fields that would be one column', () => {
    const { problems } = judge('id,Unit Price,unit-price');
    expect(problems.map(({ message }) => message)).toEqual([
      '"Unit Price" and "unit-price" in the header would both be the column unit_price',
    ]);
    expect(judge('id,unit_price,Unit Price', {}, evolvedTable(SALES, ['unit_price'])).problems).toHaveLength(1);
    expect(found('id,amount,note,Unit Price,unit-price').map(([, , action]) => action)).toEqual(['refused', 'refused']);
  });

  it.each([
    ['a header that shares nothing with the table', 'a;b;c'],
    ['lines that end in CR', 'id,amount,note\r1'],
    ['a column without a name', 'id,'],
    ['a column twice', 'id,id'],
  ])('refuses %s, whatever the policy', (_what, header) => {
    expect(judge(header).problems.length).toBeGreaterThan(0);
    expect(judge(header).columns.length === 0 || judge(header).problems.length > 0).toBe(true);
  });

  it('takes a missing column and an unknown one for a rename, by name or by place', () => {
    expect(found('id,amuont,note')).toEqual([
      ['renamed_column', 'amount', 'null'],
      ['new_column', 'amuont', 'added'],
    ]);
    const [missing] = judge('id,price,note').drift?.findings ?? [];
    expect(missing).toMatchObject({ kind: 'renamed_column', suggestion: expect.stringContaining('"price"') });
    expect(found('price,id,note')).toContainEqual(['missing_column', 'amount', 'null']);
    expect(found('note,price,id', { known: ['note', 'amount', 'id'] })).toContainEqual([
      'renamed_column',
      'amount',
      'null',
    ]);
  });

  it('tells of an order only where it is neither the contract’s nor the last file’s', () => {
    const order = (names: string) => orderDrift(SALES, names.split(','), ['note', 'id', 'amount']);
    expect(order('note,id,amount')).toEqual([]);
    expect(order('id,amount,note')).toEqual([]);
    expect(order('note,colour,amount')).toEqual([]);
    expect(order('amount,note,id')).toMatchObject([{ kind: 'column_order', column: null, action: 'loaded by name' }]);
  });

  it('misses nothing in a replay file', () => {
    expect(judge('note,id', { isReplay: true }).drift).toBeUndefined();
  });

  it('keeps names to itself where a column is protected, and reads nothing of unknown ones', () => {
    const people = table('people', [
      column('id', 'integer', { required: true }),
      column('mail', 'string', { protect: 'hmac' }),
    ]);
    const judged = judge('id,mail,Jane Roe', {}, people);
    expect(judged).toMatchObject({ problems: [], names: new Map([['Jane Roe', '']]), columns: [] });
    expect(JSON.stringify(judged.drift)).not.toContain('Jane');
    expect(judged.drift).toMatchObject({ isPolicys: true, findings: [{ column: null, action: 'left out' }] });
    expect(JSON.stringify(judge('id,Jane Roe', { policy: 'freeze' }, people))).not.toMatch(
      /Jane[^"]*","(detail|message)/,
    );
  });
});
