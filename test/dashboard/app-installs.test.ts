import { expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';

const { dashboards } = await loadProject();
const panels = dashboards.find(({ dataset }) => dataset === 'app-installs')?.panels ?? [];

it('the dashboard of the installs tells the erratum beside its figure', () => {
  const erratum = panels.find(({ model }) => model === 'app_installs.reach_summary')?.erratum ?? '';
  expect(erratum).toContain('2,239');
  expect(erratum).toContain('2,339');
});
