/** The same at their published size: real files where there are any (of learnplatform 24 districts), else generated ones. */

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from '@jest/globals';
import { generators } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { landDistricts } from '../support/published.ts';
import { describeParity } from './support/parity.ts';

const data = process.env['LANDFALL_DATA'];

/** Their published files land as they are. */
const REAL = ['course-engagement', 'student-performance'];

if (data === undefined) {
  describe('the published data', () => {
    it.skip('skipped: LANDFALL_DATA is not set', () => undefined);
  });
} else {
  describeParity({
    title: 'the published data',
    isTwice: false,
    isLarge: true,
    datasets: generators.map(({ dataset }) => dataset),
    async land(landing) {
      landDistricts(data, landing);
      for (const dataset of REAL) cpSync(join(data, dataset), join(landing, dataset), { recursive: true });
      const made = generators.filter(({ dataset }) => dataset !== 'learnplatform' && !REAL.includes(dataset));
      for (const generator of made) await writeDataset(generator, { out: landing, scale: 1, seed: 42 });
    },
  });
}
