import { describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import { figuresOf } from '../golden/published.mjs';
import { values } from './panels.ts';

const { dashboards } = await loadProject();
const panels = dashboards.find(({ dataset }) => dataset === 'kiosk-sales')?.panels ?? [];

describe('the dashboard of the kiosks', () => {
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
    const published = (figure: string) =>
      figuresOf('kiosk-sales').find((one) => one.figure === figure)?.published ?? [];
    const erratum = (model: string) => panels.find((panel) => panel.model === `kiosk_sales.${model}`)?.erratum ?? '';
    const parts = published('parts of the day by UTC');
    expect(parts).toHaveLength(3);
    for (const [, count] of parts) expect(erratum('time_of_day')).toContain(count?.toLocaleString('en-US'));
    const count = (id: number) => Number(published('the ten products bought most').find(([one]) => one === id)?.[1]);
    expect(erratum('top_products')).toContain(count(4202).toLocaleString('en-US'));
    expect(erratum('top_products')).toContain(count(2603).toLocaleString('en-US'));
  });
});
