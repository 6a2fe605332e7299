/** What became of tables and columns whose name is gone: renamed, or removed. */

import { nearest } from '../../yaml/nearest.ts';
import type { ColumnContract, TableContract } from '../types.ts';
import { differ } from './judged.ts';

export interface Paired<Item> {
  readonly kept: readonly { readonly was: Item; readonly now: Item }[];
  readonly removed: readonly Item[];
  readonly added: readonly Item[];
}

interface Named {
  readonly name: string;
}

/** By name, and of those that have no counterpart by what `likely` finds, each once. */
function pair<Item extends Named>(
  was: readonly Item[],
  now: readonly Item[],
  likely: (gone: Item, fresh: readonly Item[]) => Item | undefined,
): Paired<Item> {
  const counterpart = new Map<Item, Item>();
  for (const one of was) {
    const same = now.find(({ name }) => name === one.name);
    if (same !== undefined) counterpart.set(one, same);
  }
  let fresh = now.filter(({ name }) => !was.some((one) => one.name === name));
  for (const gone of was.filter((one) => !counterpart.has(one))) {
    const found = likely(gone, fresh);
    if (found === undefined) continue;
    counterpart.set(gone, found);
    fresh = fresh.filter((one) => one !== found);
  }
  return {
    kept: [...counterpart].map(([before, after]) => ({ was: before, now: after })),
    removed: was.filter((one) => !counterpart.has(one)),
    added: fresh,
  };
}

/** A table under another name takes the same files, or has the same columns. */
export function pairTables(was: readonly TableContract[], now: readonly TableContract[]): Paired<TableContract> {
  const names = ({ columns }: TableContract) => columns.map(({ name }) => name);
  return pair(
    was,
    now,
    (gone, fresh) =>
      fresh.find(({ landing }) => landing === gone.landing) ?? fresh.find((one) => !differ(names(one), names(gone))),
  );
}

/** A column under another name reads the same field, or is of the same type and described alike or named nearly so. */
export function pairColumns(was: readonly ColumnContract[], now: readonly ColumnContract[]): Paired<ColumnContract> {
  return pair(was, now, (gone, fresh) => {
    const sameField = fresh.find(({ source, parse }) => !differ([source, parse], [gone.source, gone.parse]));
    if (sameField !== undefined) return sameField;
    const alike = fresh.filter(({ type }) => type === gone.type);
    const described = alike.find(({ description }) => description !== '' && description === gone.description);
    const name = nearest(
      gone.name,
      alike.map((one) => one.name),
    );
    return described ?? alike.find((one) => one.name === name);
  });
}

/** The table with its columns called by other names, wherever it names them; `names` leads from the old ones. */
export function renamed(table: TableContract, names: ReadonlyMap<string, string>): TableContract {
  const own = (name: string) => names.get(name) ?? name;
  const { warehouse } = table;
  const keys = {
    ...(warehouse?.distkey === undefined ? {} : { distkey: own(warehouse.distkey) }),
    ...(warehouse?.sortkey === undefined ? {} : { sortkey: own(warehouse.sortkey) }),
  };
  return {
    ...table,
    primaryKey: table.primaryKey.map(own),
    identity: table.identity.map(own),
    partitionBy: table.partitionBy.map((entry) => entry.replace(/\w+(?=\)|$)/, own)),
    ...(warehouse === undefined ? {} : { warehouse: { ...warehouse, ...keys } }),
    columns: table.columns.map((column) => ({ ...column, name: own(column.name) })),
  };
}
