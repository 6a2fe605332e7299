/** Odd and malformed files, each with its outcome beside it: DuckDB and Spark give that, and nothing else. */

import { expect, it } from '@jest/globals';
import { CORPUS } from './corpus/contract.ts';
import { RECORDS } from './corpus/records.ts';
import type { Case } from './corpus/types.ts';
import { VALUES } from './corpus/values.ts';
import { holdToCorpus } from './support/corpus-tests.ts';

const CASES: readonly Case[] = [...RECORDS, ...VALUES];

it('has at least 40 files', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(40);
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
});

holdToCorpus(CORPUS, CASES, (name) => `readings/${name}.csv`);
