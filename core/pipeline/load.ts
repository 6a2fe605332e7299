/** A table's new files become clean rows, in one transaction. */

import type { Contract } from '../contracts/types.ts';
import type { LoadPlan } from '../plans/load-plan.ts';
import type { LoadOutcome, Ports } from '../ports.ts';
import type { TablePlan } from './plan.ts';

export type TrackBy = ReadonlyMap<string, readonly (readonly string[])[]>;

/**
 * @param trackBy column sets, by clean table, by which models refresh incrementally
 * @returns null where the table has nothing new
 */
export async function loadTable(
  ports: Ports,
  runId: string,
  contract: Contract,
  { table, plan, planHash, policyHash, files, refusals }: TablePlan,
  siblings: readonly LoadPlan[],
  trackBy: TrackBy,
): Promise<LoadOutcome | null> {
  if (files.length + refusals.length === 0) return null;
  const tracked = trackBy.get(`${contract.schema}.${table.name}`) ?? [];
  return ports.lake.load({ runId, plan, planHash, policyHash, siblings, files, refusals, trackBy: tracked });
}
