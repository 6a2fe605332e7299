import { appInstalls } from './app-installs/index.ts';
import { courseEngagement } from './course-engagement/index.ts';
import { kioskSales } from './kiosk-sales/index.ts';
import { learnplatform } from './learnplatform.ts';
import { studentPerformance } from './student-performance/index.ts';
import type { Generator } from './types.ts';

export const generators: readonly Generator[] = [
  learnplatform,
  courseEngagement,
  appInstalls,
  studentPerformance,
  kioskSales,
];

/** The generator of a data set, by its hyphenated name; undefined where there is none. */
export function generatorFor(dataset: string): Generator | undefined {
  return generators.find((generator) => generator.dataset === dataset);
}
