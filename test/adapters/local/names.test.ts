/** A column may have any name that a contract takes, those that a load uses for its own among them. */

import { expect, it } from '@jest/globals';
import { column, contractOf, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

const NAMES =
  'raw file_no bad id wins origin fields reason row_number text share starts run ordinal arrived_at source_file load_id old new files staged sound line careful first_row keys n bits field_0 t_k f_k select order table file_index filename'.split(
    ' ',
  );
const csv = (...rows: string[]) => `${[['k', ...NAMES].join(), ...rows].join('\n')}\n`;
const row = (k: string, value: string) => [k, ...NAMES.map((name) => `${value} ${name}`)].join();

it.each(['merge', 'append', 'replace'] as const)('%s', async (load) => {
  const columns = [column('k', 'integer', { required: true }), ...NAMES.map((name) => column(name, 'string'))];
  const identity = load === 'append' ? ['k', ...NAMES] : [];
  const lake = await TestLake.open(
    contractOf(table('all', columns, { load, primaryKey: load === 'merge' ? ['k', 'reason'] : [], identity })),
  );
  try {
    lake.drop('all/a.csv', csv(row('1', 'a'), row('x', 'a'), row('1', 'a'), row('2', 'a')));
    await lake.load();
    // A ragged record sends the file to the careful reader.
    lake.drop('all/b.csv', csv(row('1', 'a'), row('3', 'b'), row('x', 'b'), 'ragged'));
    await lake.load();
    lake.drop('all/a.csv', csv(row('1', 'a'), row('2', 'c')));
    await lake.load();
    const found = await lake.rows<Record<string, string>>(`SELECT * FROM shop.all ORDER BY k, reason`);
    const wanted = load === 'replace' ? ['1 a', '2 c'] : ['1 a', '2 c', '3 b'];
    expect(found.map(({ k, reason }) => `${k} ${reason?.split(' ')[0]}`)).toEqual(wanted);
    for (const one of found) for (const name of NAMES) expect(one[name]).toBe(`${one['raw']?.split(' ')[0]} ${name}`);
    expect(await lake.rows('SELECT row_number, column_name, reason FROM ops.quarantine ORDER BY ALL')).toEqual([
      { row_number: '2', column_name: 'k', reason: 'not a whole number of 32 bits' },
      { row_number: '3', column_name: 'k', reason: 'not a whole number of 32 bits' },
      { row_number: '4', column_name: null, reason: `1 fields, expected ${NAMES.length + 1}` },
    ]);
  } finally {
    lake.close();
  }
});
