import { expect } from '@jest/globals';
import type { TestLake } from './lake.ts';

/** Every row that was read is loaded, a duplicate or in quarantine; each one there has its reason, and nothing else has one. */
export async function expectBalanced(lake: TestLake): Promise<void> {
  const unbalanced = await lake.rows(
    'SELECT * FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined',
  );
  expect(unbalanced).toEqual([]);
  const unexplained = await lake.rows(`SELECT * FROM ops.loads WHERE rows_quarantined <>
    (SELECT count(DISTINCT row_number) FROM ops.quarantine WHERE quarantine.load_id = loads.load_id)`);
  expect(unexplained).toEqual([]);
}
