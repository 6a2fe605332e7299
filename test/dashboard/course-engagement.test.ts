import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import { describedTables } from '../../core/tables.ts';

const project = await loadProject();
const panels = project.dashboards.find(({ dataset }) => dataset === 'course-engagement')?.panels ?? [];

const tables = describedTables(project);

/** Every value of a key anywhere below; lists count item by item. */
function values(node: unknown, key: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === key ? [value].flat().filter((one) => typeof one === 'string') : []),
    ...values(value, key),
  ]);
}

function said(pattern: RegExp, texts: readonly string[]): string[] {
  return texts.flatMap((text) => [...text.matchAll(pattern)].map(([, name]) => name ?? ''));
}

describe('the dashboard of course engagement', () => {
  it.each(panels.map((panel) => [panel.title, panel] as const))('%s: names only what there is', (_, panel) => {
    const columns = Object.keys(tables.get(panel.model)?.columns ?? {});
    const known = new Set([...columns, ...values(panel.spec, 'as')]);
    const shown = [panel.encoding, panel.spec];
    const expressions = [...values(shown, 'calculate'), ...values(shown, 'filter')];
    const named = [...values(shown, 'field'), ...values(shown, 'fold'), ...said(/\bdatum\.(\w+)/g, expressions)];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
    const findings = panel.findings ?? [];
    const words = [
      ...said(
        /\{(\w+)\}/g,
        findings.map(({ text }) => text),
      ),
      ...findings.flatMap(({ where = {}, most, least }) => [
        ...Object.keys(where),
        ...[most ?? [], least ?? []].flat(),
      ]),
    ];
    expect(words.length).toBeGreaterThan(0);
    expect(words.filter((name) => !columns.includes(name))).toEqual([]);
  });

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

  it('tells the erratum beside its figure, as it was published', () => {
    const figures = JSON.parse(
      readFileSync(new URL('../golden/course-engagement/figures.json', import.meta.url), 'utf8'),
    ) as { published: (string | number | boolean)[][]; erratum?: string }[];
    const regression = figures.find(({ erratum }) => erratum !== undefined);
    const panel = panels.find(({ erratum }) => erratum !== undefined);
    expect(panel?.model).toBe('course_engagement.certificates_regression');
    expect(panel?.erratum).toContain(String(regression?.published[0]?.[2]));
    expect(panel?.erratum).toContain(/0\.305/.exec(regression?.erratum ?? '')?.[0]);
  });
});
