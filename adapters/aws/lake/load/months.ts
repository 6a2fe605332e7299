/** Which files have rows in a range of months, by the staged rows of their newest versions. */

import type { LoadPlan } from '../../../../core/plans/load-plan.ts';
import type { RowRange } from '../../../../core/ports.ts';
import type { Athena } from '../../athena/types.ts';
import type { Ledger } from '../../ledger/types.ts';
import { quoted, shapeOf, stagedTable, text } from './shape.ts';

export async function filesWithin(
  { athena, ledger }: { readonly athena: Athena; readonly ledger: Ledger },
  plan: LoadPlan,
  { columns, from, until }: RowRange,
): Promise<ReadonlySet<string>> {
  const files = (await ledger.files(plan.dataset)).filter(
    // A refused version is looked at again anyway.
    ({ latest, current }) => current?.table === plan.table && current.loadId === latest.loadId,
  );
  if (files.length === 0) return new Set();
  const bounds = (column: string) => [
    ...(from === null ? [] : [`${quoted(column)} >= CAST(${text(from)} AS date)`]),
    ...(until === null ? [] : [`${quoted(column)} < CAST(${text(until)} AS date)`]),
  ];
  const within = columns.map((column) => `(${bounds(column).join(' AND ')})`).join(' OR ');
  const found = await athena.read(
    `SELECT DISTINCT "_load_id" FROM ${stagedTable(shapeOf(plan, () => true))} WHERE ${within}`,
  );
  const loads = new Set(found.rows.map(([load]) => Number(load)));
  return new Set(files.flatMap(({ key, current }) => (current !== null && loads.has(current.loadId) ? [key] : [])));
}
