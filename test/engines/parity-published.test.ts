/** The same at their published size: the 24 real districts of learnplatform, the 1.1 million purchases of kiosk-sales. */

import { describe, it } from '@jest/globals';
import { generatorFor } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { landDistricts } from '../support/published.ts';
import { describeParity } from './support/parity.ts';

const data = process.env['LANDFALL_DATA'];

if (data === undefined) {
  describe('the published data', () => {
    it.skip('skipped: LANDFALL_DATA is not set', () => undefined);
  });
} else {
  describeParity({
    title: 'the published data',
    isTwice: false,
    datasets: ['learnplatform', 'kiosk-sales'],
    async land(landing) {
      landDistricts(data, landing);
      const kiosks = generatorFor('kiosk-sales');
      if (kiosks === undefined) throw new Error('there is no generator for kiosk-sales');
      await writeDataset(kiosks, { out: landing, scale: 1, seed: 42 });
    },
  });
}
