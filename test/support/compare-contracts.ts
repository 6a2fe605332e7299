/** How near an inferred contract comes to one that a person wrote of the same files: column by column, by source. */

import { globsOverlap } from '../../core/contracts/glob.ts';
import type { ColumnContract, Contract, TableContract } from '../../core/contracts/types.ts';

export interface Comparison {
  readonly columns: number;
  /** Columns whose type, parse and part in the key are the same. */
  readonly alike: number;
  /** The same, and the name, and whether they are required. */
  readonly same: number;
  readonly loads: number;
  readonly loadsAlike: number;
  readonly differences: readonly string[];
}

/** @param skip names tables of the written contract of which there was no file */
export function compareContracts(written: Contract, inferred: Contract, skip: readonly string[] = []): Comparison {
  const differences: string[] = [];
  let [columns, alike, same, loads, loadsAlike] = [0, 0, 0, 0, 0];
  for (const table of written.tables.filter(({ name }) => !skip.includes(name))) {
    loads += 1;
    columns += table.columns.length;
    const own = inferred.tables.find(({ landing }) => globsOverlap(landing, table.landing));
    if (own === undefined) {
      differences.push(`${table.name}: no such table`);
      continue;
    }
    if (own.load === table.load) loadsAlike += 1;
    else differences.push(`${table.name}: load ${own.load}, written ${table.load}`);
    for (const column of table.columns) {
      const found = own.columns.find((one) => readsAlike(one, column));
      if (found === undefined) {
        differences.push(`${table.name}.${column.name}: not proposed`);
        continue;
      }
      const [deep, light] = differ(own, found, table, column);
      if (deep.length === 0) alike += 1;
      if (deep.length + light.length === 0) same += 1;
      for (const what of [...deep, ...light]) differences.push(`${table.name}.${column.name}: ${what}`);
    }
  }
  return { columns, alike, same, loads, loadsAlike, differences };
}

function readsAlike(a: ColumnContract, b: ColumnContract): boolean {
  return JSON.stringify([a.source, a.parse]) === JSON.stringify([b.source, b.parse]);
}

function differ(own: TableContract, found: ColumnContract, table: TableContract, column: ColumnContract) {
  const place = own.primaryKey.indexOf(found.name);
  const written = table.primaryKey.indexOf(column.name);
  const deep = [
    ...(found.type === column.type ? [] : [`type ${found.type}, written ${column.type}`]),
    ...(place === written ? [] : [`${place + 1} in the key, written ${written + 1}`]),
  ];
  const light = [
    ...(found.name === column.name ? [] : [`name ${found.name}`]),
    ...(found.required === column.required ? [] : [`required ${found.required}, written ${column.required}`]),
  ];
  return [deep, light] as const;
}
