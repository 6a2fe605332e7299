import { describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import { figuresOf } from '../golden/published.mjs';

const { dashboards } = await loadProject();
const panels = dashboards.find(({ dataset }) => dataset === 'student-performance')?.panels ?? [];
const panelOf = (model: string) => panels.find((panel) => panel.model === `student_performance.${model}`);

describe('the dashboard of the students', () => {
  it('says of every axis of scores that it does not start at 0, and starts all of them alike', () => {
    const scales = panels.flatMap(({ encoding, spec }) => scaled([encoding, spec]));
    expect(scales.length).toBeGreaterThan(3);
    for (const { title } of scales) expect(title).toContain('axis not from 0');
    const domains = scales.flatMap(({ scale }) => ('domain' in scale ? [scale] : []));
    expect(new Set(domains.map((scale) => JSON.stringify(scale))).size).toBe(1);
  });

  it('has a panel for every subject', () => {
    expect(panels.map(({ model }) => model.replace('student_performance.', '')).sort()).toEqual([
      'attendance_by_tutoring',
      'exam_scores',
      'extracurricular',
      'kpis',
      'level_means',
      'school_type_contrast',
      'score_drivers',
      'sleep',
      'study_hours',
    ]);
  });

  it('tells the errata beside their figures', () => {
    const [erratum = ''] = figuresOf('student-performance').flatMap(({ figure, erratum }) =>
      figure === 'mean hours studied' ? [erratum] : [],
    );
    for (const number of erratum.match(/\d+\.\d+/g) ?? []) expect(panelOf('kpis')?.erratum).toContain(number);
    expect(panelOf('exam_scores')?.erratum).toContain('101');
    const schools = figuresOf('student-performance').filter(({ sql }) => /school_type\b/.test(sql));
    expect(schools).toHaveLength(1);
    for (const [, , mean] of schools[0]?.published ?? [])
      expect(panelOf('school_type_contrast')?.erratum).toContain(mean);
  });
});

interface Scaled {
  readonly title?: string;
  readonly scale: object;
}

/** Every channel whose axis need not start at 0. */
function scaled(node: unknown): Scaled[] {
  if (typeof node !== 'object' || node === null) return [];
  const { scale } = node as Partial<Scaled>;
  const own = typeof scale === 'object' && 'zero' in scale ? [node as Scaled] : [];
  return [...own, ...Object.values(node).flatMap(scaled)];
}
