/** The kiosks' whole chain on a small sample: what loads, what is refused and why, and that every model follows. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import { Workspace } from '../support/cli.ts';

interface Result {
  readonly status: string;
  readonly errors: unknown[];
  readonly datasets: { dataset: string; files_loaded: number; tables: Record<string, number | string>[] }[];
}

const NO_TIME = 'not a time with its offset from UTC such as 2020-01-31 23:59:59-08';

let work: Workspace;
let first: Result;

async function run(): Promise<Result> {
  const { stdout } = await work.run('--dataset', 'kiosk-sales', '--json');
  return JSON.parse(stdout) as Result;
}

beforeAll(async () => {
  work = new Workspace();
  const out = ['--out', work.landing, '--scale', '0.01', '--seed', '3'];
  expect((await work.cli(['generate', '--dataset', 'kiosk-sales', ...out])).code).toBe(0);
  first = await run();
}, 60_000);
afterAll(() => work.close());

describe('kiosk sales', () => {
  it('load but for the broken rows, which say why', async () => {
    expect(first).toMatchObject({ status: 'succeeded', errors: [] });
    const [purchases, products] = first.datasets[0]?.tables ?? [];
    expect(products).toMatchObject({ table_name: 'products', rows_read: 330, rows_loaded: 330 });
    expect(purchases).toMatchObject({ table_name: 'purchases', rows_quarantined: 15 });
    const { rows_read, rows_loaded, rows_duplicate, rows_quarantined } = purchases as Record<string, number>;
    expect(rows_read).toBe((rows_loaded ?? 0) + (rows_duplicate ?? 0) + (rows_quarantined ?? 0));
    // A hundredth of the published count: what the exports share counts once.
    expect(rows_loaded).toBe(11_156);
    expect(rows_duplicate).toBeGreaterThan(0.01 * 11_156);
    expect(
      await work.query(`SELECT column_name, reason, count(*) AS rows FROM ops.quarantine
        GROUP BY column_name, reason ORDER BY column_name, reason`),
    ).toEqual([
      { column_name: 'card_hash', reason: 'missing, but required', rows: 3 },
      { column_name: 'kiosk_id', reason: 'not a whole number of 32 bits', rows: 3 },
      { column_name: 'local_time', reason: NO_TIME, rows: 6 },
      { column_name: 'product_id', reason: 'not a whole number of 32 bits', rows: 3 },
      { column_name: 'purchased_at', reason: NO_TIME, rows: 6 },
      { column_name: 'utc_offset_hours', reason: NO_TIME, rows: 6 },
    ]);
  });

  it('have the same moment in UTC and by the clock there', async () => {
    expect(
      await work.query(`SELECT utc_offset_hours,
          count_if(date_diff('second', purchased_at, local_time) <> 3600 * utc_offset_hours) AS wrong
        FROM kiosk_sales.purchases GROUP BY utc_offset_hours ORDER BY utc_offset_hours`),
    ).toEqual([
      { utc_offset_hours: -8, wrong: 0 },
      { utc_offset_hours: -7, wrong: 0 },
    ]);
  });

  it('are in every model, and one card of them is likely a company', async () => {
    const models = (await loadProject()).models.filter(({ dataset }) => dataset === 'kiosk-sales');
    const counts = models.map(({ table, name }) => `(SELECT count(*) FROM ${table}) AS ${name}`);
    const [row] = await work.query<Record<string, number>>(`SELECT ${counts.join(', ')}`);
    expect(row).toMatchObject({ customer_products: 1000, time_of_day: 3, largest_cards: 20 });
    expect(Math.min(...Object.values(row ?? {}))).toBeGreaterThan(0);
    expect(await work.query('SELECT rank FROM kiosk_sales.repeat_customers WHERE likely_corporate')).toEqual([
      { rank: 1 },
    ]);
  });

  it('load once', async () => {
    expect((await run()).datasets).toMatchObject([{ files_loaded: 0 }]);
  });
});
