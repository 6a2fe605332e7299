/** What every lake promises of models that are made whole. */

import { describe, expect, it } from '@jest/globals';
import type { Value } from '../../../core/tabular.ts';
import { aModel } from '../../core/models/graph-models.ts';
import { failure, type Shop, sale } from './shop.ts';

export function describeModels(shop: Shop): void {
  const { fill, model, published, refresh, rows, version } = shop;

  describe.each(['view', 'full'] as const)('a model that is made as %s', (materialize) => {
    it('is there after its refresh, with its columns and a version', async () => {
      const outcome = await refresh(
        model({ materialize, columns: { sales: { description: 'Sales', unit: 'items' } } }),
      );
      expect(outcome).toMatchObject({ mode: materialize, warnings: [], warned: [] });
      expect(await published()).toEqual([
        ['north', 1, 1],
        ['south', 2, 5],
      ]);
      expect((await shop.lake.tables()).get('shop.by_shop')).toEqual({
        version: expect.any(String),
        columns: [
          { name: 'shop', type: 'string' },
          { name: 'sales', type: 'bigint' },
          { name: 'amount', type: 'double' },
        ],
        change: null,
      });
      expect((await shop.lake.columns()).get('shop.by_shop')).toEqual(['shop', 'sales', 'amount']);
    });

    it('has a new version with each refresh', async () => {
      await refresh(model({ materialize }));
      const before = await version();
      await fill(sale(4, 'west', 4));
      await refresh(model({ materialize }));
      expect(await published()).toEqual([['west', 1, 4]]);
      expect(await version()).not.toBe(before);
    });

    it('stays as it was where an audit fails', async () => {
      const sql = "SELECT * FROM shop.by_shop WHERE shop.by_shop.sales > 2 -- not 'shop.by_shop'";
      const audited = model({ materialize, audits: [{ name: 'few sales', sql, severity: 'error' }] });
      await refresh(audited);
      const before = await version();
      const worse = { ...audited, sql: audited.sql.replace('count(*)', 'count(*) + 1') };
      expect(await failure(refresh(worse))).toMatchObject({
        problems: [
          {
            code: 'audit-failed',
            file: 'queries/shop/by_shop.yml',
            message: expect.stringContaining('audit "few sales" of shop.by_shop found 1 row, such as {"shop":"south"'),
            hint: 'the table stays as it was',
          },
        ],
      });
      expect(await published()).toEqual([
        ['north', 1, 1],
        ['south', 2, 5],
      ]);
      expect(await version()).toBe(before);
    });

    it('is published where an audit only warns, and says so', async () => {
      const sql = 'SELECT by_shop.shop FROM shop.by_shop AS by_shop';
      const outcome = await refresh(model({ materialize, audits: [{ name: 'no shop', sql, severity: 'warn' }] }));
      expect(outcome.warned).toEqual(['no shop']);
      expect(outcome.warnings).toMatchObject([{ code: 'audit-failed', hint: 'published all the same' }]);
      expect(await published()).toHaveLength(2);
    });

    it('tells of a mistake where it stands', async () => {
      const wrong = model({ materialize, sql: 'SELECT shop,\n  amuont\nFROM shop.sales' });
      const error = await failure(refresh(wrong));
      expect(error).toMatchObject({
        problems: [{ code: 'bad-model', file: 'queries/shop/by_shop.sql', line: 2, column: 3 }],
      });
      expect(await version()).toBeUndefined();
    });

    it('tells of a column that is described and not there', async () => {
      const wrong = model({ materialize, columns: { sails: { description: 'Sales' } } });
      expect(await failure(refresh(wrong))).toMatchObject({
        problems: [{ code: 'unknown-column', file: 'queries/shop/by_shop.yml' }],
      });
    });

    it('tells of an audit that can not run', async () => {
      const audits = [{ name: 'wrong', sql: 'SELECT nothing FROM shop.by_shop', severity: 'error' as const }];
      expect(await failure(refresh(model({ materialize, audits })))).toMatchObject({
        problems: [{ code: 'audit-wrong' }],
      });
      expect(await version()).toBeUndefined();
    });

    it('goes where it is dropped', async () => {
      await refresh(model({ materialize }));
      await shop.lake.define(new Map([['shop.by_shop', { definition: 'x', at: 1, warned: [] }]]));
      await shop.lake.drop('shop.by_shop');
      expect((await shop.lake.columns()).has('shop.by_shop')).toBe(false);
      expect((await shop.lake.tables()).has('shop.by_shop')).toBe(false);
      expect((await shop.lake.models()).has('shop.by_shop')).toBe(false);
      await shop.lake.drop('shop.by_shop');
    });
  });

  it('a model reads another, and sees what that one became', async () => {
    const top = {
      ...aModel('shop.top_shop', 'full'),
      sql: 'SELECT shop FROM shop.by_shop ORDER BY amount DESC LIMIT 1',
    };
    await refresh(model({ materialize: 'full' }));
    await refresh(top);
    expect(await rows('SELECT * FROM shop.top_shop')).toEqual([['south']]);
    await fill(sale(1, 'north', 9));
    await refresh(model({ materialize: 'full' }));
    await refresh(top);
    expect(await rows('SELECT * FROM shop.top_shop')).toEqual([['north']]);
  });

  it('a model may become a table, and a view again', async () => {
    for (const materialize of ['view', 'full', 'view'] as const) {
      await refresh(model({ materialize }));
      expect(await published()).toHaveLength(2);
    }
  });

  it('a published time and a published whole number have the same type everywhere', async () => {
    const sql =
      'SELECT id, sold_at, CAST(amount AS decimal(9,2)) AS price, sum(id) AS ids FROM shop.sales GROUP BY 1, 2, 3';
    const columns = [
      { name: 'id', type: 'integer' },
      { name: 'sold_at', type: 'timestamp' },
      { name: 'price', type: 'decimal(9,2)' },
      { name: 'ids', type: 'bigint' },
    ];
    for (const materialize of ['view', 'full'] as const) {
      await refresh(model({ materialize, sql }));
      expect((await shop.lake.tables()).get('shop.by_shop')?.columns).toEqual(columns);
      expect(await rows('SELECT * FROM shop.by_shop WHERE id = 2')).toEqual([[2, '2020-01-31 10:00:00.123', 2, 2]]);
    }
  });

  it('a reader sees one version or the next, and never a part', async () => {
    const many = (by: number) => Array.from({ length: 40 }, (_, id) => sale(id, `s${id % 4}`, by));
    const one = model({ materialize: 'full', sql: 'SELECT id, amount FROM shop.sales' });
    await fill(...many(0));
    await refresh(one);
    let isDone = false;
    const seen: (readonly Value[])[] = [];
    const reader = (async () => {
      while (!isDone) {
        seen.push(...(await rows('SELECT count(*), min(amount), max(amount) FROM shop.by_shop')));
      }
    })();
    for (const by of [1, 2, 3]) {
      await fill(...many(by));
      await refresh(one);
    }
    isDone = true;
    await reader;
    expect(seen.length).toBeGreaterThan(0);
    for (const [count, least, most] of seen) expect([count, least]).toEqual([40, most]);
    expect(await rows('SELECT DISTINCT amount FROM shop.by_shop')).toEqual([[3]]);
  });
}
