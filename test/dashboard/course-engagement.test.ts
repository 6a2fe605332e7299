import { describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import { sayFindings } from '../../dashboard/findings.ts';
import { figuresOf } from '../golden/published.mjs';
import { values } from './panels.ts';

const project = await loadProject();
const panels = project.dashboards.find(({ dataset }) => dataset === 'course-engagement')?.panels ?? [];

describe('the dashboard of course engagement', () => {
  it('has a panel for every subject, and none shows a student', () => {
    expect([...new Set(panels.map(({ model }) => model))].sort()).toEqual(
      [
        'certificates_fit',
        'certificates_regression',
        'certificates_residuals',
        'engagement_changes',
        'engagement_correlation',
        'engagement_means',
        'event_dependence',
        'minutes_by_group',
        'minutes_histogram',
        'plan_refunds',
        'subscriptions_by_month',
      ].map((name) => `course_engagement.${name}`),
    );
    expect(values(panels, 'field')).not.toContain('student_id');
  });

  it('says nothing of a dependence that was not tested', () => {
    const panel = panels.find(({ model }) => model === 'course_engagement.event_dependence');
    if (panel === undefined) throw new Error('no panel');
    const said = (independent: boolean | null) => {
      const columns = [{ name: 'independent', type: 'boolean' as const }];
      return sayFindings(panel, { columns, rows: [[independent]] }, new Map())
        .slice(1)
        .join();
    };
    expect([true, false, null].map((independent) => /depend/.exec(said(independent))?.[0])).toEqual([
      'depend',
      'depend',
      undefined,
    ]);
  });

  it('tells the erratum beside its figure, as it was published', () => {
    const regression = figuresOf('course-engagement').find(({ erratum }) => erratum !== undefined);
    const panel = panels.find(({ erratum }) => erratum !== undefined);
    expect(panel?.model).toBe('course_engagement.certificates_regression');
    expect(panel?.erratum).toContain(String(regression?.published[0]?.[2]));
    expect(panel?.erratum).toContain(/0\.305/.exec(regression?.erratum ?? '')?.[0]);
  });
});
