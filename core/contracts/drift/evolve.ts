/** An evolved contract: what the contract says, and the columns that the lake has learnt of files since. */

import type { ColumnContract, Contract, TableContract } from '../types.ts';
import { isTaken } from './column-name.ts';

/** By `schema.table`: the names of learnt columns. */
export type Learnt = ReadonlyMap<string, readonly string[]>;

/** A column that came with a file: nullable text, under the name that it has in the table. */
export function evolvedColumn(name: string): ColumnContract {
  return {
    name,
    type: 'string',
    description: 'Came with a file; the contract does not describe it.',
    required: false,
    source: { kind: 'header', name },
    nulls: [],
    evolved: true,
  };
}

/**
 * Learnt columns stand behind the contract's, by name. What the contract names by now is the contract's. A table with a
 * protected column has none: nobody knows what they hold.
 */
export function evolvedTable(table: TableContract, names: readonly string[]): TableContract {
  const known = table.columns.filter(({ evolved }) => evolved === true).map(({ name }) => name);
  if (table.columns.some(({ protect }) => protect !== undefined)) return table;
  const learnt = [...new Set([...known, ...names])].filter((name) => !isTaken(table, name)).sort();
  if (learnt.length === known.length) return table;
  const own = table.columns.filter(({ evolved }) => evolved !== true);
  return { ...table, columns: [...own, ...learnt.map(evolvedColumn)] };
}

export function evolvedContract(contract: Contract, learnt: Learnt): Contract {
  const tables = contract.tables.map((table) =>
    evolvedTable(table, learnt.get(`${contract.schema}.${table.name}`) ?? []),
  );
  return tables.every((table, index) => table === contract.tables[index]) ? contract : { ...contract, tables };
}
