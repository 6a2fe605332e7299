/** What every lake promises of the results of analyses, and of what it remembers of them and of models. */

import { describe, expect, it } from '@jest/globals';
import type { Analysis } from '../../../core/analyses/types.ts';
import type { ResultTable, Value } from '../../../core/tabular.ts';
import { anAnalysis } from '../../core/models/graph-models.ts';
import { failure, type Shop } from './shop.ts';

export function describeResults(shop: Shop): void {
  const { rows, version } = shop;

  describe('results of an analysis', () => {
    const analysis: Analysis = anAnalysis('shop', 'cluster', 'shop.by_shop');
    const result = (...all: readonly (readonly Value[])[]): ResultTable => ({
      columns: [
        { name: 'name', type: 'string' },
        { name: 'n', type: 'bigint' },
        { name: 'x', type: 'double' },
        { name: 'ok', type: 'boolean' },
        { name: 'day', type: 'date' },
      ],
      rows: all,
    });
    const publish = (tables: Readonly<Record<string, ResultTable | { readonly select: string }>>) => {
      shop.own.next();
      return shop.lake.publish(analysis, new Map(Object.entries(tables)));
    };
    const found = () => rows('SELECT * FROM shop.clusters ORDER BY name');

    it('are there with their values, and replaced whole', async () => {
      const odd = `a "quoted", it's \\ é\nnext`;
      await publish({
        clusters: result([odd, '9007199254740993', 0.1, true, '2020-01-31'], ['b', null, null, null, null]),
      });
      expect(await found()).toEqual([
        [odd, '9007199254740993', 0.1, true, '2020-01-31'],
        ['b', null, null, null, null],
      ]);
      expect((await shop.lake.tables()).get('shop.clusters')?.columns).toEqual(result().columns);
      const before = await version('shop.clusters');
      await publish({ clusters: result(['c', 1, Number.NaN, false, null]) });
      expect(await found()).toEqual([['c', 1, null, false, null]]);
      expect(await version('shop.clusters')).not.toBe(before);
      await publish({ clusters: result() });
      expect(await found()).toEqual([]);
    });

    it('may be rows that stay with the engine, of the results before them', async () => {
      await publish({
        clusters: result(['a', 1, 1.5, true, null], ['b', 2, 2.5, true, null]),
        cluster_profiles: { select: 'SELECT name, n + 1 AS more FROM shop.clusters' },
      });
      expect(await rows('SELECT * FROM shop.cluster_profiles ORDER BY name')).toEqual([
        ['a', 2],
        ['b', 3],
      ]);
      await publish({ clusters: { select: "SELECT 'z' AS name" } });
      expect(await found()).toEqual([['z']]);
      await publish({ clusters: result(['a', 1, 1.5, true, null]) });
      expect(await found()).toEqual([['a', 1, 1.5, true, null]]);
    });

    it('tell of a SELECT that fails', async () => {
      expect(await failure(publish({ clusters: { select: 'SELECT nothing FROM shop.sales' } }))).toMatchObject({
        problems: [{ code: 'analysis-failed', file: 'queries/shop/analyses.yml' }],
      });
    });
  });

  describe('what was made, and what is stale', () => {
    it('is remembered by table', async () => {
      const made = { definition: 'abc', at: 1_600_000_000_123, warned: ['few'] };
      await shop.lake.define(new Map([['shop.a', made]]));
      await shop.lake.define(new Map([['shop.b', { ...made, at: null, warned: null }]]));
      expect(new Map(await shop.lake.models())).toEqual(
        new Map<string, unknown>([
          ['shop.a', made],
          ['shop.b', { ...made, at: null, warned: null }],
        ]),
      );
      await shop.lake.undefine(['shop.a', 'shop.c']);
      expect([...(await shop.lake.models()).keys()]).toEqual(['shop.b']);
    });

    it('is settled by table', async () => {
      await shop.lake.unsettle(['shop.a', 'shop.b']);
      await shop.lake.unsettle(['shop.b']);
      await shop.lake.unsettle([]);
      expect([...(await shop.lake.stale())].sort()).toEqual(['shop.a', 'shop.b']);
      await shop.lake.settle(['shop.b', 'shop.c']);
      expect([...(await shop.lake.stale())]).toEqual(['shop.a']);
    });
  });
}
