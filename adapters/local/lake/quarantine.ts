/** Rows that fail go to `ops.quarantine`, a record a failing column, each with its reason and the row as it came, or as it may be shown. */

import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { Database } from '../../duckdb/database.ts';
import { text } from '../../duckdb/names.ts';

export async function publishQuarantine(database: Database, plan: LoadPlan): Promise<void> {
  await database.run(`INSERT INTO ops.quarantine
    SELECT ${text(plan.dataset)}, ${text(plan.table)}, files.source_file, failing.row_number, failing.column_name,
      failing.reason, failing.raw, files.load_id, 'open'
    FROM failing JOIN files ON files.file_no = failing.file_no ORDER BY files.file_no, failing.row_number`);
}
