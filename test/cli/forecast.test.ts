/** What a person reads of a dry run: short, however much there is. */

import { expect, it } from '@jest/globals';
import { forecastText } from '../../cli/forecast.ts';
import type { Forecast } from '../../core/pipeline/dry-run.ts';

const NOTHING: Forecast = { loads: [], refusals: [], refreshes: [], publications: [], drops: [] };

function text(forecast: Partial<Forecast>): string {
  const files = { filesLoaded: forecast.loads?.length ?? 0, filesRefused: 0, filesSkipped: 3 };
  return forecastText({
    runId: 'r',
    status: 'succeeded',
    datasets: [{ dataset: 'shop', status: 'skipped', tables: [], ...files }],
    models: [],
    warehouse: {},
    report: null,
    errors: [],
    warnings: [],
    refused: false,
    late: [],
    failedRules: [],
    forecast: { ...NOTHING, ...forecast },
  });
}

it('says so where nothing is to be done', () => {
  expect(text({})).toBe(`a dry run: nothing is changed

shop: 0 files would load, 3 files known already

nothing is to be done
`);
});

it('counts two hundred files by table and reason, and shows the first few', () => {
  const loads = Array.from({ length: 200 }, (_, index) => ({
    file: `shop/${index}.csv`,
    dataset: 'shop',
    table: 'shop.sales',
    why: index < 198 ? ('new' as const) : ('content' as const),
  }));
  expect(text({ loads })).toBe(`a dry run: nothing is changed

shop: 200 files would load, 3 files known already
  into shop.sales: 198 files, new
    shop/0.csv
    shop/1.csv
    shop/2.csv
    shop/3.csv
    shop/4.csv
    and 193 more: --json has all
  into shop.sales: 2 files, of changed content
    shop/198.csv
    shop/199.csv
`);
});

it('tells what is certain from what depends on the rows, each with its reasons', () => {
  const node = { dataset: 'shop', produces: [], by: [] };
  const shown = text({
    refreshes: [
      {
        ...node,
        name: 'shop.days',
        mode: 'incremental',
        by: ['day'],
        certainty: 'may',
        why: [{ kind: 'loaded', table: 'shop.sales' }],
      },
      { ...node, name: 'analysis shop.kinds', mode: 'analysis', certainty: 'will', why: [{ kind: 'definition' }] },
    ],
    publications: [{ table: 'shop.days', why: 'changes', certainty: 'may' }],
    drops: ['shop.old'],
  });
  expect(shown).toContain(`
models and analyses that would be refreshed: 1
  analysis shop.kinds: its definition changed

refreshed only if those files change rows of the tables they load into: 1
  shop.days (by day): files load into shop.sales

models that would be dropped, for their definition is gone: 1
  shop.old

tables of the warehouse that may be written: 1
  shop.days: it changes in this run
`);
});
