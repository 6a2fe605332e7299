/** Which tables the warehouse is to hold, and what is said of them there. */

import type { DescribedColumns } from '../models/types.ts';
import type { Project } from '../project.ts';
import { describedTables } from '../tables.ts';
import type { WarehouseTable } from './types.ts';

/** What is to be published, sorted by name. */
export function warehouseTables(project: Project): readonly WarehouseTable[] {
  return [...describedTables(project).values()]
    .filter(({ isPublished }) => isPublished)
    .map(({ columns, isPublished: _isPublished, ...table }) => ({ ...table, comments: commentsOf(columns) }))
    .sort((a, b) => (a.table < b.table ? -1 : 1));
}

function commentsOf(columns: DescribedColumns): Record<string, string> {
  return Object.fromEntries(
    Object.entries(columns)
      .filter(([, { description }]) => description !== '')
      .map(([name, { description, unit }]) => [name, unit === undefined ? description : `${description} (${unit})`]),
  );
}
