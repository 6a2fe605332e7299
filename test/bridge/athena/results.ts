/** Trino's values as Athena shows them, over its API and in the CSV that it leaves in S3. */

import type { ColumnInfo, Row } from '@aws-sdk/client-athena';
import type { TrinoColumn, TrinoResult, TrinoType } from './trino.ts';

export interface ResultSet {
  readonly columns: readonly ColumnInfo[];
  /** Null is no value. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly updateCount: number;
}

export const NOTHING: ResultSet = { columns: [], rows: [], updateCount: 0 };

export function resultOf({ columns, rows, updateCount }: TrinoResult): ResultSet {
  return {
    columns: columns.map(columnInfo),
    rows: rows.map((row) => row.map((value, index) => shown(value, columns[index]?.typeSignature))),
    updateCount: updateCount ?? 0,
  };
}

/** Of statements whose result is text of Athena's own, such as SHOW's. */
export function textResult(name: string, lines: readonly string[]): ResultSet {
  return { columns: [info(name, 'string', [0, 0])], rows: lines.map((line) => [line]), updateCount: 0 };
}

export function toRow(values: readonly (string | null)[]): Row {
  return { Data: values.map((value) => (value === null ? {} : { VarCharValue: value })) };
}

/** Every value is in quotes, and null is nothing. */
export function toCsv({ columns, rows }: ResultSet): string {
  const line = (values: readonly (string | null)[]) =>
    `${values.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join(',')}\n`;
  return [line(columns.map(({ Name = '' }) => Name)), ...rows.map(line)].join('');
}

/** A nested value of none is the word null; one on its own is no value. */
function shown(value: unknown, type: TrinoType | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return String(value);
  const inner = (at: number) => (type?.arguments[at]?.value ?? undefined) as TrinoType | undefined;
  const nested = (one: unknown, of: TrinoType | undefined) => shown(one, of) ?? 'null';
  switch (type?.rawType) {
    case 'varbinary':
      return Buffer.from(String(value), 'base64').toString('hex').match(/../g)?.join(' ') ?? '';
    case 'array':
      return `[${(value as unknown[]).map((one) => nested(one, inner(0))).join(', ')}]`;
    case 'map':
      return `{${Object.entries(value)
        .map(([key, one]) => `${key}=${nested(one, inner(1))}`)
        .join(', ')}}`;
    case 'row':
      return `{${(value as unknown[]).map((one, index) => field(one, type.arguments[index]?.value, index)).join(', ')}}`;
    default:
      return String(value);
  }

  function field(one: unknown, argument: unknown, index: number): string {
    const { fieldName, typeSignature } = argument as { fieldName?: { name: string }; typeSignature: TrinoType };
    return `${fieldName?.name ?? `field${index}`}=${nested(one, typeSignature)}`;
  }
}

/** Precision and scale by type, as Athena gives them. */
const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  tinyint: [3, 0],
  smallint: [5, 0],
  integer: [10, 0],
  bigint: [19, 0],
  real: [17, 0],
  double: [17, 0],
  timestamp: [3, 0],
  'timestamp with time zone': [3, 0],
  varbinary: [1073741824, 0],
  varchar: [2147483647, 0],
};

function columnInfo({ name, typeSignature }: TrinoColumn): ColumnInfo {
  const { rawType, arguments: given } = typeSignature;
  const [first, second] = given.map(({ value }) => Number(value));
  const limited = rawType === 'varchar' && first !== undefined && first < 2147483647;
  const size =
    rawType === 'decimal' || rawType === 'char' || limited ? ([first ?? 0, second ?? 0] as const) : undefined;
  return info(name, rawType === 'real' ? 'float' : rawType, size ?? SIZES[rawType] ?? [0, 0]);
}

function info(name: string, type: string, [precision, scale]: readonly [number, number]): ColumnInfo {
  return {
    CatalogName: 'hive',
    SchemaName: '',
    TableName: '',
    Name: name,
    Label: name,
    Type: type,
    Precision: precision,
    Scale: scale,
    Nullable: 'UNKNOWN',
    CaseSensitive: type === 'varchar' || type === 'char',
  };
}
