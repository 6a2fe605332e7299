/** Every clean table and model is the same on every engine: the generated samples of all data sets. */

import { generators } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { describeParity } from './support/parity.ts';

describeParity({
  title: 'the generated samples',
  isTwice: true,
  isLarge: false,
  datasets: generators.map(({ dataset }) => dataset),
  async land(landing) {
    for (const generator of generators) await writeDataset(generator, { out: landing, scale: 0.006, seed: 7 });
  },
});
