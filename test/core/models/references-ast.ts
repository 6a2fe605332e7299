import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** The engine whose syntax trees the core reads. */
export async function openEngine(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:');
  return instance.connect();
}

/** As the adapters do: what `json_serialize_sql` gives, parsed. */
export async function parse(connection: DuckDBConnection, sql: string): Promise<unknown> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql($1::VARCHAR)', [sql]);
  return JSON.parse(String(reader.getRows()[0]?.[0]));
}
