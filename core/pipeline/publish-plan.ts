/** What is out of date in the warehouse, decided from the lake's versions and the warehouse's books alone. */

import type { Hasher, TableState } from '../ports.ts';
import type { Project } from '../project.ts';
import { tableComment } from '../warehouse/statements.ts';
import type { PublishedTable, PublishMode, WarehouseTable } from '../warehouse/types.ts';

export interface OutOfDate {
  readonly state: TableState;
  readonly definition: string;
  readonly mode: PublishMode;
  /** The warehouse has none, one of other columns or comments, or one of other rows. */
  readonly why: 'new' | 'definition' | 'rows';
}

/** Undefined where the warehouse holds it already, or the lake does not: a model that failed before it was ever made. */
export function outOfDate(
  hasher: Hasher,
  table: WarehouseTable,
  state: TableState | undefined,
  held: PublishedTable | undefined,
): OutOfDate | undefined {
  if (state === undefined) return undefined;
  const { columns, version } = state;
  const said = columns.map(({ name }) => table.comments[name] ?? null);
  const layout = table.layout === undefined ? [] : [table.layout];
  const definition = hasher.hash(JSON.stringify([columns, said, tableComment(table), ...layout])).slice(0, 32);
  if (held?.version === version && held.definition === definition) return undefined;
  const why = held === undefined ? 'new' : held.definition === definition ? 'rows' : 'definition';
  return { state, definition, mode: modeOf(state, definition, held), why };
}

function modeOf(state: TableState, definition: string, before: PublishedTable | undefined): PublishMode {
  if (before?.definition !== definition) return { kind: 'create' };
  if (state.change?.since !== before.version) return { kind: 'replace' };
  return { kind: 'rows', ...state.change };
}

/**
 * Tables that the warehouse holds and nobody wants there any more, of these data sets; those of a schema that no contract
 * has are dropped with the first of them.
 *
 * @returns by data set
 */
export function surplusTables(
  { contracts }: Project,
  wanted: readonly WarehouseTable[],
  held: Iterable<string>,
  datasets: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const names = new Set(wanted.map(({ table }) => table));
  const surplus = [...held].filter((table) => !names.has(table));
  const owners = new Map(contracts.map(({ schema, dataset }) => [schema, dataset]));
  const ownerOf = (table: string) => owners.get(table.slice(0, table.indexOf('.'))) ?? datasets[0];
  return new Map(datasets.map((dataset) => [dataset, surplus.filter((table) => ownerOf(table) === dataset)]));
}
