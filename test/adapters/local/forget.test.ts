import { createHash, createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contract, LoadMode } from '../../../core/contracts/types.ts';
import { column, contractOf, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

const KEY = { LANDFALL_PROTECT_KEY: 'a key that is long enough to be a key' };
const hmac = (value: string) => createHmac('sha256', KEY.LANDFALL_PROTECT_KEY).update(value).digest('hex');

const purchases = (load: LoadMode, protect = true): Contract =>
  contractOf(
    table(
      'purchases',
      [
        column('id', 'integer', { required: load === 'merge' }),
        column('card', 'string', protect ? { protect: 'hmac' } : {}),
        column('amount', 'double', { maximum: 100 }),
        column('pin', 'string', protect ? { protect: 'mask' } : {}),
      ],
      {
        load,
        primaryKey: load === 'merge' ? ['id'] : [],
        // Not the card: equal rows of two people are told apart by their places.
        identity: load === 'append' ? ['id', 'amount'] : [],
      },
    ),
  );

/** Told apart by the card as it is stored. */
const events = contractOf(
  table('events', [column('card', 'string', { protect: 'hmac' }), column('amount', 'integer', { required: true })], {
    load: 'append',
    identity: ['card', 'amount'],
  }),
);
const sold = (...rows: string[]) => `card,amount\n${rows.join('\n')}\n`;

const file = (...rows: string[]) => `id,card,amount,pin\n${rows.join('\n')}\n`;

let lake: TestLake;
afterEach(() => lake?.close());

const ROWS = 'SELECT id, card, amount, pin FROM shop.purchases ORDER BY ALL';
const BOOKS = `SELECT source_file, rows_read, rows_loaded + rows_duplicate AS good, rows_quarantined FROM ops.loads
  WHERE status = 'loaded' ORDER BY source_file`;
const QUARANTINE = `SELECT source_file, row_number, column_name, raw_row FROM ops.quarantine WHERE status = 'open'
  ORDER BY ALL`;
const SHADOW = 'SELECT id, card, amount, _row_number FROM storage.shop__purchases__superseded ORDER BY ALL';
const standing = async (from: TestLake) =>
  JSON.stringify(await Promise.all([ROWS, BOOKS, QUARANTINE, SHADOW].map((sql) => from.rows(sql))));
const unbalanced = () =>
  lake.rows(`SELECT * FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined
    OR least(rows_loaded, rows_duplicate, rows_quarantined) < 0`);

describe('forget', () => {
  it('erases from the table, its shadow and the quarantine, and tells which files have such rows', async () => {
    lake = await TestLake.open(purchases('merge'), { environment: KEY });
    lake.drop('purchases/1.csv', file('1,ann,1,', '2,bob,2,', '3,ann,999,'));
    lake.drop('purchases/2.csv', file('2,ann,3,', '4,bob,4,'));
    lake.drop('purchases/3.csv', file('1,bob,5,'));
    await lake.load();
    expect(await lake.erase({ card: 'ann' }, true)).toEqual(await lake.erase({ card: 'ann' }));
    expect(await lake.rows(ROWS)).toEqual([
      { id: 1, card: hmac('bob'), amount: 5, pin: null },
      { id: 2, card: hmac('bob'), amount: 2, pin: null },
      { id: 4, card: hmac('bob'), amount: 4, pin: null },
    ]);
    expect(await lake.rows(SHADOW)).toEqual([]);
    expect(await lake.rows(QUARANTINE)).toEqual([]);
    expect(await unbalanced()).toEqual([]);
    expect(await lake.erase({ card: 'ann' })).toEqual({ rows: 0, superseded: 0, quarantined: 0, files: [] });
    expect(await lake.erase({ card: hmac('bob') }, true)).toMatchObject({
      rows: 3,
      files: [
        { key: 'shop/purchases/1.csv', rows: 1 },
        { key: 'shop/purchases/2.csv', rows: 1 },
        { key: 'shop/purchases/3.csv', rows: 1 },
      ],
    });
  });

  it.each([
    ['the same export again', 'purchases/1.csv'],
    ['a copy under another name', 'purchases/copy.csv'],
    ['a packed copy', 'purchases/copy.csv.gz'],
  ])('does not let %s bring them back', async (_, name) => {
    lake = await TestLake.open(purchases('append'), { environment: KEY });
    const rows = ['1,ann,1,', '1,bob,1,', '2,ann,999,', '3,"ann",x,'];
    lake.drop('purchases/1.csv', file(...rows));
    await lake.load();
    await lake.erase({ card: 'ann' });
    lake.drop(name, file(...rows, '9,bob,9,'));
    const { tables } = await lake.load();
    expect(tables).toMatchObject([{ rows_read: 5, rows_quarantined: 0 }]);
    expect(await lake.rows('SELECT id, card FROM shop.purchases ORDER BY ALL')).toEqual([
      { id: 1, card: hmac('bob') },
      { id: 9, card: hmac('bob') },
    ]);
    expect(await lake.rows(QUARANTINE)).toEqual([]);
    expect(await unbalanced()).toEqual([]);
  });

  it('holds rules against files that only the second reader follows', async () => {
    lake = await TestLake.open(purchases('append'), { environment: KEY });
    lake.drop('purchases/0.csv', file('1,bob,1,'));
    await lake.load();
    await lake.erase({ card: 'ann' });
    lake.drop('purchases/1.csv', file('1,ann,1,', '2,ann', '3,ann,999,', '4,"bob,4,'));
    const { tables } = await lake.load();
    expect(tables).toMatchObject([{ rows_read: 4, rows_loaded: 0, rows_duplicate: 2, rows_quarantined: 2 }]);
    expect((await lake.rows<{ raw_row: string | null }>(QUARANTINE)).map(({ raw_row }) => raw_row)).toEqual([
      null,
      null,
    ]);
  });

  it('takes several columns together, and values that nothing protects', async () => {
    lake = await TestLake.open(purchases('append', false), { environment: KEY });
    lake.drop(
      'purchases/1.csv',
      file('1,ann@example.org,1,', '2,ann@example.org,1,', '2,bob@example.org,999,', '3,cut ann@example.org'),
    );
    await lake.load();
    expect(await lake.erase({ card: 'ann@example.org', id: '02' })).toMatchObject({ rows: 1, quarantined: 0 });
    expect(await lake.erase({ card: 'bob@example.org' })).toMatchObject({ rows: 0, quarantined: 1 });
    // What can't be split is found by its text.
    expect(await lake.erase({ card: 'cut ann@example.org' })).toMatchObject({ rows: 0, quarantined: 1 });
    expect(await lake.rows('SELECT id FROM shop.purchases')).toEqual([{ id: 1 }]);
    const rules = JSON.stringify(await lake.rows('SELECT * FROM storage.erased'));
    expect(rules).not.toContain('example.org');
  });

  it('keeps equal rows of overlapping exports one by a protected identity, and the forgotten out of the next export', async () => {
    lake = await TestLake.open(events, { environment: KEY });
    lake.drop('events/1.csv', sold('ann,1', 'ann,1', 'bob,2'));
    lake.drop('events/2.csv', sold('ann,1', 'bob,2', 'bob,2', 'cid,3'));
    await lake.load();
    const stand = () => lake.rows('SELECT card, amount FROM shop.events ORDER BY amount');
    const [ann, bob, cid] = [
      { card: hmac('ann'), amount: 1 },
      { card: hmac('bob'), amount: 2 },
      { card: hmac('cid'), amount: 3 },
    ];
    expect(await stand()).toEqual([ann, ann, bob, bob, cid]);
    expect(await lake.erase({ card: 'ann' })).toMatchObject({ rows: 2, superseded: 1 });
    expect(await stand()).toEqual([bob, bob, cid]);
    lake.drop('events/3.csv', sold('ann,1', 'ann,1', 'ann,1', 'bob,2', 'bob,2', 'cid,3', 'dan,4'));
    const { tables } = await lake.load();
    expect(tables).toMatchObject([{ rows_read: 7, rows_loaded: 1, rows_duplicate: 6 }]);
    expect(await stand()).toEqual([bob, bob, cid, { card: hmac('dan'), amount: 4 }]);
    expect(await lake.rows(`SELECT 1 FROM storage.shop__events__superseded WHERE card = '${hmac('ann')}'`)).toEqual([]);
    expect(await unbalanced()).toEqual([]);
  });

  it('takes out what was mended, and does not ask for it again', async () => {
    lake = await TestLake.open(events, { environment: KEY });
    const broken = sold('bob,1', 'eve,x');
    lake.drop('events/1.csv', broken);
    await lake.load();
    const origin = `shop/events/1.csv,2,${createHash('sha256').update(broken).digest('hex')}`;
    const mended = `_source_file,_row_number,_content_hash,card,amount\n${origin},ann,2\n`;
    lake.drop('_replay/events/ab/1.csv', mended);
    await lake.load();
    expect(await lake.rows('SELECT card FROM shop.events ORDER BY amount')).toEqual([
      { card: hmac('bob') },
      { card: hmac('ann') },
    ]);
    expect(await lake.erase({ card: 'ann' })).toMatchObject({
      rows: 1,
      files: [{ key: 'shop/_replay/events/ab/1.csv', rows: 1 }],
    });
    // Failing again, such a row has a header of its own.
    lake.drop('_replay/events/cd/1.csv', mended.replace('ann,2', 'bob,y'));
    await lake.load();
    expect(await lake.erase({ card: 'bob' })).toMatchObject({ rows: 1, quarantined: 1 });
    const fresh = await TestLake.open(events, { landing: lake.landing, environment: KEY });
    try {
      // Its rules come first, its files after them.
      await fresh.prepare();
      for (const card of ['ann', 'bob']) await fresh.erase({ card });
      await fresh.load();
      const sql = 'SELECT source_file, row_number, status FROM ops.quarantine ORDER BY ALL';
      const statuses = await lake.rows(sql);
      expect(statuses).toEqual([{ source_file: 'shop/events/1.csv', row_number: '2', status: 'replayed' }]);
      expect(await fresh.rows(sql)).toEqual(statuses);
    } finally {
      fresh.close();
    }
  });

  it.each([
    ['an unknown column', { cart: 'ann' }, 'has no column "cart"'],
    ['a masked column', { pin: '1234' }, 'protected by mask'],
    ['a value of another type', { id: 'secret' }, 'is no integer'],
  ])('refuses %s without quoting the value', async (_, values, message) => {
    lake = await TestLake.open(purchases('merge'), { environment: KEY });
    await lake.load();
    const error: Error = await lake.erase(values).then(
      () => new Error('nothing was refused'),
      (found: Error) => found,
    );
    expect(error.message).toContain(message);
    for (const value of Object.values(values)) expect(error.message).not.toContain(value);
    expect(await lake.rows('SELECT * FROM storage.erased')).toEqual([]);
  });

  it('does not load what it can no longer hold its rules against', async () => {
    lake = await TestLake.open(purchases('merge'), { environment: KEY });
    lake.drop('purchases/1.csv', file('1,ann,1,', '2,bob,2,'));
    await lake.load();
    await lake.erase({ card: 'ann' });
    lake.useKey({ LANDFALL_PROTECT_KEY: 'another key that is long enough too' });
    await expect(lake.load()).rejects.toMatchObject({ problems: [{ code: 'erased-under-another-key' }] });
    expect(await lake.rows('SELECT card FROM shop.purchases')).toEqual([{ card: hmac('bob') }]);
  });

  it('leaves what a fresh load under the same rule gives, whatever was dropped before', async () => {
    const row = fc.record({
      id: fc.constantFrom('1', '2', '3'),
      card: fc.constantFrom('ann', 'bob'),
      amount: fc.constantFrom('1', '2', '999', 'x'),
    });
    const drops = fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'c'), rows: fc.array(row, { maxLength: 5 }) }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('merge', 'append', 'replace'), drops, drops, async (load, before, after) => {
        const [first, fresh] = [
          await TestLake.open(purchases(load), { environment: KEY }),
          await TestLake.open(purchases(load), { environment: KEY }),
        ];
        try {
          const dropAll = async (to: TestLake, all: typeof before, from: number) => {
            for (const [index, { name, rows }] of all.entries()) {
              const content = file(...rows.map(({ id, card, amount }) => `${id},${card},${amount},`));
              to.drop(`purchases/${name}.csv`, content, Date.UTC(2021, 0, 1 + from + index));
              await to.load();
            }
          };
          await dropAll(first, before, 0);
          await first.erase({ card: 'ann' });
          await fresh.load();
          await fresh.erase({ card: 'ann' });
          await dropAll(fresh, before, 0);
          expect(await standing(first)).toBe(await standing(fresh));
          await dropAll(first, after, 10);
          await dropAll(fresh, after, 10);
          expect(await standing(first)).toBe(await standing(fresh));
          expect(await first.rows(`SELECT * FROM shop.purchases WHERE card = '${hmac('ann')}'`)).toEqual([]);
        } finally {
          first.close();
          fresh.close();
        }
      }),
      { numRuns: 7 },
    );
  });
});
