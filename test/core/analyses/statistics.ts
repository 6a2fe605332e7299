import { readFileSync } from 'node:fs';
import type { Value } from '../../../core/tabular.ts';

export type Columns = Readonly<Record<string, readonly Value[]>>;
export type Figures = Readonly<Record<string, Value>>;

interface Case {
  readonly columns: Columns;
  readonly expected: readonly Figures[];
}

/** What make_statistics_fixtures.py writes. */
export interface Statistics {
  readonly two_sample_tests: Case;
  readonly correlations: Case;
  readonly event_dependences: readonly { readonly cells: readonly number[]; readonly expected: Figures }[];
  readonly regressions: readonly {
    readonly name: string;
    readonly columns: Columns;
    readonly predict_at: number;
    readonly tested: readonly number[];
    readonly expected: Figures;
    readonly residuals: readonly number[];
    readonly standardised: readonly number[];
    readonly band: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly summaries: Case;
  readonly outliers: Case;
  readonly distributions: Readonly<
    Record<
      'student_beyond' | 'student_reach' | 'normal_reach' | 'fisher_above' | 'chi_square_above',
      readonly (readonly number[])[]
    >
  >;
}

export const statistics: Statistics = JSON.parse(
  readFileSync(new URL('./fixtures/statistics.json', import.meta.url), 'utf8'),
);

/** @throws where two figures differ by more than a billionth of the greater, or of 1 where both are smaller than 1e-300 */
export function near(ours: Value, theirs: Value, name: string): void {
  if (typeof ours !== 'number' || typeof theirs !== 'number') {
    if (ours !== theirs) throw new Error(`${name}: ${ours}, expected ${theirs}`);
    return;
  }
  const size = Math.max(Math.abs(ours), Math.abs(theirs));
  if (!(Math.abs(ours - theirs) <= 1e-9 * size || size < 1e-300))
    throw new Error(`${name}: ${ours}, expected ${theirs}`);
}

/** Each of the figures that are expected; a row may have more. */
export function allNear(ours: Figures | undefined, expected: Figures): void {
  for (const [name, value] of Object.entries(expected)) near(ours?.[name] ?? null, value, name);
}
