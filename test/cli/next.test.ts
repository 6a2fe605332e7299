import { describe, expect, it } from '@jest/globals';
import { nextSteps } from '../../cli/next.ts';
import type { Dashboard, Model, Panel } from '../../core/models/types.ts';
import type { DatasetResult } from '../../core/pipeline/finish.ts';

const panel = (model: string) => ({ title: model, model, note: 'note' }) as Panel;
const dashboards = [
  { dataset: 'books', panels: [panel('books.by_author'), panel('books.lent')] },
  { dataset: 'shop', panels: [panel('shop.best_sellers')] },
  { dataset: 'weather', panels: [panel('weather.clusters')] },
] as unknown as readonly Dashboard[];
const models = [
  { table: 'books.by_author', key: ['author', 'year'], columns: { author: {}, year: {} } },
  { table: 'shop.best_sellers', key: ['product'], columns: { product: {}, rank: {} } },
] as unknown as readonly Model[];

function landed(dataset: string, changes: Partial<DatasetResult> = {}): DatasetResult {
  return { dataset, status: 'succeeded', tables: [], filesLoaded: 1, filesSkipped: 0, filesRefused: 0, ...changes };
}

function queryAfter(...datasets: DatasetResult[]): string | undefined {
  const steps = nextSteps({ datasets, report: null }, { dashboards, models }, { own: true, state: '.landfall' });
  return /query "(.*)"\n/.exec(steps)?.[1];
}

describe('what to try next', () => {
  it('asks for what the report shows first of what was loaded, in its order', () => {
    expect(queryAfter(landed('books'), landed('shop'))).toBe(
      'SELECT * FROM books.by_author ORDER BY author, year LIMIT 20',
    );
    expect(queryAfter(landed('shop'))).toBe('SELECT * FROM shop.best_sellers ORDER BY rank LIMIT 20');
    expect(queryAfter(landed('weather'))).toBe('SELECT * FROM weather.clusters LIMIT 20');
  });

  it('passes over what did not land, failed or has no dashboard, and knows what was loaded before', () => {
    expect(queryAfter(landed('books', { status: 'failed' }), landed('shop'))).toContain('shop.best_sellers');
    expect(queryAfter(landed('books', { status: 'skipped', filesLoaded: 0 }), landed('shop'))).toContain('shop.');
    const before = landed('books', { status: 'skipped', filesLoaded: 0, filesSkipped: 3 });
    expect(queryAfter(before, landed('shop'))).toContain('books.by_author');
    expect(queryAfter(landed('other'))).toBeUndefined();
  });

  it('names the state folder of a sample, and the report where there is one', () => {
    const result = { datasets: [landed('shop')], report: '/x/report/index.html' };
    const steps = nextSteps(result, { dashboards, models }, { own: false, state: '/x' });
    expect(steps).toContain('\n  open /x/report/index.html\n');
    expect(steps).toContain('LIMIT 20" --state /x\n');
    expect(steps).toContain('status --state /x\n');
    expect(steps).toContain('the sample then stays apart');
  });
});
