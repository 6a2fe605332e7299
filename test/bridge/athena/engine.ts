/** What a statement of Athena's is carried out with. */

import { EntityNotFoundException, GetTableCommand, type GlueClient, type Table } from '@aws-sdk/client-glue';
import type { S3Client } from '@aws-sdk/client-s3';
import type { TrinoResult } from './trino.ts';

/** A table by its database and name. */
export interface TableName {
  readonly database: string;
  readonly table: string;
}

export interface Engine {
  /** Trino, in Athena's catalog; `parameters` are bound where `bind` is set. */
  trino(sql: string, options?: { session?: Readonly<Record<string, string>>; bind?: boolean }): Promise<TrinoResult>;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  readonly queryId: string;
  /** The database of names without one. */
  readonly database: string | undefined;
  /** Where results go: `s3://bucket/prefix/`. */
  readonly output: string;
}

/** A statement that failed, with what Athena gives as the reason. */
export class QueryFailure extends Error {
  /** 1 is the system's fault, 2 the user's, 3 another's. */
  readonly category: number;

  constructor(reason: string, category = 2) {
    super(reason);
    this.name = 'QueryFailure';
    this.category = category;
  }
}

/** What Hive's part of Athena says of a DDL statement that it can't carry out. */
export function hiveFailure(message: string): QueryFailure {
  return new QueryFailure(
    `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${message}`,
  );
}

/** Null where there is none. */
export async function findTable({ glue }: Engine, { database, table }: TableName): Promise<Table | null> {
  try {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: table }));
    return Table ?? null;
  } catch (error) {
    if (error instanceof EntityNotFoundException) return null;
    throw error;
  }
}

export async function getTable(engine: Engine, name: TableName): Promise<Table> {
  const table = await findTable(engine, name);
  if (table !== null) return table;
  throw new QueryFailure(`FAILED: SemanticException [Error 10001]: Table not found ${name.database}.${name.table}`);
}

export const isIceberg = ({ Parameters }: Table) => Parameters?.['table_type']?.toUpperCase() === 'ICEBERG';

export const isView = ({ TableType }: Table) => TableType === 'VIRTUAL_VIEW';
