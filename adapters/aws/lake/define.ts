/** What the catalog has before any data lands, so that people and BI tools can ask: made at every deployment. */

import type { Table, TableInput } from '@aws-sdk/client-glue';
import { planLoad } from '../../../core/plans/load-plan.ts';
import type { Project } from '../../../core/project.ts';
import type { Athena } from '../athena/types.ts';
import { bookTables, bookViews, isEmptyView } from './definitions.ts';
import { emptyModels } from './empty-models.ts';
import type { GlueTables } from './glue-tables.ts';
import { shapeOf } from './load/shape.ts';
import { createClean, loadTables, stagedTables } from './load/tables.ts';

export interface DefineContext {
  readonly athena: Pick<Athena, 'run'>;
  readonly glue: Pick<GlueTables, 'get' | 'put' | 'add'>;
  /** The lake bucket. */
  readonly bucket: string;
}

/**
 * The books become what this version takes them for. Clean tables and models are made where there is none: what there is
 * may have rows, and follows a changed contract by the next load and refresh; a model that no refresh has filled yet has
 * nothing to keep, and gets its columns of today.
 *
 * @returns `schema.table` of the clean tables and models that were made
 */
export async function defineLake({ athena, glue, bucket }: DefineContext, project: Project): Promise<string[]> {
  for (const { database, input } of [...loadTables(bucket), ...bookTables(bucket), ...bookViews()]) {
    await glue.put(database, input);
  }
  const made: string[] = [];
  for (const contract of project.contracts) {
    for (const table of contract.tables) {
      if ((await glue.get(contract.schema, table.name)) !== null) continue;
      const shape = shapeOf(planLoad(contract, table, 'duckdb'), () => true);
      for (const { database, input } of stagedTables(bucket, shape)) await glue.put(database, input);
      await athena.run(createClean(bucket, shape, table));
      made.push(`${contract.schema}.${table.name}`);
    }
  }
  for (const { database, input } of await emptyModels(project)) {
    if (await glue.add(database, input)) {
      made.push(`${database}.${input.Name}`);
      continue;
    }
    const found = await glue.get(database, input.Name ?? '');
    if (found !== null && isEmptyView(found) && !isSame(found, input)) await glue.put(database, input);
  }
  return made;
}

const isSame = (found: Table, wanted: TableInput): boolean =>
  found.ViewOriginalText === wanted.ViewOriginalText &&
  JSON.stringify(found.StorageDescriptor?.Columns?.map(({ Comment = '' }) => Comment)) ===
    JSON.stringify(wanted.StorageDescriptor?.Columns?.map(({ Comment = '' }) => Comment));
