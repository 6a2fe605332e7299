import { districtsCsv } from './districts.ts';
import { engagementFile } from './engagement.ts';
import { checkOptions } from './options.ts';
import { planDistricts } from './plan.ts';
import { makeCatalogue, productsCsv } from './products.ts';
import type { GeneratedFile, GenerateOptions, Generator } from './types.ts';

/**
 * Data like LearnPlatform's of 2020, in the form of the published files and with their rhythm: weekdays and holidays,
 * the closing of schools in March, a few products with most of the use, and the gaps of a real collection. Districts,
 * products and companies are invented; states and the taxonomy of functions are real.
 */
export const learnplatform: Generator = {
  dataset: 'learnplatform',
  published: '13 million rows of 233 districts',
  sampleScale: 0.05,
  files(options: GenerateOptions): readonly GeneratedFile[] {
    checkOptions(options);
    const { seed, scale } = options;
    const catalogue = makeCatalogue(seed);
    const plans = planDistricts(seed, scale);
    const districts = plans.map(({ district }) => district);
    return [
      { path: 'districts_info.csv', rows: districts.length, chunks: () => [districtsCsv(districts)] },
      { path: 'products_info.csv', rows: catalogue.listed.length, chunks: () => [productsCsv(catalogue.listed)] },
      ...plans.map((plan) => engagementFile(seed, plan, catalogue)),
    ];
  },
};
