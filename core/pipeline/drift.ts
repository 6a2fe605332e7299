/** Drift in a run: contracts with the columns that the lake has learnt, and what is told of files that differ. */

import { evolvedContract } from '../contracts/drift/evolve.ts';
import type { Contract } from '../contracts/types.ts';
import type { LoadOutcome } from '../loads.ts';
import { planLoad } from '../plans/load-plan.ts';
import type { Lake } from '../ports.ts';
import type { Problem } from '../problems.ts';
import { counted } from '../words.ts';

/** Makes the tables. @returns the contracts, with the columns that the lake has learnt */
export async function prepareEvolved(lake: Lake, contracts: readonly Contract[]): Promise<readonly Contract[]> {
  const learnt = await lake.learnt();
  const evolved = contracts.map((contract) => evolvedContract(contract, learnt));
  const plans = evolved.flatMap((contract) => contract.tables.map((table) => planLoad(contract, table, 'duckdb')));
  await lake.prepare(evolved, plans);
  return evolved;
}

/** A finding that many files share is told once. */
export function driftProblems(drift: LoadOutcome['drift']): Problem[] {
  const files = new Map<string, { key: string; finding: LoadOutcome['drift'][number]['finding']; count: number }>();
  for (const { key, finding } of drift) {
    const id = JSON.stringify([finding.kind, finding.column, finding.detail]);
    const known = files.get(id);
    files.set(id, known === undefined ? { key, finding, count: 1 } : { ...known, count: known.count + 1 });
  }
  return [...files.values()].map(({ key, finding: { detail, action, suggestion }, count }) => ({
    code: 'drift',
    file: key,
    message: `${detail}${count === 1 ? '' : ` (so in ${counted(count, 'file')})`}: ${action}`,
    ...(suggestion === null ? {} : { hint: suggestion }),
  }));
}
