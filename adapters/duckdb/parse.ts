import type { Database } from './database.ts';
import { text } from './names.ts';

/** What `json_serialize_sql` gives of each statement, parsed, in their order. */
export async function parse(database: Database, statements: readonly string[]): Promise<readonly unknown[]> {
  if (statements.length === 0) return [];
  const rows = await database.rows<{ ast: string }>(
    `SELECT json_serialize_sql(sql) AS ast FROM (VALUES ${statements.map((sql, index) => `(${index}, ${text(sql)})`).join(', ')}) AS given(place, sql) ORDER BY place`,
  );
  return rows.map(({ ast }) => JSON.parse(ast));
}
