/** Contracts and models of `shop`, as short as tests write them. */

import type { ColumnContract, ColumnType, Contract, TableContract } from '../../core/contracts/types.ts';
import type { Model } from '../../core/models/types.ts';
import { aModel } from '../core/models/graph-models.ts';

export function column(name: string, type: ColumnType, more: Partial<ColumnContract> = {}): ColumnContract {
  return { name, type, description: name, required: false, source: { kind: 'header', name }, nulls: [], ...more };
}

export function table(
  name: string,
  columns: readonly ColumnContract[],
  more: Partial<TableContract> = {},
): TableContract {
  return {
    name,
    description: name,
    landing: `${name}/*.csv`,
    format: 'csv',
    load: 'merge',
    primaryKey: [],
    partitionBy: [],
    identity: [],
    overlap: 'ordinal',
    maxBadShare: 1,
    columns,
    ...more,
  };
}

export function contractOf(...tables: TableContract[]): Contract {
  return {
    dataset: 'shop',
    schema: 'shop',
    version: '1.0.0',
    description: '',
    file: 'contracts/shop.odcs.yaml',
    tables,
  };
}

/** Keyed by (id, day), with a value and a note. */
export const SALES = contractOf(
  table(
    'sales',
    [
      column('id', 'integer', { required: true }),
      column('day', 'date', { required: true }),
      column('amount', 'double', { minimum: 0, maximum: 100 }),
      column('note', 'string'),
    ],
    { primaryKey: ['id', 'day'] },
  ),
);

/** A model of `shop` that is refreshed by these columns, which are its key, too. */
export function incrementalModel(name: string, by: readonly string[], sql: string): Model {
  return { ...aModel(`shop.${name}`, 'incremental', by), sql, key: by };
}
