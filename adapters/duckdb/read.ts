/** A batch's files are read and judged: what of them loads, what is refused, and what fails. Nothing of it is published. */

import { isReplay, ORIGIN, replayPrefix } from '../../core/contracts/replay.ts';
import type { LoadBatch } from '../../core/loads.ts';
import type { LoadPlan } from '../../core/plans/load-plan.ts';
import { allSound } from '../../core/plans/planned-column.ts';
import { recordFields } from '../../core/plans/records.ts';
import { refusalOf } from '../../core/plans/refusals.ts';
import type { Refusal } from '../../core/ports.ts';
import type { Problem } from '../../core/problems.ts';
import type { Database } from './database.ts';
import { collectFailing } from './failing.ts';
import { fileValueName, text, textName } from './names.ts';
import { findRetyped, type RetypedFile, refuseRetyped } from './retyped.ts';
import { type FileSource, type KnownFiles, stageSettled } from './settled.ts';
import type { StagedFile } from './stage.ts';

export interface ReadFiles {
  /** All that could be read, the refused ones among them. */
  readonly files: readonly StagedFile[];
  /** Files of which nothing is refused but rows. */
  readonly loaded: readonly StagedFile[];
  /** The batch's own, and those of files that were read. */
  readonly refusals: readonly Refusal[];
  readonly retyped: readonly RetypedFile[];
  /** Whether the careful reader had to read any of them. */
  readonly careful: boolean;
  readonly left: readonly Problem[];
}

/** Makes the temporary tables `files`, `staged`, `mended`, `failing` and `origins` of what a batch brings. */
export async function readBatch(
  database: Database,
  batch: LoadBatch,
  source: FileSource,
  firstId: number,
  known: KnownFiles,
): Promise<ReadFiles> {
  const { plan } = batch;
  const { files, careful, left } = await stageSettled(database, batch, source, firstId, known);
  const refusals = [...batch.refusals];
  let retyped: readonly RetypedFile[] = [];
  if (files.length > 0) {
    await readOrigins(database, plan, files);
    await known.leaveOut(careful);
    refusals.push(...(await refuse(database, batch, files)));
    if (await collectFailing(database, plan, files)) {
      retyped = await findRetyped(database, plan, without(files, refusals), careful);
      if (plan.policy === 'freeze') refusals.push(...(await refuseRetyped(database, plan, retyped)));
    }
  }
  return { files, loaded: without(files, refusals), refusals, retyped, careful, left };
}

function without(files: readonly StagedFile[], refusals: readonly Refusal[]): readonly StagedFile[] {
  const refused = new Set(refusals.map(({ file }) => file.key));
  return files.filter(({ version }) => !refused.has(version.file.key));
}

/** Files whose name or whose share of failing rows the contract does not take; they leave `files`. */
async function refuse(database: Database, { plan }: LoadBatch, files: readonly StagedFile[]): Promise<Refusal[]> {
  const named = { ...plan, columns: plan.columns.filter(({ header }) => header === null) };
  const fails = `NOT ${allSound(named.columns, textName, fileValueName)}`;
  // Each row of a replay file was looked at by a person: those that still fail go back to quarantine one by one.
  const share = `rows_read > 0 AND rows_bad > ${plan.maxBadShare} * rows_read
    AND NOT starts_with(source_file, ${text(replayPrefix(plan.dataset))})`;
  const bad = await database.rows<{ file_no: number; by_name: boolean; rows_bad: string; rows_read: string }>(
    `SELECT file_no, (${fails}) AS by_name, rows_bad, rows_read FROM files WHERE (${fails}) OR (${share})`,
  );
  if (bad.length === 0) return [];
  await database.run(`DELETE FROM files WHERE file_no IN (${bad.map(({ file_no }) => file_no).join(', ')})`);
  return bad.flatMap(({ file_no, by_name, rows_bad, rows_read }) => {
    const version = files.find(({ fileNo }) => fileNo === file_no)?.version;
    if (version === undefined) return [];
    const counts = { rowsRead: Number(rows_read), rowsBad: Number(rows_bad) };
    return [refusalOf(plan, version, by_name ? { why: 'name' } : { why: 'share', ...counts })];
  });
}

/**
 * `origins`: what each row of the batch's replay files stands for; they are all in `mended`, and those that are to be
 * forgotten still are. Their origins count too: a row that was mended to a forgotten person's waits for nobody.
 */
async function readOrigins(database: Database, plan: LoadPlan, files: readonly StagedFile[]): Promise<void> {
  await database.run(`CREATE OR REPLACE TEMP TABLE origins (
    load_id BIGINT, row_number BIGINT, source_file VARCHAR, source_row BIGINT, content_hash VARCHAR)`);
  for (const { fileNo, loadId, version } of files.filter((one) => isReplay(one.version.file.key))) {
    const [file, row, hash] = ORIGIN.map((name) => `list_extract(fields, ${version.header.indexOf(name) + 1})`);
    await database.run(`INSERT INTO origins
      SELECT ${loadId}, _row_number, ${file}, TRY_CAST(${row} AS BIGINT), ${hash}
      FROM (SELECT _row_number, ${recordFields(plan.format, version.header, '_raw')} AS fields FROM mended WHERE _file_no = ${fileNo} AND _reason IS NULL)`);
  }
}
