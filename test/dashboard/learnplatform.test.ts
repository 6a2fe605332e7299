import { describe, expect, it } from '@jest/globals';
import type { Panel } from '../../core/models/types.ts';
import { fieldWords, isTable } from '../../dashboard/chart.ts';
import { sayFindings } from '../../dashboard/findings.ts';
import { learnplatformDashboard } from './fixture.ts';
import { learnplatformModels, table } from './fixture-models.ts';

const { panels } = learnplatformDashboard();
const models = learnplatformModels();

describe('the dashboard of LearnPlatform', () => {
  it('has a panel for every subject', () => {
    const shown = (name: string) => panels.filter((panel) => panel.model === `learnplatform.${name}`).length;
    const once = ['state_monthly', 'daily_active_students', 'top_products', 'sector_monthly', 'function_monthly'];
    expect([...once, 'sector_shares', 'function_shares', 'recommendation_shortlist'].map(shown)).toEqual(
      Array.from({ length: 8 }, () => 1),
    );
    expect(shown('monthly_active_students')).toBe(2);
    expect(['district_cluster_selection', 'product_cluster_selection'].map(shown)).toEqual([2, 2]);
    expect(['district_cluster_points', 'product_cluster_points'].map(shown)).toEqual([1, 1]);
    expect(['district_cluster_contrasts', 'product_cluster_contrasts'].map(shown)).toEqual([1, 1]);
    expect(panels.filter(isTable)).toEqual([]);
  });

  it('marks the chosen number of groups, the elbow and the best silhouette, and tells them in words', () => {
    const curves = panels.filter((panel) => panel.model.endsWith('_cluster_selection'));
    for (const panel of curves) {
      const data = models[panel.model] ?? table({}, []);
      const said = sayFindings(panel, data, fieldWords(panel)).join(' ');
      const which = panel.model.includes('district') ? 5 : 4;
      expect(said).toContain(panel.title.endsWith('elbow') ? 'bends most at 4 groups' : 'best with 2 groups: 0.4');
      expect(said).toContain(`${which} groups`);
    }
    const [elbow] = curves;
    const none = models['learnplatform.district_cluster_selection'] ?? table({}, []);
    const place = none.columns.findIndex((column) => column.name === 'elbow');
    const rows = none.rows.map((row) => row.toSpliced(place, 1, false));
    expect(sayFindings(elbow as Panel, { ...none, rows }, new Map())[0]).toContain('no clear bend');
  });
});
