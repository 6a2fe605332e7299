import { checkOptions } from '../options.ts';
import type { GeneratedFile, GenerateOptions, Generator } from '../types.ts';
import { exportFiles } from './exports.ts';
import { planMarginals } from './marginals.ts';
import { productInfo } from './products.ts';
import { drawPurchases } from './purchases.ts';

/**
 * Purchases at food kiosks of 2017 and half of 2018, in the form of the published exports. At scale 1 they have exactly
 * the published counts (`calibration.ts`); at others these in proportion, rounded. Products, brands and cards are
 * invented.
 */
export const kioskSales: Generator = {
  dataset: 'kiosk-sales',
  published: '1.1 million purchases',
  sampleScale: 0.05,
  files(options: GenerateOptions): readonly GeneratedFile[] {
    checkOptions(options);
    const { seed, scale } = options;
    const marginals = planMarginals(seed, scale);
    const list = productInfo(seed, marginals.products);
    const listed = marginals.products.filter(({ isListed }) => isListed).length;
    return [
      { path: 'product_info.csv', rows: listed, chunks: () => [list] },
      ...exportFiles(seed, marginals, drawPurchases(seed, marginals, scale)),
    ];
  },
};
