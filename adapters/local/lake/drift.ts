/** What had drifted in a batch's files, and the values of columns that are kept beside their table. */

import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { Database } from '../../duckdb/database.ts';
import { driftOf, type Entry, refusedDriftOf } from '../../duckdb/entry.ts';
import { quoted, text, timestamp } from '../../duckdb/names.ts';
import { incoming } from '../../duckdb/stage.ts';

export async function recordDrift(database: Database, entry: Entry): Promise<void> {
  const { runId, plan } = entry.batch;
  const versions = [...driftOf(entry), ...refusedDriftOf(entry)];
  if (versions.length === 0) return;
  const mine = `dataset = ${text(plan.dataset)} AND table_name = ${text(plan.table)}`;
  const known = versions.map(({ key, contentHash }) => `(${text(key)}, ${text(contentHash)})`).join(', ');
  // A version that is loaded again is no other version: what is said of it now stands instead.
  await database.run(`DELETE FROM ops.drift WHERE ${mine} AND load_id IN (
    SELECT load_id FROM ops.loads WHERE ${mine} AND (source_file, content_hash) IN (${known}))`);
  const rows = versions.flatMap(({ loadId, key, findings }) =>
    findings.map(({ kind, column, detail, suggestion, action }) => {
      const said = [plan.dataset, plan.table, key, kind, column, detail, suggestion, plan.policy, action];
      const words = said.map((word) => (word === null ? 'NULL' : text(word)));
      return `(${[text(runId), loadId, ...words, timestamp(entry.finishedAt)].join(', ')})`;
    }),
  );
  await database.run(`INSERT INTO ops.drift VALUES ${rows.join(', ')}`);
}

/** The values of sound rows; those of a failing one stand in its record in quarantine. */
export async function keepAside(database: Database, plan: LoadPlan, anyCareful: boolean): Promise<void> {
  // What was kept before the contract protected a column may be as personal as that.
  if (plan.isProtected) {
    await database.run(
      `DELETE FROM ops.drift_values WHERE dataset = ${text(plan.dataset)} AND table_name = ${text(plan.table)}`,
    );
  }
  if (plan.aside.length === 0) return;
  const rows = incoming({ ...plan, columns: plan.aside }, anyCareful);
  for (const { name } of plan.aside) {
    await database.run(`INSERT INTO ops.drift_values
      SELECT ${text(plan.dataset)}, ${text(plan.table)}, files.source_file, rows._row_number, ${text(name)},
        rows.${quoted(name)}, rows._load_id FROM (${rows}) AS rows JOIN files ON files.load_id = rows._load_id
      WHERE rows.${quoted(name)} IS NOT NULL ORDER BY rows._load_id, rows._row_number`);
  }
}
