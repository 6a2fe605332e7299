/** Columns that are of another type in a file, found among the rows that failed: good data is not looked at for it. */

import type { Drift } from '../../core/contracts/drift/types.ts';
import { isRetyped, READABLE, type Readable, typeDrift } from '../../core/contracts/drift/value-type.ts';
import { isReplay } from '../../core/contracts/replay.ts';
import { accepts, cast } from '../../core/plans/dialect.ts';
import { type LoadPlan, typedColumns } from '../../core/plans/load-plan.ts';
import { refusalOf } from '../../core/plans/refusals.ts';
import type { Refusal } from '../../core/ports.ts';
import type { Database } from './database.ts';
import { quoted, text } from './names.ts';
import type { StagedFile } from './stage.ts';

export interface RetypedFile {
  readonly file: StagedFile;
  readonly findings: readonly Drift[];
}

/** @param anyCareful whether `mended` is there */
export async function findRetyped(
  database: Database,
  plan: LoadPlan,
  files: readonly StagedFile[],
  anyCareful: boolean,
): Promise<readonly RetypedFile[]> {
  const failing = await failingColumns(database, plan);
  const typed = new Map<string, ReadonlyMap<number, number>>();
  for (const name of new Set(failing.map(({ column_name }) => column_name))) {
    const own = failing.filter(({ column_name }) => column_name === name).map(({ file_no }) => file_no);
    typed.set(name, await typedValues(database, name, own, anyCareful));
  }
  return files.flatMap((file) => {
    // Each of its rows was looked at by a person.
    if (isReplay(file.version.file.key)) return [];
    const findings = failing
      .filter(({ file_no }) => file_no === file.fileNo)
      .flatMap(({ column_name: name, fails, typed: wrongly, readable }) => {
        const type = plan.columns.find((column) => column.name === name)?.type ?? 'string';
        const counts = { failing: Number(fails), sound: (typed.get(name)?.get(file.fileNo) ?? 0) - Number(wrongly) };
        return isRetyped(counts) ? [typeDrift({ name, type, ...counts, readable }, plan.policy)] : [];
      });
    return findings.length === 0 ? [] : [{ file, findings }];
  });
}

/** The files leave `files`. */
export async function refuseRetyped(
  database: Database,
  plan: LoadPlan,
  retyped: readonly RetypedFile[],
): Promise<readonly Refusal[]> {
  if (retyped.length === 0) return [];
  const numbers = retyped.map(({ file }) => file.fileNo).join(', ');
  await database.run(`DELETE FROM files WHERE file_no IN (${numbers})`);
  return retyped.map(({ file: { version }, findings }) => refusalOf(plan, version, { why: 'type', findings }));
}

interface Failing {
  readonly file_no: number;
  readonly column_name: string;
  readonly fails: string;
  /** Those of them that a cast takes for a value. */
  readonly typed: string;
  readonly readable: readonly Readable[];
}

/** By file and column: how many texts give no value of the column's type, and all that each of them can be read as. */
async function failingColumns(database: Database, plan: LoadPlan): Promise<readonly Failing[]> {
  const judged = typedColumns(plan).map(({ name, reason }) => `(${text(name)}, ${text(reason)})`);
  if (judged.length === 0) return [];
  const readable = READABLE.map((form) => {
    const value = cast(form, 'duckdb', 'value');
    return `CASE WHEN bool_and(coalesce(${accepts(form, 'duckdb', { text: 'value', value })}, false)) THEN ${text(form)} END`;
  });
  return database.rows<
    Failing & Record<string, unknown>
  >(`SELECT file_no, column_name, count(*) AS fails, count(*) FILTER (is_typed) AS typed,
      list_filter([${readable.join(', ')}], lambda form: form IS NOT NULL) AS readable
    FROM failing WHERE (column_name, reason) IN (${judged.join(', ')}) GROUP BY file_no, column_name
    ORDER BY column_name`);
}

/** By file: values of the column, sound or not, in rows that fail otherwise, too. */
async function typedValues(
  database: Database,
  column: string,
  files: readonly number[],
  anyCareful: boolean,
): Promise<ReadonlyMap<number, number>> {
  const counts = (table: string) => `SELECT _file_no AS file_no, count(${quoted(column)}) AS values FROM ${table}
    WHERE _file_no IN (${files.join(', ')}) GROUP BY _file_no`;
  const rows = await database.rows<{ file_no: number; values: string }>(
    anyCareful ? `${counts('staged')} UNION ALL ${counts('mended')}` : counts('staged'),
  );
  return new Map(rows.map(({ file_no, values }) => [file_no, Number(values)]));
}
