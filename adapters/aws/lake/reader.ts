/** Questions to the lake that change nothing. */

import type { LakeReader, MadeTable } from '../../../core/ports.ts';
import { Database } from '../../duckdb/database.ts';
import { parse } from '../../duckdb/parse.ts';
import type { LakeContext } from './context.ts';
import { columnsOfTable } from './definitions.ts';
import { tableStates } from './versions.ts';

/** By table: how a model or a result was made. */
export const MODELS = 'models';

export function lakeReader(context: Pick<LakeContext, 'athena' | 'glue' | 'facts' | 'schemas'>): LakeReader {
  const { athena, glue, facts, schemas } = context;
  return {
    /** By DuckDB, whose syntax tree is what is known how to read. */
    async parse(statements) {
      const database = await Database.open({ file: null, readOnly: false, spill: null });
      try {
        return await parse(database, statements);
      } finally {
        database.close();
      }
    },
    async columns() {
      const found = await Promise.all(
        [...schemas, 'ops'].map(async (schema) =>
          (await glue.list(schema)).map((table): [string, string[]] => [
            `${schema}.${table.Name}`,
            columnsOfTable(table).map(({ name }) => name),
          ]),
        ),
      );
      return new Map(found.flat());
    },
    models: async () => (await facts.all(MODELS)) as ReadonlyMap<string, MadeTable>,
    tables: () => tableStates(context),
    read: (sql) => athena.read(sql),
  };
}
