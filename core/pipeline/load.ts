/** A table's new files become clean rows, in one transaction. */

import type { Contract } from '../contracts/types.ts';
import type { BulkJob, LoadBatch, LoadOutcome } from '../loads.ts';
import { type LoadPlan, planLoad } from '../plans/load-plan.ts';
import type { Ports } from '../ports.ts';
import type { DatasetPlan, TablePlan } from './plan.ts';

export type TrackBy = ReadonlyMap<string, readonly (readonly string[])[]>;

/**
 * @param trackBy column sets, by clean table, by which models refresh incrementally
 * @returns null where the table has nothing new
 */
export async function loadTable(
  ports: Ports,
  runId: string,
  contract: Contract,
  table: TablePlan,
  siblings: readonly LoadPlan[],
  trackBy: TrackBy,
): Promise<LoadOutcome | null> {
  return isNew(table) ? ports.lake.load(batchOf(runId, contract, table, siblings, trackBy)) : null;
}

/** As `Lake.handOver` says. */
export async function handOver(
  { lake }: Pick<Ports, 'lake'>,
  runId: string,
  { contract, tables }: DatasetPlan,
): Promise<BulkJob | null> {
  const batches = tables.filter(({ files }) => files.length > 0);
  return lake.handOver(
    contract.dataset,
    batches.map((own) => ({
      ...batchOf(runId, contract, own, [], new Map()),
      table: own.table,
      spark: planLoad(
        contract,
        own.table,
        'spark',
        own.plan.aside.map(({ name }) => name),
      ),
    })),
  );
}

const isNew = ({ files, refusals }: TablePlan) => files.length + refusals.length > 0;

function batchOf(
  runId: string,
  contract: Contract,
  { table, plan, planHash, policyHash, files, refusals }: TablePlan,
  siblings: readonly LoadPlan[],
  trackBy: TrackBy,
): LoadBatch {
  const tracked = trackBy.get(`${contract.schema}.${table.name}`) ?? [];
  return { runId, plan, planHash, policyHash, siblings, files, refusals, trackBy: tracked };
}
