/** What every lake promises of models that are refreshed by changed values. */

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ChangedRows } from '../../../core/models/changed-rows.ts';
import type { Value } from '../../../core/tabular.ts';
import { aModel } from '../../core/models/graph-models.ts';
import { failure, type Shop, sale } from './shop.ts';

export function describeChangedValues(shop: Shop): void {
  const { fill, model, published, refresh, rows, version } = shop;

  describe('a model that is refreshed by changed values', () => {
    const byShop = model({ materialize: 'incremental', by: ['shop'] });
    const load = async (values: ChangedRows, ...all: readonly (readonly Value[])[]) => {
      await fill(...all);
      await shop.own.changed('shop.sales', ['shop'], values);
    };

    beforeEach(async () => {
      await shop.lake.refresh(byShop, 'full', []);
    });

    it('takes those from the model and leaves the others, and null is a value', async () => {
      // What is said to have changed is taken, and nothing else: north would show an error.
      await load([["'south'"], ['NULL'], ["'gone'"]], sale(1, 'north', 100), sale(2, 'south', 7), sale(5, null, 8));
      expect(await refresh(byShop, ['shop.sales'])).toMatchObject({ mode: 'incremental' });
      expect(await published()).toEqual([
        ['north', 1, 1],
        ['south', 1, 7],
        [null, 1, 8],
      ]);
      await load([["'south'"]], sale(5, null, 8));
      await refresh(byShop, ['shop.sales']);
      expect(await published()).toEqual([
        ['north', 1, 1],
        [null, 1, 8],
      ]);
    });

    it('tells by which values it changed since the version before', async () => {
      const before = await version();
      await load([["'south'"]], sale(2, 'south', 7));
      await refresh(byShop, ['shop.sales']);
      expect((await shop.lake.tables()).get('shop.by_shop')?.change).toEqual({ since: before, by: ['shop'] });
    });

    it('is refreshed whole where nobody knows what changed', async () => {
      await fill(sale(4, 'west', 4));
      expect(await refresh(byShop, ['shop.other'])).toMatchObject({ mode: 'full' });
      expect(await published()).toEqual([['west', 1, 4]]);
    });

    it('hands its own changes on', async () => {
      const sql = 'SELECT shop, amount * 2 AS twice FROM shop.by_shop';
      const twice = { ...aModel('shop.twice', 'incremental', ['shop']), sql };
      await shop.lake.refresh(twice, 'full', []);
      await load([["'south'"]], sale(1, 'north', 100), sale(2, 'south', 7));
      await refresh(byShop, ['shop.sales']);
      expect(await refresh(twice, ['shop.by_shop'])).toMatchObject({ mode: 'incremental' });
      expect(await rows('SELECT * FROM shop.twice ORDER BY shop')).toEqual([
        ['north', 2],
        ['south', 14],
      ]);
    });

    it('stays as it was where an audit fails', async () => {
      const audits = [
        { name: 'small', sql: 'SELECT * FROM shop.by_shop WHERE amount > 50', severity: 'error' as const },
      ];
      await load([["'north'"]], sale(1, 'north', 100));
      expect(await failure(refresh({ ...byShop, audits }, ['shop.sales']))).toMatchObject({
        problems: [{ code: 'audit-failed' }],
      });
      expect(await published()).toEqual([
        ['north', 1, 1],
        ['south', 2, 5],
      ]);
    });

    it('is exported whole, or what changed of it', async () => {
      const columns = (await shop.lake.tables()).get('shop.by_shop')?.columns ?? [];
      const sorted = async (place: string | null, of = columns) =>
        [...(place === null ? [] : await shop.own.exported(place, of))].sort((a, b) =>
          String(a) < String(b) ? -1 : 1,
        );
      const whole = await shop.lake.export('shop.by_shop');
      expect(whole.keys).toBeNull();
      expect(await sorted(whole.rows)).toEqual([
        ['north', 1, 1],
        ['south', 2, 5],
      ]);
      const since = (await version()) ?? '';
      await load([["'south'"], ["'gone'"]], sale(1, 'north', 100), sale(2, 'south', 7));
      await refresh(byShop, ['shop.sales']);
      const changed = await shop.lake.export('shop.by_shop', since);
      expect(await sorted(changed.rows)).toEqual([['south', 1, 7]]);
      expect(await sorted(changed.keys, columns.slice(0, 1))).toEqual([['gone'], ['south']]);
      expect(changed.rows).not.toBe(whole.rows);
      expect(await failure(shop.lake.export('shop.by_shop', 'another'))).toMatchObject({
        problems: [{ code: 'unknown-version' }],
      });
    });
  });
}
