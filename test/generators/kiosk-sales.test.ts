/** The published size, row for row: what the exports hold together, and what they are like. */

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '../../adapters/duckdb/database.ts';
import { figuresOf } from '../golden/published.mjs';
import { Workspace } from '../support/cli.ts';
import { IDENTITY, kioskLake } from '../support/kiosk-lake.ts';

const figures = figuresOf('kiosk-sales');

let work: Workspace;
let said = '';
let database: Database;
beforeAll(async () => {
  work = new Workspace();
  // In a process of its own: under jest, globals take the generator several times as long.
  const { code, stdout } = await work.cli([
    'generate',
    '--dataset',
    'kiosk-sales',
    '--scale',
    '1',
    '--out',
    work.landing,
  ]);
  expect(code).toBe(0);
  said = stdout;
  database = await kioskLake(join(work.landing, 'kiosk-sales'));
}, 60_000);
afterAll(() => {
  database.close();
  work.close();
});

async function rowsOf(sql: string): Promise<unknown[][]> {
  return (await database.rows<Record<string, unknown>>(sql)).map((row) =>
    Object.values(row).map((value) => (/^\d+$/.test(String(value)) ? Number(value) : value)),
  );
}

describe('the published figures', () => {
  it.each(figures)('$figure', async ({ sql, published }) => {
    expect(await rowsOf(sql)).toEqual(published);
  });

  it('are not reached by any other product, kiosk, card or pair of a card and a product', async () => {
    const next = (table: string, count: number) =>
      rowsOf(`SELECT max(purchases) FROM kiosk_sales.${table} WHERE rank > ${count}`);
    const [[product], [kiosk], [card], [pair]] = [
      ...(await next('top_products', 10)),
      ...(await next('kiosk_ranking', 10)),
      ...(await next('repeat_customers', 10)),
      ...(await next('customer_products', 10)),
    ] as [[number], [number], [number], [number]];
    expect(product).toBeLessThan(17392);
    expect(kiosk).toBeLessThan(8265);
    expect(card).toBeLessThan(648);
    expect(pair).toBeLessThan(451);
    // And yet there is a long tail, not a gap.
    expect(product).toBeGreaterThan(10000);
    expect(kiosk).toBeGreaterThan(5000);
    expect(card).toBeGreaterThan(500);
  });
});

describe('the exports', () => {
  it('say how many rows they have, and break as few as real ones', async () => {
    const [[rows, sound] = []] = await rowsOf('SELECT count(*), count_if(is_sound) FROM export_rows');
    const [[listed] = []] = await rowsOf('SELECT count(*) FROM kiosk_sales.products');
    expect(said).toContain(`kiosk-sales: 4 files, ${(Number(rows) + Number(listed)).toLocaleString('en-US')} rows`);
    expect(Number(rows) - Number(sound)).toBe(165);
    const broken = await rowsOf(`SELECT kiosk_id IS NULL, product_id IS NULL, card_hash IS NULL, purchased_at IS NULL,
      count(*), count(DISTINCT file) FROM export_rows WHERE NOT is_sound GROUP BY ALL ORDER BY ALL`);
    expect(broken).toEqual([
      [false, false, false, true, 66, 3],
      [false, false, true, false, 33, 3],
      [false, true, false, false, 33, 3],
      [true, false, false, false, 33, 3],
    ]);
  });

  it('overlap with their neighbours by more than one row in a hundred, and with no other', async () => {
    const shared = await rowsOf(`SELECT a.file, b.file, sum(least(a.n, b.n)) FROM
        (SELECT ${IDENTITY}, file, count(*) AS n FROM export_rows WHERE is_sound GROUP BY ALL) AS a
      JOIN (SELECT ${IDENTITY}, file, count(*) AS n FROM export_rows WHERE is_sound GROUP BY ALL) AS b
        ON a.kiosk_id = b.kiosk_id AND a.product_id = b.product_id AND a.card_hash = b.card_hash
          AND a.purchased_at = b.purchased_at AND a.fc_number IS NOT DISTINCT FROM b.fc_number AND a.file < b.file
      GROUP BY ALL ORDER BY ALL`);
    expect(shared.map(([a, b]) => [a, b])).toEqual([
      ['items_purchased_1.csv', 'items_purchased_2.csv'],
      ['items_purchased_2.csv', 'items_purchased_3.csv'],
    ]);
    for (const [, , rows] of shared) expect(Number(rows)).toBeGreaterThan(1_115_572 * 0.01);
  });

  it('have equal purchases, whose copies no export has only some of', async () => {
    const [[equal, split] = []] = await rowsOf(`SELECT sum(n - 1), count_if(n <> fewest) FROM
      (SELECT ${IDENTITY}, max(copies) AS n, min(copies) AS fewest FROM
        (SELECT ${IDENTITY}, file, count(*) AS copies FROM export_rows WHERE is_sound GROUP BY ALL) GROUP BY ALL)`);
    expect(Number(equal)).toBeGreaterThan(10_000);
    expect(split).toBe(0);
  });

  it('tell the time by both offsets of the year, and not every fc_number', async () => {
    expect(
      await rowsOf(`SELECT DISTINCT utc_offset_hours, month(local_time) FROM kiosk_sales.purchases
        WHERE day(local_time) = 15 ORDER BY ALL`),
    ).toEqual(
      [...[1, 2, 11, 12].map((month) => ['-8', month]), ...[3, 4, 5, 6, 7, 8, 9, 10].map((month) => ['-7', month])].map(
        ([offset, month]) => [Number(offset), month],
      ),
    );
    const [[without, all] = []] = await rowsOf(
      'SELECT count_if(fc_number IS NULL), count(*) FROM kiosk_sales.purchases',
    );
    expect(Number(without) / Number(all)).toBeGreaterThan(0.01);
    expect(Number(without) / Number(all)).toBeLessThan(0.2);
  });
});

describe('what the purchases are like', () => {
  it('workdays sell most, noon most of the day, nights hardly any', async () => {
    const days = await rowsOf(
      'SELECT day_of_week, sum(purchases) FROM kiosk_sales.hourly_demand GROUP BY 1 ORDER BY 1',
    );
    const by = days.map(([, purchases]) => Number(purchases));
    expect(Math.min(...by.slice(0, 5))).toBeGreaterThan(3 * Math.max(...by.slice(5)));
    const hours = await rowsOf('SELECT hour, sum(purchases) FROM kiosk_sales.hourly_demand GROUP BY 1 ORDER BY 2 DESC');
    expect([11, 12, 13]).toContain(hours[0]?.[0]);
    expect([0, 1, 2, 3, 4]).toContain(hours.at(-1)?.[0]);
  });

  it('only the largest card looks like a company, and most cards know one or two kiosks', async () => {
    expect(await rowsOf('SELECT rank FROM kiosk_sales.repeat_customers WHERE likely_corporate')).toEqual([[1]]);
    const [[median] = []] = await rowsOf(
      'SELECT median(kiosks) FROM kiosk_sales.repeat_customers WHERE purchases BETWEEN 5 AND 20',
    );
    expect(Number(median)).toBeLessThanOrEqual(3);
    const [[fewest] = []] = await rowsOf('SELECT min(cards) FROM kiosk_sales.cards_by_purchases');
    expect(Number(fewest)).toBeGreaterThan(100);
  });

  it('products are listed but for a few, and five of them have no price', async () => {
    expect(
      await rowsOf('SELECT count(*), count_if(margin = 1), count_if(margin > 1) FROM kiosk_sales.products'),
    ).toEqual([[330, 5, 0]]);
    const [[unknown] = []] = await rowsOf('SELECT count(*) FROM kiosk_sales.top_products WHERE product_name IS NULL');
    expect(unknown).toBe(12);
    const [[least, most] = []] = await rowsOf(
      'SELECT min(known_share), max(known_share) FROM kiosk_sales.kiosk_ranking',
    );
    expect(Number(least)).toBeGreaterThan(0.5);
    expect(Number(most)).toBeLessThanOrEqual(1);
  });
});
