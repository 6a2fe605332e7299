import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Database } from '../../../adapters/duckdb/database.ts';
import { lendKey, ProtectKey } from '../../../adapters/duckdb/protect-key.ts';
import { withoutValues } from '../../../adapters/duckdb/redact.ts';
import type { Protect } from '../../../core/contracts/types.ts';
import { WORDS } from '../../../core/plans/dialect.ts';
import { PROTECT_KEY } from '../../../core/plans/planned-column.ts';
import { LandfallError } from '../../../core/problems.ts';
import { column, contractOf, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

const KEY = { LANDFALL_PROTECT_KEY: 'a key that is long enough to be a key' };
const OTHER = { LANDFALL_PROTECT_KEY: 'another key that is long enough too' };
const hmac = (value: string, { LANDFALL_PROTECT_KEY: key } = KEY) =>
  createHmac('sha256', key).update(value).digest('hex');

const purchases = (protect: Protect, more = {}) =>
  contractOf(
    table('purchases', [
      column('id', 'integer', { required: true }),
      column('card', 'string', { protect, ...more }),
      column('amount', 'double', { minimum: 0 }),
    ]),
  );

let lake: TestLake;
afterEach(() => lake?.close());

const cards = async () =>
  (await lake.rows<{ card: string | null }>('SELECT card FROM shop.purchases ORDER BY id')).map(({ card }) => card);
const quarantined = () =>
  lake.rows('SELECT row_number, column_name, reason, raw_row FROM ops.quarantine ORDER BY row_number, column_name');

describe('hmac', () => {
  it('is what node:crypto gives, of any text under any key', async () => {
    const database = await Database.open({ file: null, readOnly: false, spill: null });
    const texts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 200 })));
    try {
      await fc.assert(
        fc.asyncProperty(texts, fc.string({ unit: 'binary', minLength: 1, maxLength: 150 }), async (values, key) => {
          const found = await lendKey(database, PROTECT_KEY, key, () =>
            database.rows<{ hash: string }>(
              `SELECT ${WORDS.hmac.duckdb('value', PROTECT_KEY)} AS hash FROM (VALUES ('')${values.map((_, i) => `, ($${i + 1})`).join('')}) AS given(value)`,
              values,
            ),
          );
          const expected = ['', ...values].map((value) => createHmac('sha256', key).update(value).digest('hex'));
          expect(found.map(({ hash }) => hash)).toEqual(expected);
        }),
        { numRuns: 60 },
      );
    } finally {
      database.close();
    }
  });

  it('shows the key in no plan and keeps it in no table', async () => {
    const database = await Database.open({ file: null, readOnly: false, spill: null });
    const key = 'k'.repeat(64);
    const shown = await lendKey(database, PROTECT_KEY, key, async () => [
      ...(await database.rows(`EXPLAIN SELECT ${WORDS.hmac.duckdb("'x' || n", PROTECT_KEY)} FROM range(9) AS r(n)`)),
      ...(await database.rows('SELECT hex(share) AS share FROM temp.landfall_shares')),
      ...(await database.rows('SELECT * FROM duckdb_variables()')),
    ]);
    // The key's byte, and what it becomes in the inner and in the outer block.
    for (const byte of [0x6b, 0x6b ^ 0x36, 0x6b ^ 0x5c]) {
      const run = String.fromCharCode(byte).repeat(4);
      expect(JSON.stringify(shown)).not.toContain(run);
      expect(JSON.stringify(shown).toLowerCase()).not.toContain(Buffer.from(run).toString('hex'));
    }
    const failure = await lendKey(database, PROTECT_KEY, key, () =>
      database.run(`SELECT CAST(${WORDS.hmac.duckdb("'x'", PROTECT_KEY)} AS INTEGER)`),
    ).catch((error: Error) => error.message);
    expect(failure).toContain('Conversion Error');
    expect(failure).not.toMatch(/kkkk|\]\]\]\]|7777/);
    expect(await database.rows("SELECT getvariable('landfall_inner_key') AS gone")).toEqual([{ gone: null }]);
    database.close();
  });

  it('stands for the text in the table and in quarantine', async () => {
    lake = await TestLake.open(purchases('hmac', { pattern: '[0-9]+', required: true, nulls: ['none'] }), {
      environment: KEY,
    });
    lake.drop('purchases/1.csv', 'id,card,amount\n1,4111,1\n2,nope,2\n3,4222,-1\n4,none,1\n5,,1\n');
    await lake.load();
    expect(await cards()).toEqual([hmac('4111')]);
    expect(await quarantined()).toEqual([
      { row_number: '2', column_name: 'card', reason: 'does not match [0-9]+', raw_row: `2,${hmac('nope')},2` },
      { row_number: '3', column_name: 'amount', reason: 'below the minimum of 0', raw_row: `3,${hmac('4222')},-1` },
      { row_number: '4', column_name: 'card', reason: 'missing, but required', raw_row: '4,***,1' },
      { row_number: '5', column_name: 'card', reason: 'missing, but required', raw_row: '5,,1' },
    ]);
  });

  it('is taken of the part that a parse keeps', async () => {
    lake = await TestLake.open(purchases('hmac', { parse: { kind: 'split', separator: '@', part: 1 } }), {
      environment: KEY,
    });
    lake.drop('purchases/1.csv', 'id,card,amount\n1,ann@example.org,1\n');
    await lake.load();
    expect(await cards()).toEqual([hmac('ann')]);
  });

  it('loads again under another key', async () => {
    lake = await TestLake.open(purchases('hmac'), { environment: KEY });
    lake.drop('purchases/1.csv', 'id,card,amount\n1,4111,1\n');
    await lake.load();
    expect((await lake.load()).skipped).toBe(1);
    lake.useKey(OTHER);
    expect((await lake.load()).filesLoaded).toBe(1);
    expect(await cards()).toEqual([hmac('4111', OTHER)]);
  });

  it.each([
    ['no key', {}, 'no-protect-key'],
    ['a short one', { LANDFALL_PROTECT_KEY: 'short' }, 'short-protect-key'],
  ])('does not load with %s', async (_, environment, code) => {
    lake = await TestLake.open(purchases('hmac'), { environment });
    expect((await lake.load()).filesLoaded).toBe(0);
    lake.drop('purchases/1.csv', 'id,card,amount\n1,4111,1\n');
    await expect(lake.load()).rejects.toMatchObject({ problems: [{ code }] });
    expect(await cards()).toEqual([]);
  });

  it('tells keys apart by an id that is not the key', () => {
    const ids = [KEY, OTHER].map((environment) => new ProtectKey(environment).keyId());
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(ids).size).toBe(2);
  });
});

it('mask leaves the last four characters of eight or more', async () => {
  lake = await TestLake.open(purchases('mask'));
  lake.drop(
    'purchases/1.csv',
    'id,card,amount\n1,4111222233334444,1\n2,1234567,1\n3,日本語日本語日本,1\n4,,1\n5,"a,b,c,d,",-1\n',
  );
  await lake.load();
  expect(await cards()).toEqual(['************4444', '*******', '****本語日本', null]);
  expect(await quarantined()).toEqual([
    { row_number: '5', column_name: 'amount', reason: 'below the minimum of 0', raw_row: '5,"****c,d,",-1' },
  ]);
});

it('drop stores nothing, of any type, and judges nothing', async () => {
  const secrets = contractOf(
    table('purchases', [
      column('id', 'integer', { required: true }),
      column('card', 'string', { protect: 'drop' }),
      column('pin', 'integer', { protect: 'drop', maximum: 1 }),
    ]),
  );
  lake = await TestLake.open(secrets);
  lake.drop('purchases/1.csv', 'id,card,pin\n1,4111,9999\nx,4222,pin\n');
  await lake.load();
  expect(await lake.rows('SELECT id, card, pin FROM shop.purchases')).toEqual([{ id: 1, card: null, pin: null }]);
  expect(await quarantined()).toEqual([
    { row_number: '2', column_name: 'id', reason: 'not a whole number of 32 bits', raw_row: 'x,***,***' },
  ]);
});

it('of a record that is none, only its place is kept', async () => {
  lake = await TestLake.open(purchases('hmac', { pattern: '[0-9]+' }), { environment: KEY });
  const lines = ['1,4111,1', '2,4112', '3,4113,1,extra', '4,"4114,1', '5,4115,x', '6,nope,1', '7,4117,1'];
  lake.drop('purchases/1.csv', `id,card,amount\n${lines.join('\n')}\n`);
  lake.drop(
    'purchases/2.csv',
    Buffer.concat([Buffer.from('id,card,amount\n8,4118'), Buffer.from([0xe9]), Buffer.from(',1\n')]),
  );
  const { tables } = await lake.load();
  expect(tables).toMatchObject([{ rows_read: 8, rows_loaded: 2, rows_quarantined: 6 }]);
  expect(await cards()).toEqual([hmac('4111'), hmac('4117')]);
  const rows = await lake.rows('SELECT reason, raw_row FROM ops.quarantine ORDER BY source_file, row_number');
  expect(rows).toEqual([
    { reason: '2 fields, expected 3', raw_row: null },
    { reason: '4 fields, expected 3', raw_row: null },
    { reason: 'a quote is left open or stands in the wrong place', raw_row: null },
    { reason: 'not a number', raw_row: `5,${hmac('4115')},x` },
    { reason: 'does not match [0-9]+', raw_row: `6,${hmac('nope')},1` },
    { reason: 'not UTF-8 text', raw_row: null },
  ]);
});

it('tells of an engine failure what kind it is, and not what it quotes', () => {
  const said = "Conversion Error: Could not convert string 'SECRET' to INT32\n\nLINE 1: SELECT 'SECRET'";
  const error = withoutValues(new LandfallError({ code: 'engine-error', message: said }), 'shop.purchases');
  expect(String(error)).toContain('shop.purchases could not be loaded: the engine met Conversion Error');
  expect(JSON.stringify(error) + String(error)).not.toContain('SECRET');
  const full = new LandfallError({ code: 'disk-full', message: 'the disk is full' });
  expect(String(withoutValues(full, 'shop.purchases'))).toBe(String(full));
});

it('quotes no field of a first line that is no header', async () => {
  lake = await TestLake.open(purchases('hmac'), { environment: KEY });
  lake.drop('purchases/1.csv', '1,4111222233334444,9\n2,4111222233334444,9\n');
  const { refusals } = await lake.load();
  expect(refusals.map(({ problem }) => problem.code)).toEqual(['missing-column']);
  expect(JSON.stringify(refusals)).not.toContain('4111');
  expect(await lake.rows("SELECT count(*)::INTEGER AS n FROM ops.loads WHERE contains(error, '4111')")).toEqual([
    { n: 0 },
  ]);
});
