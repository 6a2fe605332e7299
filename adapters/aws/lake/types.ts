/** Column types by the names that Athena's SQL and the Glue catalog have for them. */

import type { WarehouseColumn, WarehouseType } from '../../../core/warehouse/types.ts';

const SQL: Readonly<Record<string, string>> = { string: 'varchar', timestamp: 'timestamp(6)' };
const GLUE: Readonly<Record<string, string>> = { integer: 'int' };

export function sqlType(type: WarehouseType): string {
  return SQL[type] ?? type;
}

export function glueType(type: WarehouseType): string {
  return GLUE[type] ?? type;
}

/** By either name. A list, a map and the like have no counterpart; as text they can at least be read. */
export function typeOf(type: string): WarehouseType {
  const decimal = /^decimal\((\d+), *(\d+)\)$/.exec(type);
  if (decimal !== null) return `decimal(${Number(decimal[1])},${Number(decimal[2])})`;
  if (/^(tinyint|smallint|int|integer)$/.test(type)) return 'integer';
  if (type === 'bigint' || type === 'boolean' || type === 'date') return type;
  if (/^(double|float|real)$/.test(type)) return 'double';
  return type.startsWith('timestamp') && !type.includes('zone') ? 'timestamp' : 'string';
}

export const columnOf = ([name, type]: readonly [string, WarehouseType]): WarehouseColumn => ({ name, type });
