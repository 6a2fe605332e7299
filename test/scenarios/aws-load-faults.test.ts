/** Functions that are killed, or overtaken by another, at any step of a load: what follows is as if they had not been. */

import { expect, it } from '@jest/globals';
import type { Fence } from '../../adapters/aws/ledger/types.ts';
import type { Contract } from '../../core/contracts/types.ts';
import { TransientError } from '../../core/problems.ts';
import { AwsTwin } from '../support/aws/twin.ts';
import { column, contractOf, table } from '../support/contracts.ts';
import { TestLake } from '../support/lake.ts';

const contract: Contract = contractOf(
  table('sales', [column('id', 'integer', { required: true }), column('day', 'date'), column('amount', 'double')], {
    landing: '*.csv',
    primaryKey: ['id'],
    partitionBy: ['month(day)'],
  }),
);
const text = (...rows: string[]) => ['id,day,amount', ...rows, ''].join('\n');
const FIRST = text('1,2020-01-01,1', '2,2020-01-02,2', 'x,,');
const OTHER = text('2,2020-02-02,9', '3,2020-03-03,3');
const CORRECTED = text('1,2020-01-01,1.5', 'y,,');
const LATER = text('2,2020-01-02,7', '4,,4');

const QUESTIONS = [
  'SELECT id, day, amount, _source_file, _row_number FROM shop.sales ORDER BY id, _source_file, _row_number',
  // How many of an older load's rows stood when it came depends on what was there then.
  `SELECT source_file, content_hash, rows_read, rows_loaded + rows_duplicate AS sound, rows_quarantined, status FROM ops.loads
    WHERE status = 'loaded' ORDER BY source_file`,
  `SELECT source_file, row_number, column_name, reason, raw_row FROM ops.quarantine WHERE status = 'open'
    ORDER BY source_file, row_number`,
];

const LOADED = `SELECT source_file, rows_loaded, rows_duplicate FROM ops.loads WHERE status = 'loaded' ORDER BY source_file`;

async function opened(landing?: string, own = contract): Promise<{ lake: TestLake; twin: AwsTwin }> {
  let twin: AwsTwin | undefined;
  const make = (parts: ConstructorParameters<typeof AwsTwin>[0]) => {
    twin = new AwsTwin(parts);
    return twin;
  };
  const lake = await TestLake.open(own, landing === undefined ? { make } : { make, landing });
  if (twin === undefined) throw new Error('no twin was made');
  return { lake, twin };
}

/** Two files are there, one of them corrected and a third has landed: that load is what is disturbed. */
async function begun(): Promise<{ lake: TestLake; twin: AwsTwin }> {
  const own = await opened();
  own.lake.drop('a.csv', FIRST);
  own.lake.drop('b.csv', OTHER);
  await own.lake.load();
  own.lake.drop('a.csv', CORRECTED);
  own.lake.drop('c.csv', LATER);
  own.twin.restart();
  return own;
}

const asked = async (lake: TestLake) => Promise.all(QUESTIONS.map((sql) => lake.rows(sql)));

async function equalsFreshLoad(lake: TestLake): Promise<void> {
  const fresh = await TestLake.open(contract, { landing: lake.landing });
  try {
    await fresh.load();
    expect(await asked(lake)).toEqual(await asked(fresh));
  } finally {
    fresh.close();
  }
}

/** Nothing of the last batches is left over, but what stands and the marks of their end. */
async function isTidy({ store, ledger }: AwsTwin): Promise<void> {
  const current = [...ledger.items.values()].map(({ current: own }) => own?.loadId);
  // One that was killed at the very last is at its end but for the word.
  expect((await ledger.open('shop')).filter(({ state }) => state !== 'merged')).toEqual([]);
  const staged = store.keys('landfall_staged/shop__sales/').map((key) => Number(key.split('/')[2]));
  expect(staged.every((load) => current.includes(load))).toBe(true);
  expect(store.keys('landfall_staged/shop__sales__changes/')).toEqual([]);
}

it('a function that is killed before any of its effects: the next load ends equal to a fresh one', async () => {
  const { lake, twin } = await begun();
  const before = twin.effects;
  await lake.load();
  const effects = twin.effects - before;
  const books = await lake.rows(LOADED);
  lake.close();
  expect(effects).toBeGreaterThan(20);
  for (let after = 0; after < effects; after += 1) {
    const own = await begun();
    try {
      await own.twin.killed(after, () => own.lake.load());
      // A token that is forgotten by then begins the statement again.
      if (after % 2 === 0) own.twin.athena?.forget();
      await own.lake.load();
      await equalsFreshLoad(own.lake);
      expect(await own.lake.rows(LOADED)).toEqual(books);
      await isTidy(own.twin);
    } catch (error) {
      throw new Error(`killed after ${after} effects of ${effects}`, { cause: error });
    } finally {
      own.lake.close();
    }
  }
});

it('a function that is overtaken at any effect stops, and changes nothing that its successor made of the lake', async () => {
  const { lake, twin } = await begun();
  const before = twin.effects;
  await lake.load();
  const effects = twin.effects - before;
  lake.close();
  let stopped = 0;
  for (let at = 2; at < effects; at += 4) {
    const own = await begun();
    try {
      // At that effect it sleeps; another takes the lease, ends its batch, and loads what landed meanwhile.
      own.twin.pause(at, async () => {
        own.twin.restart();
        own.lake.drop('a.csv', text('1,2020-01-01,8', '5,2020-05-05,5'));
        await own.lake.load();
      });
      await own.lake.load().catch((error: Error) => {
        stopped += 1;
        expect(error.message).toMatch(/lease|not (claimed|staged|merged) any more|not there/);
      });
      own.twin.restart();
      const [clean] = QUESTIONS;
      const found = await own.lake.rows(clean ?? '');
      await own.lake.load();
      expect(await own.lake.rows(clean ?? '')).toEqual(found);
      await equalsFreshLoad(own.lake);
    } catch (error) {
      throw new Error(`overtaken at effect ${at} of ${effects}`, { cause: error });
    } finally {
      own.lake.close();
    }
  }
  expect(stopped).toBeGreaterThan(3);
});

it('statements of a batch that is settled change nothing, however late they run', async () => {
  const { lake, twin } = await begun();
  await lake.load();
  const statements = (twin.athena?.statements ?? []).filter((sql) => /^(INSERT|MERGE)/.test(sql));
  twin.restart();
  lake.drop('c.csv', text('2,2020-01-02,70'));
  await lake.load();
  const before = await asked(lake);
  expect(statements.length).toBeGreaterThan(3);
  for (const sql of statements) await twin.athena?.run(sql);
  expect(await asked(lake)).toEqual(before);
  lake.close();
});

it('the same batch asked again by its run gives its outcome again', async () => {
  const { lake, twin } = await begun();
  const batches: Parameters<NonNullable<TestLake['onBatch']>>[0][] = [];
  lake.onBatch = async (batch) => {
    batches.push(batch);
  };
  await lake.load();
  const [batch] = batches;
  if (batch === undefined || twin.loads === undefined) throw new Error('nothing was loaded');
  const statements = twin.athena?.statements.length;
  const again = await twin.loads.load(batch);
  expect(again.books).toMatchObject({ rows_read: 4, rows_quarantined: 1 });
  expect(twin.athena?.statements.length).toBe(statements);
  lake.close();
});

it('so does one of which a file was refused and another changed while it was read', async () => {
  const { tables, ...rest } = contract;
  const strict: Contract = { ...rest, tables: tables.map((one) => ({ ...one, maxBadShare: 0.5 })) };
  const { lake, twin } = await opened(undefined, strict);
  lake.drop('a.csv', FIRST);
  lake.drop('bad.csv', OTHER);
  lake.drop('changed.csv', LATER);
  await lake.load();
  twin.restart();
  lake.drop('a.csv', CORRECTED);
  lake.drop('bad.csv', text('x,,', 'y,,'));
  lake.drop('changed.csv', text('7,2020-01-02,7'));
  const batches: Parameters<NonNullable<TestLake['onBatch']>>[0][] = [];
  lake.onBatch = async (batch) => {
    batches.push(batch);
    lake.drop('changed.csv', text('7,2020-01-02,7', '8,2020-01-02,8'));
  };
  await lake.load();
  const [batch] = batches;
  if (batch === undefined || twin.loads === undefined) throw new Error('nothing was loaded');
  const books = await lake.rows('SELECT * FROM ops.loads ORDER BY load_id');
  expect(books.map((row) => (row as { status: string }).status)).toContain('refused');
  const again = await twin.loads.load(batch);
  expect(again).toMatchObject({ filesLoaded: 1, refusals: [{ file: { key: 'shop/bad.csv' } }] });
  expect(again.left).toMatchObject([{ file: 'shop/changed.csv' }]);
  expect(await lake.rows('SELECT * FROM ops.loads ORDER BY load_id')).toEqual(books);
  lake.close();
});

it('a statement for whose end no time was left goes on, and is found again', async () => {
  const { lake, twin } = await begun();
  const { athena } = twin;
  if (athena === undefined) throw new Error('nothing was loaded');
  const [run, before] = [athena.run.bind(athena), athena.statements.length];
  athena.run = async (sql, options) => {
    const books = await run(sql, options);
    if (!sql.startsWith('INSERT')) return books;
    athena.run = run;
    throw new TransientError({ code: 'no-time-left', message: 'it goes on' });
  };
  await expect(lake.load()).rejects.toThrow('it goes on');
  twin.restart();
  await lake.load();
  const inserts = athena.statements.slice(before).filter((sql) => sql.startsWith('INSERT'));
  const partitions = inserts.map((sql) => /'shop__sales[.]([\w-]+[.]\d+)'/.exec(sql)?.[1]);
  expect(partitions).toEqual(['batch-000002.1', 'batch-000003.1']);
  await equalsFreshLoad(lake);
  lake.close();
});

it('a lease that is lost before the batch is claimed', async () => {
  const { lake, twin } = await begun();
  const stale: Fence = { dataset: 'shop', owner: 'old', token: 0 };
  await expect(twin.ledger.claim('shop', 'sales', 'run', 1, stale)).rejects.toMatchObject({
    problems: [{ code: 'lost-lease' }],
  });
  lake.close();
});
