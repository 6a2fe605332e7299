/** What Athena's pages of text say, as values. */

import type { ColumnInfo, ResultSet, Row } from '@aws-sdk/client-athena';
import type { ColumnType } from '../../../core/contracts/types.ts';
import { plainValue, type ResultColumn, type Value } from '../../../core/tabular.ts';

export function resultColumns(set: ResultSet | undefined): ResultColumn[] {
  return (set?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name, Type }) => ({
    name: Name ?? '',
    type: columnType(Type),
  }));
}

/** Of a SELECT, the first page begins with the columns' names; of a SHOW or DESCRIBE it doesn't. */
export function isHeader(row: Row | undefined, columns: readonly ResultColumn[], statementType: string): boolean {
  const data = row?.Data ?? [];
  return (
    statementType !== 'DDL' &&
    data.length === columns.length &&
    columns.every(({ name }, index) => data[index]?.VarCharValue === name)
  );
}

export function resultRow({ Data = [] }: Row, columns: readonly ResultColumn[]): Value[] {
  return columns.map(({ type }, index) => {
    const text = Data[index]?.VarCharValue;
    if (text === undefined || type !== 'boolean') return plainValue(text, type);
    return text === 'true';
  });
}

function columnType(type: ColumnInfo['Type']): ColumnType {
  const name = (type ?? '').toLowerCase();
  if (/^(tinyint|smallint|integer|int)$/.test(name)) return 'integer';
  if (name === 'bigint') return 'bigint';
  if (/^(double|float|real|decimal)/.test(name)) return 'double';
  if (name === 'boolean' || name === 'date') return name;
  return name.startsWith('timestamp') ? 'timestamp' : 'string';
}
