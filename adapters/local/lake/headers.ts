/** The local catalog: the header that each table's files were last seen with, in the lake beside the ledger. */

import type { Catalog } from '../../../core/ports.ts';
import type { Database } from '../../duckdb/database.ts';
import { text } from '../../duckdb/names.ts';

export function localCatalog(database: Database): Catalog {
  return {
    async headers(dataset) {
      const rows = await database.rows<{ table_name: string; header: string }>(
        `SELECT table_name, header FROM storage.headers WHERE dataset = ${text(dataset)}`,
      );
      return new Map(rows.map(({ table_name, header }) => [table_name, JSON.parse(header) as string[]]));
    },
    async crawl(dataset, headers) {
      if (headers.size === 0) return;
      const tables = [...headers.keys()].map(text).join(', ');
      const rows = [...headers].map(
        ([table, header]) => `(${text(dataset)}, ${text(table)}, ${text(JSON.stringify(header))})`,
      );
      await database.transaction(async () => {
        await database.run(
          `DELETE FROM storage.headers WHERE dataset = ${text(dataset)} AND table_name IN (${tables})`,
        );
        await database.run(`INSERT INTO storage.headers VALUES ${rows.join(', ')}`);
      });
    },
  };
}
