/** What people query before any data lands. */

import type { Project } from '../../../core/project.ts';
import { commentsOf } from '../../../core/tables.ts';
import { emptyLake } from '../../local/empty-lake.ts';
import { tableStates } from '../../local/lake/versions.ts';
import { type Definition, emptyView } from './definitions.ts';

/**
 * An empty view of every model, with the columns and types that its refresh will give it, as a laptop finds them. They are
 * to be made where there is none of the name: a refresh replaces them, and nothing may put them back.
 */
export async function emptyModels(project: Project): Promise<readonly Definition[]> {
  const database = await emptyLake(project);
  try {
    const states = await tableStates(database);
    return project.models.map(({ schema, name, table, columns }) => ({
      database: schema,
      input: emptyView(schema, name, states.get(table)?.columns ?? [], commentsOf(columns)),
    }));
  } finally {
    database.close();
  }
}
