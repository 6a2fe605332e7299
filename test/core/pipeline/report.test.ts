import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Model, Panel } from '../../../core/models/types.ts';
import { SALES } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';
import { aModel } from '../models/graph-models.ts';

const HEADER = 'id,day,amount,note\n';

let lake: TestLake;
beforeEach(async () => {
  lake = await TestLake.open(SALES);
});
afterEach(() => lake.close());

describe('reportInput', () => {
  it('names a file that was refused whole, until it comes sound', async () => {
    lake.drop('sales/x.csv', 'id,amount\n1,1\n');
    await lake.load();
    const { refused } = await lake.report();
    expect(refused.columns.map(({ name }) => name)).toEqual(['dataset', 'table_name', 'source_file', 'error']);
    expect(refused.rows).toEqual([['shop', 'sales', 'shop/sales/x.csv', expect.stringContaining('day')]]);

    lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,1,a\n`);
    await lake.load();
    expect((await lake.report()).refused.rows).toEqual([]);
  });

  it('shows up to three rows of each reason, the first of the first file, and counts them all', async () => {
    lake.drop('sales/b.csv', `${HEADER}9,2020-01-01,900,b\n`);
    lake.drop(
      'sales/a.csv',
      `${HEADER}${[1, 2, 3, 4].map((id) => `${id},2020-01-01,500,a\n`).join('')}x,2020-01-01,1,a\n`,
    );
    await lake.load();
    const { quarantine, examples } = await lake.report();
    const counts = quarantine.rows.map((row) => [row[2], Number(row[4]), Number(row[5])]);
    expect(counts).toEqual([
      ['amount', 2, 5],
      ['id', 1, 1],
    ]);
    const shown = examples.rows.map((row) => [row[2], row[4], Number(row[5]), row[6]]);
    expect(shown).toEqual([
      ['amount', 'shop/sales/a.csv', 1, '1,2020-01-01,500,a'],
      ['amount', 'shop/sales/a.csv', 2, '2,2020-01-01,500,a'],
      ['amount', 'shop/sales/a.csv', 3, '3,2020-01-01,500,a'],
      ['id', 'shop/sales/a.csv', 5, 'x,2020-01-01,1,a'],
    ]);
  });

  it("takes the rows of a panel's model and its units; a model that was never published has none", async () => {
    lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,1,a\n`);
    await lake.load();
    const panel = (model: string): Panel => ({ title: model, model, mark: 'table', encoding: null, note: 'All.' });
    const model: Model = {
      ...aModel('shop.sales'),
      key: ['id'],
      columns: { id: { description: 'Sale' }, amount: { description: 'Paid', unit: 'dollars' } },
    };
    const dashboard = { dataset: 'shop', title: 'Shop', file: 'dashboard.yml' };
    const { datasets } = await lake.report({
      models: [model],
      dashboards: [{ ...dashboard, panels: [panel('shop.sales'), panel('shop.never')] }],
    });
    const [sales, never] = datasets[0]?.panels ?? [];
    expect(sales?.units).toEqual({ amount: 'dollars' });
    expect(sales?.data.rows).toHaveLength(1);
    expect(never).toMatchObject({ data: { columns: [], rows: [] }, units: {} });
  });

  it('leaves out a data set of which nothing has landed', async () => {
    const dashboard = { title: 'Shop', file: 'dashboard.yml', panels: [] };
    const dashboards = ['shop', 'farm'].map((dataset) => ({ ...dashboard, dataset }));
    await lake.load();
    expect((await lake.report({ dashboards })).datasets).toEqual([]);
    lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,1,a\n`);
    await lake.load();
    expect((await lake.report({ dashboards })).datasets.map(({ dataset }) => dataset)).toEqual(['shop']);
  });
});
