/** How near an inferred contract comes to one that a person wrote of the same files: column by column, by source. */

import { globsOverlap } from '../../core/contracts/glob.ts';
import type { ColumnContract, Contract, TableContract } from '../../core/contracts/types.ts';

export interface Comparison {
  readonly columns: number;
  /** Written columns for which one is proposed with the same source, parse, type and place in the key. */
  readonly alike: number;
  /** Those that are required or not as written, too. */
  readonly asRequired: number;
  /** Those that are called the same, too. */
  readonly same: number;
  readonly loads: number;
  readonly loadsAlike: number;
  readonly differences: readonly string[];
}

/** @param skip names tables of the written contract of which there was no file */
export function compareContracts(written: Contract, inferred: Contract, skip: readonly string[] = []): Comparison {
  const differences: string[] = [];
  let [columns, alike, asRequired, same, loads, loadsAlike] = [0, 0, 0, 0, 0, 0];
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
      const what = differ(own, found, table, column);
      if (what.deep.length === 0) alike += 1;
      if (what.deep.length + what.required.length === 0) asRequired += 1;
      const all = [...what.deep, ...what.required, ...what.name];
      if (all.length === 0) same += 1;
      differences.push(...all.map((one) => `${table.name}.${column.name}: ${one}`));
    }
    const more = own.columns.filter((one) => !table.columns.some((column) => readsAlike(one, column)));
    differences.push(...more.map(({ name }) => `${table.name}.${name}: not written`));
    if (partitionsOf(own) !== partitionsOf(table))
      differences.push(`${table.name}: partitionBy ${own.partitionBy}, written ${table.partitionBy}`);
  }
  return { columns, alike, asRequired, same, loads, loadsAlike, differences };
}

/** By where the columns come from, for they may be called otherwise. */
function partitionsOf({ partitionBy, columns }: TableContract): string {
  const source = (name: string) => JSON.stringify(columns.find((column) => column.name === name)?.source ?? name);
  return partitionBy.map((entry) => entry.replace(/\w+(?=[)]|$)/, source)).join();
}

function readsAlike(a: ColumnContract, b: ColumnContract): boolean {
  return JSON.stringify([a.source, a.parse]) === JSON.stringify([b.source, b.parse]);
}

function differ(own: TableContract, found: ColumnContract, table: TableContract, column: ColumnContract) {
  const place = own.primaryKey.indexOf(found.name);
  const written = table.primaryKey.indexOf(column.name);
  return {
    deep: [
      ...(found.type === column.type ? [] : [`type ${found.type}, written ${column.type}`]),
      ...(place === written ? [] : [`${place + 1} in the key, written ${written + 1}`]),
    ],
    required: found.required === column.required ? [] : [`required ${found.required}, written ${column.required}`],
    name: found.name === column.name ? [] : [`name ${found.name}`],
  };
}
