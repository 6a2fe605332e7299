/** Tests that load on Spark what DuckDB loads: one session of it for all tests of a file, and lakes for each of them. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Contract } from '../../../core/contracts/types.ts';
import type { LakeOptions } from '../../support/lake.ts';
import { Spark } from './spark.ts';
import { Twins } from './twins.ts';

/** To be called by a file, outside of its tests. @returns what opens the two lakes, which are closed behind the test */
export function onSparkToo(): (contract: Contract, options?: LakeOptions) => Promise<Twins> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-rules-'));
  const opened: Twins[] = [];
  let spark: Spark;
  beforeAll(async () => {
    spark = await Spark.start({ cwd: folder });
  }, 120_000);
  afterAll(async () => {
    await spark?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    for (const twins of opened.splice(0)) twins.close();
  });
  return async (contract, options = {}) => {
    const twins = await Twins.open(contract, spark, options);
    opened.push(twins);
    return twins;
  };
}
