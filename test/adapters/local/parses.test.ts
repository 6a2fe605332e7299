/** Columns whose text a plain cast would not take, through a whole load: what they become, and why a row is kept aside. */

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { NamedParse } from '../../../core/contracts/types.ts';
import { column, contractOf, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

const from = (name: string, kind: NamedParse) => ({ source: { kind: 'header' as const, name }, parse: { kind } });

const CONTRACT = contractOf(
  table(
    'visits',
    [
      column('id', 'integer', { required: true }),
      column('at', 'timestamp', { required: true, ...from('time', 'timestamp with offset') }),
      column('clock', 'timestamp', { required: true, ...from('time', 'local time of timestamp with offset') }),
      column('offset_hours', 'double', { required: true, ...from('time', 'offset hours of timestamp with offset') }),
      column('share', 'double', { maximum: 1, ...from('share', 'percent') }),
    ],
    { load: 'replace' },
  ),
);

let lake: TestLake;
beforeEach(async () => {
  lake = await TestLake.open(CONTRACT);
});
afterEach(() => lake.close());

it('reads one field as the moment in UTC, as the clock there read it, and as its offset', async () => {
  lake.drop(
    'visits/a.csv',
    'id,time,share\n1,2017-12-06 22:06:36-08,62%\n2,2018-07-01T05:00:00.25+0530,\n3,2016-12-31 23:59:59-00:30,7.5 %\n4,2020-01-01T00:00:00Z,\n',
  );
  await lake.load();
  expect(
    await lake.rows(
      'SELECT id, "at"::VARCHAR AS "at", clock::VARCHAR AS clock, offset_hours, share FROM shop.visits ORDER BY id',
    ),
  ).toEqual([
    { id: 1, at: '2017-12-07 06:06:36', clock: '2017-12-06 22:06:36', offset_hours: -8, share: 0.62 },
    { id: 2, at: '2018-06-30 23:30:00.25', clock: '2018-07-01 05:00:00.25', offset_hours: 5.5, share: null },
    { id: 3, at: '2017-01-01 00:29:59', clock: '2016-12-31 23:59:59', offset_hours: -0.5, share: 0.075 },
    { id: 4, at: '2020-01-01 00:00:00', clock: '2020-01-01 00:00:00', offset_hours: 0, share: null },
  ]);
});

it('keeps a row aside whose text does not fit, with a reason for each column', async () => {
  lake.drop(
    'visits/a.csv',
    'id,time,share\n1,2017-12-06 22:06:36,62%\n2,2017-12-06 22:06:36-08,0.62\n3,2017-12-06 22:06:36-08,101%\n4,,5%\n5,2017-12-06 22:06:36-08,100%\n',
  );
  expect((await lake.load()).tables).toMatchObject([{ rows_read: 5, rows_loaded: 1, rows_quarantined: 4 }]);
  const reasons = await lake.rows<{ row_number: number; column_name: string; reason: string }>(
    'SELECT row_number, column_name, reason FROM ops.quarantine ORDER BY row_number, column_name',
  );
  const offset = 'not a time with its offset from UTC such as 2020-01-31 23:59:59-08';
  expect(reasons.map(({ row_number, column_name, reason }) => `${row_number} ${column_name}: ${reason}`)).toEqual([
    `1 at: ${offset}`,
    `1 clock: ${offset}`,
    `1 offset_hours: ${offset}`,
    '2 share: not a percentage such as 62%',
    '3 share: above the maximum of 1',
    '4 at: missing, but required',
    '4 clock: missing, but required',
    '4 offset_hours: missing, but required',
  ]);
});

it('keeps a row aside where the one column may be empty and another of the same field may not', async () => {
  const [visits] = CONTRACT.tables;
  const columns = (visits?.columns ?? []).map((each) => (each.name === 'at' ? { ...each, required: false } : each));
  lake.drop('visits/a.csv', 'id,time,share\n1,2017-12-06 22:06:36-08,\n2,,\n3,2017-12-06 22:06:36-99,\n');
  const { tables } = await lake.load(contractOf(table('visits', columns, { load: 'replace' })));
  expect(tables).toMatchObject([{ rows_loaded: 1, rows_quarantined: 2 }]);
  expect(
    await lake.rows(
      'SELECT row_number::INTEGER AS n, list(column_name ORDER BY column_name)::VARCHAR AS columns FROM ops.quarantine GROUP BY n ORDER BY n',
    ),
  ).toEqual([
    { n: 2, columns: '[clock, offset_hours]' },
    { n: 3, columns: '[at, clock, offset_hours]' },
  ]);
});

it('judges a field once more where another column takes other texts for null', async () => {
  const at = column('at', 'timestamp', { ...from('time', 'timestamp with offset'), nulls: ['never'] });
  const clock = column('clock', 'timestamp', from('time', 'local time of timestamp with offset'));
  lake.drop('visits/a.csv', 'id,time\n1,never\n2,2017-12-06 22:06:36-08\n');
  const { tables } = await lake.load(
    contractOf(table('visits', [column('id', 'integer'), at, clock], { load: 'replace' })),
  );
  expect(tables).toMatchObject([{ rows_loaded: 1, rows_quarantined: 1 }]);
});
