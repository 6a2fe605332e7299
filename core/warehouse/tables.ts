/** Which tables the warehouse is to hold, and what is said of them there. */

import type { Project } from '../project.ts';
import { commentsOf, describedTables } from '../tables.ts';
import type { WarehouseTable } from './types.ts';

/** What is to be published, sorted by name. */
export function warehouseTables(project: Project): readonly WarehouseTable[] {
  return [...describedTables(project).values()]
    .filter(({ isPublished }) => isPublished)
    .map(({ columns, isPublished: _isPublished, ...table }) => ({ ...table, comments: commentsOf(columns) }))
    .sort((a, b) => (a.table < b.table ? -1 : 1));
}
