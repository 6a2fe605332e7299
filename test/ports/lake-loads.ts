/**
 * What every lake promises of loads, whoever keeps it: after any drops, repeats, overlaps, corrections and late files the
 * clean table is what the rule says, the books balance, and what is refused is kept with its reason.
 */

import { afterEach, describe, expect, it } from '@jest/globals';
import type { Contract, TableContract } from '../../core/contracts/types.ts';
import { column, contractOf, table } from '../support/contracts.ts';
import { type LakeOptions, TestLake } from '../support/lake.ts';

const COLUMNS = [
  column('id', 'integer', { required: true }),
  column('day', 'date'),
  column('amount', 'double', { minimum: 0 }),
  column('note', 'string'),
  column('sold_at', 'timestamp'),
  column('paid', 'boolean'),
  column('card', 'bigint'),
];
const HEADER = 'id,day,amount,note,sold_at,paid,card\n';
const MORE = (hour: number) => `2020-01-01 ${String(hour).padStart(2, '0')}:00:00.123,true,9007199254740993\n`;
const row = (own: string, hour = 1) => `${own},${MORE(hour)}`;
const AT = Date.UTC(2021, 0, 10);
const MINUTE = 60_000;

/** Rows with values in common and of their own, a null in what may be null, and one that fails. */
const A = HEADER + row('1,2020-01-01,1,a') + row('2,,2,b') + row('2,,2,b') + row('3,2020-01-03,-1,c');
const B = HEADER + row('2,,2,b') + row('4,2020-01-04,4,d') + row('1,2020-01-01,1.5,a2');

/** Zeros of both signs, so often that a writer of Parquet makes a dictionary of them. */
const SIGNED = Array.from({ length: 300 }, (_, index) =>
  row(`${100 + index},,${['0.0', '-0.0', '7'][index % 3]},12`),
).join('');
const NEGATIVE = "SELECT id FROM shop.sales WHERE CAST(amount AS varchar) LIKE '-%'";

type Step = readonly [what: string, drop: (lake: TestLake) => void];

const STEPS: readonly Step[] = [
  ['one file', (lake) => lake.drop('a.csv', A, AT)],
  ['another that overlaps it', (lake) => lake.drop('b.csv', B, AT + MINUTE)],
  ['the first again, under another name', (lake) => lake.drop('c.csv', A, AT + 2 * MINUTE)],
  [
    'one that is late',
    (lake) =>
      lake.drop(
        'late.csv',
        HEADER + row('4,2020-01-04,3,old') + row('5,,5,e') + row('2,,2,b') + row('2,,2,b') + row('2,,2,b'),
        AT - MINUTE,
      ),
  ],
  [
    'a correction that takes rows back',
    (lake) => lake.drop('b.csv', HEADER + row('4,2020-01-04,4,d', 2), AT + 3 * MINUTE),
  ],
  ['a correction that has no sound row', (lake) => lake.drop('c.csv', `${HEADER}x,,,,,,\n`, AT + 4 * MINUTE)],
  [
    'two at once, one of them in two months',
    (lake) => {
      lake.drop('d.csv', HEADER + row('6,2020-02-01,6,f') + row('7,2020-03-01,7,g'), AT + 5 * MINUTE);
      lake.drop('a.csv', HEADER + row('1,2020-01-01,1,a') + row('8,,8,h'), AT + 6 * MINUTE);
    },
  ],
];

const MODES: readonly (readonly [mode: string, more: Partial<TableContract>])[] = [
  ['merge', { primaryKey: ['id'], partitionBy: ['month(day)'] }],
  ['append', { load: 'append', identity: ['id', 'day', 'note', 'amount', 'sold_at'] }],
  ['append without overlap', { load: 'append', identity: ['id', 'day', 'note'], overlap: 'none' }],
  ['replace', { load: 'replace', primaryKey: ['id'] }],
];

const CLEAN = `SELECT id, day, amount, note, CAST(sold_at AS varchar) AS sold_at, paid, CAST(card AS varchar) AS card, _source_file,
  _row_number FROM shop.sales ORDER BY id, day, amount, note, _source_file, _row_number`;
const LOADS = `SELECT source_file, content_hash, rows_read, rows_loaded, rows_duplicate, rows_quarantined, status, error
  FROM ops.loads ORDER BY source_file, load_id`;
const QUARANTINE = `SELECT source_file, row_number, column_name, reason, raw_row, status FROM ops.quarantine
  ORDER BY source_file, load_id, row_number, column_name`;
const UNBALANCED =
  'SELECT source_file FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined';

export function contractFor(more: Partial<TableContract>): Contract {
  return contractOf(table('sales', COLUMNS, { landing: '*.csv', ...more }));
}

/** @param make the lake; it is held against a laptop's over the same files, too */
export function describeLakeLoads(name: string, make: LakeOptions['make'], timeout: number): void {
  describe(`loads: ${name}`, () => {
    const opened: TestLake[] = [];
    afterEach(async () => {
      for (const lake of opened.splice(0)) {
        await lake.other?.close?.();
        lake.close();
      }
    });

    async function open(contract: Contract): Promise<{ lake: TestLake; laptop: TestLake }> {
      const lake = await TestLake.open(contract, make === undefined ? {} : { make });
      const laptop = await TestLake.open(contract, { landing: lake.landing });
      opened.push(lake, laptop);
      return { lake, laptop };
    }

    async function alike({ lake, laptop }: { lake: TestLake; laptop: TestLake }, what: string): Promise<void> {
      for (const sql of [CLEAN, LOADS, QUARANTINE]) {
        expect([what, plain(await lake.rows(sql))]).toEqual([what, plain(await laptop.rows(sql))]);
      }
      expect(await lake.rows(UNBALANCED)).toEqual([]);
    }

    it.each(MODES)(
      '%s: each drop, repeat, correction and late file leaves the table and the books as they ought to be',
      async (_mode, more) => {
        const both = await open(contractFor(more));
        for (const [what, drop] of STEPS) {
          drop(both.lake);
          const [loaded, expected] = [await both.lake.load(), await both.laptop.load()];
          expect([what, loaded.tables, loaded.filesLoaded]).toEqual([what, expected.tables, expected.filesLoaded]);
          await alike(both, what);
        }
        const again = await both.lake.load();
        expect([again.filesLoaded, again.skipped]).toEqual([0, 5]);
      },
      timeout,
    );

    it(
      'a batch may touch more partitions than Athena writes in a statement',
      async () => {
        const both = await open(contractFor({ primaryKey: ['id'], partitionBy: ['month(day)'] }));
        const months = Array.from({ length: 101 }, (_, index) => new Date(Date.UTC(2010, index, 1)).toISOString());
        const rows = months.map((at, index) => row(`${index + 1},${at.slice(0, 10)},${index},m`));
        both.lake.drop('months.csv', HEADER + rows.join(''), AT);
        await both.lake.load();
        await both.laptop.load();
        await alike(both, '101 months');
      },
      timeout,
    );

    it(
      'a batch of which every file is refused by its header leaves all as it was',
      async () => {
        const both = await open(contractFor({ primaryKey: ['id'] }));
        for (const content of [HEADER + row('1,,1,a'), `${HEADER.trimEnd()},more\n`]) {
          both.lake.drop('a.csv', content);
          await both.lake.load();
          await both.laptop.load();
          await alike(both, content);
        }
        expect(await both.lake.rows('SELECT id FROM shop.sales')).toHaveLength(1);
      },
      timeout,
    );

    it(
      'a zero keeps its sign',
      async () => {
        const both = await open(contractFor({ primaryKey: ['id'] }));
        both.lake.drop('a.csv', HEADER + SIGNED, AT);
        for (const lake of [both.lake, both.laptop]) {
          await lake.load();
          expect(await lake.rows(NEGATIVE)).toHaveLength(100);
        }
      },
      timeout,
    );

    it(
      'a file with too many failing rows is refused, and its older version stays',
      async () => {
        const both = await open(contractFor({ primaryKey: ['id'], maxBadShare: 0.5 }));
        both.lake.drop('a.csv', HEADER + row('1,,1,a') + row('2,,2,b'));
        await both.lake.load();
        await both.laptop.load();
        both.lake.drop('a.csv', `${HEADER}${row('1,,9,a')}x,,,,,,\ny,,,,,,\n`);
        const [loaded] = [await both.lake.load(), await both.laptop.load()];
        expect(loaded.refusals).toMatchObject([{ problem: { code: 'too-many-bad-rows' } }]);
        await alike(both, 'refused');
      },
      timeout,
    );

    it(
      'a new column is learnt, and one that changes its type or goes takes no row with it',
      async () => {
        const old = { ...contractFor({ primaryKey: ['id'], partitionBy: ['month(day)'] }), drift: 'evolve' as const };
        const both = await open(old);
        both.lake.drop('a.csv', A, AT);
        both.lake.drop('gone.csv', HEADER + row('9,2020-05-05,9,12') + SIGNED, AT);
        await both.lake.load();
        await both.laptop.load();
        both.lake.drop('b.csv', `${HEADER.trim()},Unit Price\n${row('4,,4,d').trim()},1.50\n`, AT + MINUTE);
        expect((await both.lake.load()).changes.get('shop.sales')).toBe('all');
        await both.laptop.load();
        const priced = `SELECT id, unit_price FROM shop.sales ORDER BY id`;
        expect(plain(await both.lake.rows(priced))).toEqual(plain(await both.laptop.rows(priced)));
        both.lake.remove('gone.csv');
        const columns = COLUMNS.filter(({ name }) => name !== 'paid').map((own) =>
          own.name === 'note'
            ? column('note', 'integer')
            : own.name === 'id'
              ? column('id', 'bigint', { required: true })
              : own,
        );
        const today = contractOf(
          table('sales', columns, { landing: '*.csv', primaryKey: ['id'], partitionBy: ['month(day)'] }),
        );
        const evolved = { ...today, drift: 'evolve' as const };
        await both.lake.load(evolved);
        await both.laptop.load(evolved);
        const kept = 'SELECT id, day, amount, note, unit_price, _source_file, _row_number FROM shop.sales ORDER BY id';
        expect(plain(await both.lake.rows(kept))).toEqual(plain(await both.laptop.rows(kept)));
        expect(plain(await both.lake.rows('SELECT note FROM shop.sales WHERE id = 9'))).toEqual([{ note: '12' }]);
        for (const lake of [both.lake, both.laptop]) expect(await lake.rows(NEGATIVE)).toHaveLength(100);
      },
      timeout,
    );
  });
}

/** Engines print whole numbers and times each in a way of its own. */
function plain(rows: readonly unknown[]): unknown[] {
  return rows.map((one) =>
    Object.fromEntries(
      Object.entries(one as Record<string, unknown>).map(([name, value]) => [
        name,
        value === null
          ? null
          : (Object.is(value, -0) ? '-0' : String(value)).replace(/([.]\d*?)0+$/, '$1').replace(/[.]$/, ''),
      ]),
    ),
  );
}
