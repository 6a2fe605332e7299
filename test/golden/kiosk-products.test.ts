/** The published list of kiosk products: it loads whole, with its oddities. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

const data = process.env['LANDFALL_DATA'];

describe('the published product list', () => {
  if (data === undefined) {
    it.skip('skipped: LANDFALL_DATA is not set', () => undefined);
    return;
  }

  it('loads every product, also those without fc_number and those with a margin of 100 %', async () => {
    const work = new Workspace();
    try {
      work.drop('kiosk-sales/product_info.csv', readFileSync(join(data, 'kiosk-sales', 'product_info.csv')));
      expect((await work.run('--dataset', 'kiosk-sales')).code).toBe(0);
      expect(
        await work.query(`SELECT count(*) AS products, count(fc_number) AS with_fc, count_if(margin = 1) AS without_price,
          min(margin) AS least, count_if(margin = 62e0 / 100) AS at_62, count(DISTINCT product_id) AS ids
          FROM kiosk_sales.products`),
      ).toEqual([{ products: 330, with_fc: 312, without_price: 5, least: 0, at_62: 2, ids: 330 }]);
    } finally {
      work.close();
    }
  });
});
