/** Model SQL runs as written on Trino, and gives the rows and the types that it gives on DuckDB. */

import { generators } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { describeModels } from './support/model-parity.ts';

describeModels('the generated samples', async (landing) => {
  for (const generator of generators) await writeDataset(generator, { out: landing, scale: 0.006, seed: 7 });
});
