/** What the rules of quality last came to, table by table. */

import type { ResultTable, Value } from '../tabular.ts';
import type { QualityResult } from './types.ts';

/** By `dataset/table`, in the order of the results. */
export function qualityByTable({ columns, rows }: ResultTable): ReadonlyMap<string, readonly QualityResult[]> {
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  const at = (row: readonly Value[], name: string) => row[places.get(name) ?? -1] ?? null;
  const text = (row: readonly Value[], name: string) => {
    const value = at(row, name);
    return value === null ? null : String(value);
  };
  const found = new Map<string, QualityResult[]>();
  for (const row of rows) {
    const table = `${at(row, 'dataset')}/${at(row, 'table_name')}`;
    const results = found.get(table) ?? [];
    found.set(table, results);
    results.push({
      column: text(row, 'column_name'),
      rule: text(row, 'rule') ?? '',
      dimension: text(row, 'dimension'),
      severity: text(row, 'severity'),
      expected: text(row, 'expected'),
      observed: text(row, 'observed'),
      status: text(row, 'status') ?? '',
      checkedAt: text(row, 'checked_at'),
    });
  }
  return found;
}
