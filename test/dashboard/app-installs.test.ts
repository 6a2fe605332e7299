import { describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';

const { dashboards } = await loadProject();
const panels = dashboards.find(({ dataset }) => dataset === 'app-installs')?.panels ?? [];

describe('the dashboard of the installs', () => {
  it('tells the errata beside their figures', () => {
    const erratum = (name: string) => panels.find(({ model }) => model === `app_installs.${name}`)?.erratum ?? '';
    for (const figure of ['2,239', '2,339']) expect(erratum('reach_summary')).toContain(figure);
    for (const figure of ['25.5', '6.7', '24.8 to 26.2']) expect(erratum('class_size_distribution')).toContain(figure);
  });

  it('says of a band what is in it: more than 100 % is another, and both are at least 90 %', () => {
    const { findings = [] } = panels.find(({ model }) => model === 'app_installs.rollout_bands') ?? {};
    const said = (band: string) => findings.find(({ where }) => where?.['rollout_band'] === band)?.text ?? '';
    expect(said('90-100%')).toContain('90% to 100%');
    expect(said('over 100%')).toContain('more accounts than their district has students');
    expect(findings.filter(({ text }) => text.includes('at least 90%'))).toEqual([]);
  });

  it('shows every subject', () => {
    expect([...new Set(panels.map(({ model }) => model))].sort()).toEqual(
      [
        'app_rollout',
        'apps_per_district',
        'class_size_distribution',
        'districts_per_app',
        'installs_by_month',
        'missing_data_sensitivity',
        'reach_summary',
        'rollout_bands',
        'rollout_patterns',
      ].map((name) => `app_installs.${name}`),
    );
  });
});
