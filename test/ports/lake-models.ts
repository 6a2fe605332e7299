/** What every lake promises of models, results and books, whoever keeps them. */

import { describe } from '@jest/globals';
import { describeBooks } from './lake/books.ts';
import { describeChangedValues } from './lake/changed-values.ts';
import { describeModels } from './lake/models.ts';
import { describeResults } from './lake/results.ts';
import { type LakeUnderTest, openShop } from './lake/shop.ts';

export function describeLakeModels(title: string, open: () => Promise<LakeUnderTest>): void {
  describe(`${title}: models, results and books`, () => {
    const shop = openShop(open);
    describeModels(shop);
    describeChangedValues(shop);
    describeResults(shop);
    describeBooks(shop);
  });
}
