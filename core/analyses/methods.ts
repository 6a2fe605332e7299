/** Every kind of analysis, by its name in `analyses.yml`. */

import type { ResultTable } from '../tabular.ts';
import { clustering } from './clustering/run.ts';
import { correlation } from './correlation.ts';
import { eventDependence } from './event-dependence.ts';
import { linearRegression } from './linear-regression.ts';
import type { Conclusion, Method } from './method.ts';
import { outlierRemoval } from './outlier-removal.ts';
import { summary } from './summary.ts';
import { twoSampleTest } from './two-sample-test.ts';
import type { Analysis } from './types.ts';

type Methods = { readonly [Kind in Analysis['kind']]: Method<Extract<Analysis, { readonly kind: Kind }>> };

const METHODS: Methods = {
  clustering,
  correlation,
  'event dependence': eventDependence,
  'linear regression': linearRegression,
  'outlier removal': outlierRemoval,
  summary,
  'two-sample test': twoSampleTest,
};

/** The method of an analysis; that it is of its kind the types can't follow. */
function methodOf(analysis: Analysis): Method<Analysis> {
  return METHODS[analysis.kind] as unknown as Method<Analysis>;
}

/** The columns of the input that it reads, and which of them must be numbers. */
export function readsOf(analysis: Analysis): ReturnType<Method<Analysis>['reads']> {
  return methodOf(analysis).reads(analysis);
}

/** Raised where `conclude` makes other figures than before of the same rows. */
const VERSION = 1;

/** All that decides what its results hold, given its input: of a method that was mended nothing old stays. */
export function definitionOf(analysis: Analysis): readonly unknown[] {
  const { kind, input, columns, options, outputs } = analysis;
  return [kind, input, columns, options, outputs, questionOf(analysis), VERSION];
}

/** Athena SQL whose rows `conclude` takes. */
export function questionOf(analysis: Analysis): string {
  return methodOf(analysis).question(analysis);
}

/** @throws LandfallError where the answer lacks a column, or one that is measured isn't numeric */
export function conclude(analysis: Analysis, answer: ResultTable): Conclusion {
  return methodOf(analysis).conclude(analysis, answer);
}
