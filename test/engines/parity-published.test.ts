/** The same at their published size: the 24 real districts of learnplatform, the 1.1 million purchases of kiosk-sales. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, it } from '@jest/globals';
import { generatorFor } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
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
      const [published, target] = [join(data, 'learnplatform'), join(landing, 'learnplatform')];
      mkdirSync(join(target, 'engagement_data'), { recursive: true });
      for (const name of ['districts_info.csv', 'products_info.csv']) {
        writeFileSync(join(target, name), readFileSync(join(published, name)));
      }
      for (const name of readdirSync(join(published, 'engagement_data')).filter((file) => file.endsWith('.csv.gz'))) {
        const content = gunzipSync(readFileSync(join(published, 'engagement_data', name)));
        writeFileSync(join(target, 'engagement_data', name.slice(0, -3)), content);
      }
      const kiosks = generatorFor('kiosk-sales');
      if (kiosks === undefined) throw new Error('there is no generator for kiosk-sales');
      await writeDataset(kiosks, { out: landing, scale: 1, seed: 42 });
    },
  });
}
