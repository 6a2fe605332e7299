import type { Model } from '../../core/models/types.ts';
import { Database } from '../duckdb/database.ts';
import { parse } from '../duckdb/parse.ts';

/** By a model's table: what `json_serialize_sql` gives of its SELECT, parsed, without a lake. */
export async function modelTrees(models: readonly Model[]): Promise<ReadonlyMap<string, unknown>> {
  const database = await Database.open({ file: null, readOnly: false, spill: null });
  try {
    const trees = await parse(
      database,
      models.map(({ sql }) => sql),
    );
    return new Map(models.map(({ table }, index) => [table, trees[index]]));
  } finally {
    database.close();
  }
}
