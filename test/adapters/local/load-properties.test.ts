/** The two promises of a load, held by random sequences: the lake equals a fresh load, and the books balance. */

import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SALES, TestLake } from '../../support/lake.ts';

const RUNS = 25 * Number(process.env['LANDFALL_PROPERTY_FACTOR'] ?? 1);
const HEADER = 'id,day,amount,note\n';

const row = fc.record({
  id: fc.constantFrom('1', '2', '3', '4', 'x'),
  day: fc.constantFrom('2020-01-01', '2020-01-02'),
  amount: fc.constantFrom('1', '2', '', '999'),
});
const content = fc
  .array(row, { maxLength: 8 })
  .map((rows) => HEADER + rows.map(({ id, day, amount }) => `${id},${day},${amount},\n`).join(''));
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('drop' as const),
      file: fc.constantFrom('a', 'b', 'c'),
      content,
      late: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('again' as const),
      file: fc.constantFrom('a', 'b', 'c'),
      as: fc.constantFrom('a', 'b', 'c', 'd.gz'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), file: fc.constantFrom('a', 'b', 'c') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('load' as const) }) },
);

const nameOf = (file: string) => (file.endsWith('.gz') ? `sales/${file.slice(0, -3)}.csv.gz` : `sales/${file}.csv`);
const CLEAN = 'SELECT id, day, amount, note, _source_file, _row_number FROM shop.sales ORDER BY id, day';

it('after any sequence of drops, repeats, corrections, late and removed files, the table equals a fresh load', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      const lake = await TestLake.open(SALES);
      /** What has landed, and what a load has seen of it: the newest version of every file that ever arrived. */
      const landed = new Map<string, { content: string; at: number }>();
      const seen = new Map<string, { content: string; at: number }>();
      const drop = (file: string, text: string, at?: number) =>
        landed.set(file, { content: text, at: lake.drop(nameOf(file), text, at) });
      const load = async () => {
        await lake.load();
        for (const [file, version] of landed) if (seen.get(file)?.content !== version.content) seen.set(file, version);
      };
      try {
        for (const one of steps) {
          if (one.kind === 'drop')
            drop(one.file, one.content, one.late ? Date.UTC(2020, 0, 1) + steps.indexOf(one) : undefined);
          else if (one.kind === 'load') await load();
          else if (one.kind === 'remove' && landed.delete(one.file)) lake.remove(`sales/${one.file}.csv`);
          else if (one.kind === 'again') {
            const known = landed.get(one.file);
            if (known !== undefined) drop(one.as, known.content);
          }
        }
        await load();
        const fresh = await TestLake.open(SALES);
        try {
          for (const [file, version] of seen) fresh.drop(nameOf(file), version.content, version.at);
          await fresh.load();
          expect(await lake.rows(CLEAN)).toEqual(await fresh.rows(CLEAN));
        } finally {
          fresh.close();
        }
        expect(
          await lake.rows('SELECT * FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined'),
        ).toEqual([]);
        expect(
          await lake.rows(`SELECT * FROM ops.loads WHERE rows_quarantined <>
            (SELECT count(DISTINCT row_number) FROM ops.quarantine WHERE quarantine.load_id = loads.load_id)`),
        ).toEqual([]);
        expect(await lake.rows('SELECT id, day FROM shop.sales GROUP BY id, day HAVING count(*) > 1')).toEqual([]);
      } finally {
        lake.close();
      }
    }),
    { numRuns: RUNS },
  );
}, 120_000);

const text = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ',', '"', '\n', '\r\n', '\r', '1'), maxLength: 6 });
const quote = (value: string, always: boolean) =>
  always || /[",\n\r]/.test(value) || value !== value.trim() ? `"${value.replaceAll('"', '""')}"` : value;

it('both readers see the same records in what both can read', async () => {
  const record = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('2020-01-01', 'never'), text, fc.boolean());
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('\n', '\r\n'),
      async (records, newline) => {
        const rows = records.map(([id, day, note, always], index) =>
          [`${id + index * 100}`, day, '', quote(note, always)].join(','),
        );
        const body = [HEADER.trimEnd(), ...rows].join(newline) + newline;
        const fast = await TestLake.open(SALES);
        const careful = await TestLake.open(SALES);
        try {
          fast.drop('sales/x.csv', body);
          // A ragged last record sends the same file to the careful reader.
          careful.drop('sales/x.csv', `${body}ragged${newline}`);
          await fast.load();
          await careful.load();
          const clean = 'SELECT * EXCLUDE (_load_id) FROM shop.sales ORDER BY ALL';
          expect(await careful.rows(clean)).toEqual(await fast.rows(clean));
          const bad =
            'SELECT row_number, column_name, reason FROM ops.quarantine WHERE column_name IS NOT NULL ORDER BY ALL';
          expect(await careful.rows(bad)).toEqual(await fast.rows(bad));
        } finally {
          fast.close();
          careful.close();
        }
      },
    ),
    { numRuns: RUNS },
  );
}, 120_000);
