/** PostgreSQL's rows as the Data API gives them. */

import type { ColumnMetadata, Field } from '@aws-sdk/client-redshift-data';
import type pg from 'pg';

export interface Records {
  readonly columns: readonly ColumnMetadata[];
  readonly rows: readonly (readonly Field[])[];
  /** Of the values' texts. */
  readonly bytes: number;
}

interface Type {
  readonly name: string;
  readonly length: number;
  field(text: string): object;
}

const string = (text: string) => ({ stringValue: text });
/** With all digits, which a number of JavaScript's may not hold. */
const long = (text: string) => ({ longValue: BigInt(text) });
const double = (text: string) => ({ doubleValue: Number(text) });

/** By PostgreSQL's number of the type. */
const TYPES: Readonly<Record<number, Type>> = {
  16: { name: 'bool', length: 1, field: (text) => ({ booleanValue: text === 't' }) },
  20: { name: 'int8', length: 8, field: long },
  21: { name: 'int2', length: 2, field: long },
  23: { name: 'int4', length: 4, field: long },
  26: { name: 'oid', length: 4, field: long },
  700: { name: 'float4', length: 4, field: double },
  701: { name: 'float8', length: 8, field: double },
  1042: { name: 'bpchar', length: 0, field: string },
  1043: { name: 'varchar', length: 0, field: string },
  1082: { name: 'date', length: 0, field: string },
  1114: { name: 'timestamp', length: 0, field: string },
  1184: { name: 'timestamptz', length: 0, field: string },
  1700: { name: 'numeric', length: 0, field: string },
  19: { name: 'name', length: 64, field: string },
  25: { name: 'varchar', length: 65535, field: string },
};

const OTHER: Type = { name: 'varchar', length: 65535, field: string };

export function recordsOf({ fields, rows }: pg.QueryArrayResult<(string | null)[]>): Records {
  const types = fields.map(({ dataTypeID }) => TYPES[dataTypeID] ?? OTHER);
  let bytes = 0;
  const records = rows.map((row) =>
    row.map((text, index) => {
      if (text === null) return { isNull: true } as Field;
      bytes += text.length;
      // The SDK's type says number, its clients read digits.
      return (types[index] ?? OTHER).field(text) as Field;
    }),
  );
  return { columns: fields.map((field, index) => metadata(field, types[index] ?? OTHER)), rows: records, bytes };
}

function metadata(
  { name, dataTypeID, dataTypeModifier }: pg.FieldDef,
  { name: typeName, length }: Type,
): ColumnMetadata {
  const size = dataTypeModifier - 4;
  const isNumeric = dataTypeID === 1700 && dataTypeModifier >= 0;
  return {
    name,
    label: name,
    typeName,
    length: dataTypeModifier >= 0 && !isNumeric ? size : length,
    precision: isNumeric ? size >> 16 : 0,
    scale: isNumeric ? size & 0xffff : 0,
    nullable: 1,
    isSigned: ['int2', 'int4', 'int8', 'float4', 'float8', 'numeric'].includes(typeName),
    isCaseSensitive: typeName === 'varchar' || typeName === 'bpchar',
    isCurrency: false,
    schemaName: '',
    tableName: '',
  };
}
