import { describe, expect, it } from '@jest/globals';
import { duration, freshnessOf, freshnessTable, lateProblem } from '../../../core/freshness/freshness.ts';
import type { ServiceLevel } from '../../../core/freshness/types.ts';
import type { Value } from '../../../core/tabular.ts';
import { column, contractOf, table } from '../../support/contracts.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 31, 12);

const level = (name: string | null, days: number): ServiceLevel => ({
  property: name === null ? 'frequency' : 'latency',
  value: days,
  unit: 'd',
  line: 9,
  check: { watched: [{ table: 'sales', column: name }], withinMs: days * DAY },
});

/** How one promise stands, where the newest file and the newest value are these. */
async function stand(promise: ServiceLevel, newest: Value, known = true) {
  const contract = { ...contractOf(table('sales', [column('day', 'date')])), serviceLevels: [promise] };
  const read = async (sql: string) => {
    const rows = sql.includes('ops.loads')
      ? newest === null
        ? []
        : [['shop', 'sales', newest]]
      : sql.includes('information_schema')
        ? known
          ? [['shop.sales', 'day']]
          : []
        : [[newest]];
    return { columns: [], rows };
  };
  const [found] = await freshnessOf([contract], read, NOW);
  if (found === undefined) throw new Error('there is one promise');
  return found;
}

describe('freshnessOf', () => {
  it.each([
    [null, '2026-01-30 12:00:00.000', 'in time', null],
    [null, '2026-01-30 11:59:59.999', 'late', 1],
    [null, '2026-02-01 00:00:00.000', 'in time', null],
    [null, null, 'late', null],
    ['day', '2026-01-31', 'in time', null],
    ['day', '2026-01-30', 'late', DAY / 2],
    ['day', null, 'late', null],
  ])('of %s within a day, with the newest of %s: %s by %s', async (name, newest, status, lateMs) => {
    expect(await stand(level(name, 1), newest)).toMatchObject({ status, lateMs });
  });

  it('a table that the lake does not have yet is late', async () => {
    expect(await stand(level('day', 1), '2026-01-31', false)).toMatchObject({ status: 'late', newest: null });
  });

  it('asks nothing where nothing is checked', async () => {
    const promise: ServiceLevel = { property: 'retention', value: 3, unit: 'y', line: 9, check: null };
    const contract = { ...contractOf(), serviceLevels: [promise] };
    const read = () => Promise.reject(new Error('asked'));
    expect(await freshnessOf([contract], read, NOW)).toMatchObject([{ status: 'not checked', expected: '3 y' }]);
    expect(await freshnessOf([contractOf()], read, NOW)).toEqual([]);
  });

  it('is told with what was expected, the newest there is, and how late it is', async () => {
    expect(lateProblem(await stand(level(null, 1), '2026-01-28 12:00:00.000'))).toEqual({
      code: 'data-late',
      message:
        'shop.sales has its newest file from 2026-01-28 12:00:00 UTC, which is 2 days late: expected one within 1 day',
      file: 'contracts/shop.odcs.yaml',
      line: 9,
      hint: 'ask whoever delivers it, or see slaProperties',
    });
    expect(lateProblem(await stand(level('day', 2), null)).message).toBe(
      'shop.sales.day has no value yet: expected one within 2 days',
    );
  });

  it('shows what is late first', async () => {
    const promises = [await stand(level('day', 1), '2026-01-31'), await stand(level(null, 1), null)];
    expect(freshnessTable(promises).rows.map((row) => row.at(-1))).toEqual(['late', 'in time']);
  });
});

it.each([
  [DAY, '1 day'],
  [36 * 3_600_000, '36 hours'],
  [1.7 * DAY, '2448 minutes'],
  [3 * DAY + 5, '3 days'],
  [90_000, '1 minute'],
  [500, 'less than a minute'],
])('%d ms are %s', (ms, words) => expect(duration(ms)).toBe(words));
