/** Columns that tables have beyond their contract: a fact for each, for good. */

import type { Learnt } from '../../../../core/contracts/drift/evolve.ts';
import type { Facts } from '../../ledger/types.ts';
import { schemaOf } from './objects.ts';
import type { Batch } from './types.ts';

const GROUP = 'learnt';

interface LearntColumn {
  readonly table: string;
  readonly column: string;
}

/** By `schema.table`. */
export async function learntColumns(facts: Facts): Promise<Learnt> {
  const learnt = new Map<string, string[]>();
  const known = [...(await facts.all(GROUP)).values()] as LearntColumn[];
  for (const { table, column } of known) learnt.set(table, [...(learnt.get(table) ?? []), column].sort());
  return learnt;
}

/** Once its values are there. */
export async function rememberLearnt(facts: Facts, { dataset, table, learnt }: Batch): Promise<void> {
  if (learnt.length === 0) return;
  const name = `${schemaOf(dataset)}.${table}`;
  const columns = learnt.map(
    (column) => [`${name}.${column}`, { table: name, column } satisfies LearntColumn] as const,
  );
  await facts.put(GROUP, new Map(columns));
}
