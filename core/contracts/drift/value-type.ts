/** A column of another type: when most of its values in a file tell so, and which type they tell of. */

import type { ColumnType } from '../types.ts';
import type { Drift, DriftPolicy } from './types.ts';

/**
 * A column whose type changed fails in nearly every row, one with typing errors in few: what is in between lies far from
 * half, however large the file is.
 */
export const MOST = 0.5;

/** Of fewer values nobody can tell a change from errors, which wait in quarantine, row by row. */
export const LEAST_VALUES = 10;

/** What texts are read as, the narrower before the wider; what none of them takes is text. */
export const READABLE = [
  'integer',
  'bigint',
  'double',
  'percent',
  'boolean',
  'date',
  'timestamp',
  'timestamp with offset',
] as const;
export type Readable = (typeof READABLE)[number] | 'string';

export interface RetypedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Values of the file that the type does not take. */
  readonly failing: number;
  /** Values that it takes. */
  readonly sound: number;
  /** All that every failing value can be read as. */
  readonly readable: readonly Readable[];
}

export function isRetyped({ failing, sound }: Pick<RetypedColumn, 'failing' | 'sound'>): boolean {
  return failing >= LEAST_VALUES && failing > MOST * (failing + sound);
}

const NUMBERS: readonly Readable[] = ['integer', 'bigint', 'double'];

/** The narrowest type of all of the column's values, those that its own type takes among them. */
export function valueType({ type, sound, readable }: RetypedColumn): Readable {
  const found = readable[0] ?? 'string';
  if (sound === 0) return found;
  if (!NUMBERS.includes(type) || !NUMBERS.includes(found)) return 'string';
  return NUMBERS.indexOf(type) > NUMBERS.indexOf(found) ? type : found;
}

export function typeDrift(column: RetypedColumn, policy: DriftPolicy): Drift {
  const { name, type, failing, sound } = column;
  const found = valueType(column);
  return {
    kind: 'column_type',
    column: name,
    detail: `${failing} of ${failing + sound} values of "${name}" are no ${type}`,
    suggestion: `its values can be read as ${found === 'string' ? 'text (string)' : found}: correct the file, or the column's type in the contract`,
    action: policy === 'freeze' ? 'refused' : 'rows quarantined',
  };
}
