/** The quick reader and the careful one, held against each other by random files. */

import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SALES } from '../support/contracts.ts';
import { TestLake } from '../support/lake.ts';

const RUNS = 25 * Number(process.env['LANDFALL_PROPERTY_FACTOR'] ?? 1);
const HEADER = 'id,day,amount,note\n';

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
