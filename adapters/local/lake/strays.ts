/** `ops.stray_files`: what lay in the landing zone and no table took, as the last run that looked there found it. */

import type { Stray } from '../../../core/strays.ts';
import type { Database } from '../../duckdb/database.ts';
import { text } from '../../duckdb/names.ts';

const COLUMNS = ['dataset', 'source_file', 'code', 'message', 'hint'] as const;

export async function writeStrays(
  database: Database,
  runId: string,
  strays: readonly Stray[],
  looked: readonly string[] | null,
): Promise<void> {
  const gone = looked === null ? 'true' : `dataset IN (${looked.map(text).join(', ')})`;
  const [known] =
    looked?.length === 0 ? [] : await database.rows(`SELECT 1 FROM ops.stray_files WHERE ${gone} LIMIT 1`);
  if (known === undefined && strays.length === 0) return;
  const records = strays.map(({ dataset, problem: { file, code, message, hint } }) => {
    return { dataset, source_file: file, code, message, hint };
  });
  const shape = JSON.stringify([Object.fromEntries(COLUMNS.map((name) => [name, 'VARCHAR']))]);
  await database.transaction(async () => {
    if (known !== undefined) await database.run(`DELETE FROM ops.stray_files WHERE ${gone}`);
    await database.run(
      `INSERT INTO ops.stray_files SELECT ${text(runId)}, ${COLUMNS.map((name) => `record.${name}`).join(', ')}
        FROM (SELECT unnest(from_json(CAST($1 AS VARCHAR), ${text(shape)})) AS record)`,
      [JSON.stringify(records)],
    );
  });
}
