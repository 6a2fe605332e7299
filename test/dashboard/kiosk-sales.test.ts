import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';

const { dashboards, models } = await loadProject();
const panels = dashboards.find(({ dataset }) => dataset === 'kiosk-sales')?.panels ?? [];

/** Every value of a key anywhere below; lists count item by item. */
function values(node: unknown, key: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === key ? [value].flat().filter((one) => typeof one === 'string') : []),
    ...values(value, key),
  ]);
}

describe('the dashboard of the kiosks', () => {
  it.each(panels.map((panel) => [panel.title, panel] as const))('%s: names only what there is', (_, panel) => {
    const columns = Object.keys(models.find(({ table }) => table === panel.model)?.columns ?? {});
    const known = new Set([...columns, ...values(panel.spec, 'as')]);
    const named = [...values([panel.encoding, panel.spec], 'field'), ...values(panel.spec, 'fold')];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('has a panel for every subject, and none shows a card', () => {
    expect(panels.map(({ model }) => model).sort()).toEqual(
      [
        'cards_by_purchases',
        'hourly_demand',
        'kiosk_ranking',
        'largest_cards',
        'monthly_trend',
        'time_of_day',
        'top_products',
      ].map((name) => `kiosk_sales.${name}`),
    );
    expect(values(panels, 'field')).not.toContain('card_hash');
  });

  it('tells the errata beside their figures, as they were published', () => {
    const figures = JSON.parse(
      readFileSync(new URL('../golden/kiosk-sales/figures.json', import.meta.url), 'utf8'),
    ) as { figure: string; published: (string | number)[][] }[];
    const published = (figure: string) => figures.find((one) => one.figure === figure)?.published ?? [];
    const erratum = (model: string) => panels.find((panel) => panel.model === `kiosk_sales.${model}`)?.erratum ?? '';
    const parts = published('parts of the day by UTC');
    expect(parts).toHaveLength(3);
    for (const [, count] of parts) expect(erratum('time_of_day')).toContain(count?.toLocaleString('en-US'));
    const count = (id: number) => Number(published('the ten products bought most').find(([one]) => one === id)?.[1]);
    expect(erratum('top_products')).toContain(count(4202).toLocaleString('en-US'));
    expect(erratum('top_products')).toContain(count(2603).toLocaleString('en-US'));
  });
});
