/** A person's question to a deployed warehouse: one SELECT, asked as the reader that BI tools are. */

import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { asksOnly } from '../../../core/asks-only.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import { LandfallError } from '../../../core/problems.ts';
import { plainValue, type ResultTable } from '../../../core/tabular.ts';
import { type Connection, makeClient } from '../clients.ts';
import { readOutputs } from '../deployment.ts';
import { DataApi } from './data-api.ts';
import { READER_HINTS } from './failures.ts';

/** @throws LandfallError exit code 2 where the text is no SELECT, 1 where it fails or nothing is deployed */
export async function queryDeployedWarehouse(
  stage: string,
  sql: string,
  connection: Connection = {},
): Promise<ResultTable> {
  if (!asksOnly(sql)) {
    const hint = 'landfall query --warehouse "SELECT …"';
    throw new LandfallError({ code: 'query-refused', message: 'expected a SELECT: a query only reads', hint }, 2);
  }
  const outputs = await readOutputs(stage, 'warehouse', connection);
  const client = makeClient(RedshiftDataClient, connection);
  const api = new DataApi({
    client,
    workgroup: outputs.WarehouseWorkgroup,
    database: outputs.WarehouseDatabase,
    secretArn: outputs.WarehouseReaderSecretArn,
    hints: READER_HINTS,
  });
  // A call takes one statement; what the reader may do is its role's: read, and nothing else.
  const { columns, rows } = await api.table(sql.trim().replace(/;$/, ''), 'the question');
  const types = columns.map(({ type }) => columnType(type));
  return {
    columns: columns.map(({ name }, index) => ({ name, type: types[index] ?? 'string' })),
    rows: rows.map((row) =>
      row.map((value, index) => {
        const type = types[index] ?? 'string';
        return type === 'boolean' && value !== null ? value === 'true' : plainValue(value, type);
      }),
    ),
  };
}

/** By Redshift's name of a type; others are text. */
const TYPES: Readonly<Record<string, ColumnType>> = {
  bool: 'boolean',
  int2: 'integer',
  int4: 'integer',
  int8: 'bigint',
  float4: 'double',
  float8: 'double',
  numeric: 'double',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamp',
};

const columnType = (name: string): ColumnType => TYPES[name.toLowerCase()] ?? 'string';
