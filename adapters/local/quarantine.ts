/** Rows in quarantine and their replay files, on a laptop. */

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { evolvedContract } from '../../core/contracts/drift/evolve.ts';
import { isReplay } from '../../core/contracts/replay.ts';
import type { Contract, TableContract } from '../../core/contracts/types.ts';
import { editableField, isNested } from '../../core/plans/json-records.ts';
import { keptFields } from '../../core/plans/records.ts';
import { LandfallError } from '../../core/problems.ts';
import { originOf, type Replay, type Replayed } from '../../core/quarantine/replay.ts';
import { readReplay } from '../../core/quarantine/replay-files.ts';
import { headerNames, type QuarantinedRow, type ReplayedRow } from '../../core/quarantine/types.ts';
import type { ResultTable } from '../../core/tabular.ts';
import { quoted, text } from '../duckdb/names.ts';
import { LEARNT, learntOf } from './lake/evolved.ts';
import type { LandingFolder } from './landing.ts';

type Read = (sql: string) => Promise<ResultTable>;

/** The contracts with the columns that the lake has learnt. */
export async function evolvedContracts(read: Read, contracts: readonly Contract[]): Promise<readonly Contract[]> {
  // A lake that no run has opened since there was drift has no such table.
  const found = await read(LEARNT).catch(() => ({ rows: [] }));
  const rows = found.rows.map(([table, column]) => ({ table_name: String(table), column_name: String(column) }));
  return contracts.map((contract) => evolvedContract(contract, learntOf(rows)));
}

/** A table with open rows in quarantine. */
export interface Waiting {
  readonly dataset: string;
  readonly table: string;
  readonly rows: number;
}

export async function waitingTables(read: Read): Promise<Waiting[]> {
  const { rows } = await read(`SELECT dataset, table_name, count(DISTINCT (load_id, row_number)) FROM ops.quarantine
    WHERE status = 'open' GROUP BY dataset, table_name ORDER BY dataset, table_name`);
  return rows.map(([dataset, table, count]) => ({
    dataset: String(dataset),
    table: String(table),
    rows: Number(count),
  }));
}

/** A row a record, its fields taken out of the raw row by the header that its file had. */
export async function quarantinedRows(
  read: Read,
  contract: Contract,
  table: TableContract,
  statuses: readonly QuarantinedRow['status'][],
): Promise<QuarantinedRow[]> {
  const names = headerNames(table);
  const isJson = table.format === 'ndjson';
  const header = isJson ? `[${names.map(text).join(', ')}]` : `from_json(header, '["VARCHAR"]')`;
  const field = (name: string) => `list_extract(fields, list_position(header, ${text(name)}))`;
  const fields = names.map((name) => (isJson ? editableField(name, 'raw', field(name)) : field(name)));
  const nested = names.map((name) => (isJson ? isNested(field(name)) : 'false'));
  const { rows } = await read(`SELECT source_file, row_number, load_id, content_hash, status, reasons, raw,
      fields IS NOT NULL, ${[...fields, ...nested].join(', ')}
    FROM (SELECT failing.*, header, content_hash,
        CASE WHEN is_record AND header IS NOT NULL THEN ${keptFields(table.format, names, 'raw')} END AS fields
      FROM (SELECT load_id, source_file, row_number, any_value(status) AS status, any_value(raw_row) AS raw,
          string_agg(coalesce(column_name || ': ', '') || reason, '; ' ORDER BY column_name) AS reasons,
          bool_and(column_name IS NOT NULL) AS is_record
        FROM ops.quarantine WHERE dataset = ${text(contract.dataset)} AND table_name = ${text(table.name)}
          AND status IN (${statuses.map(text).join(', ')})
        GROUP BY load_id, source_file, row_number) AS failing
      JOIN (SELECT load_id, content_hash FROM ops.loads) USING (load_id)
      LEFT JOIN (SELECT load_id, ${header} AS header FROM storage.ledger) USING (load_id))
    ORDER BY load_id, row_number`);
  return rows.map(([source, row, load, hash, status, reasons, raw, isRecord, ...own]) => ({
    sourceFile: String(source),
    rowNumber: Number(row),
    loadId: Number(load),
    contentHash: String(hash),
    status: status === 'replayed' ? 'replayed' : 'open',
    reasons: String(reasons),
    raw: raw === null ? null : String(raw),
    fields:
      isRecord === true ? own.slice(0, names.length).map((field) => (field === null ? null : String(field))) : null,
    nested: new Set(names.flatMap((_, place) => (own[names.length + place] === true ? [place] : []))),
  }));
}

/** Which of these texts, by column, stand in the clean table: there a protected column has protected forms only. */
export async function storedForms(
  read: Read,
  contract: Contract,
  table: TableContract,
  texts: ReadonlyMap<string, readonly string[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [column, typed] of texts) {
    const { rows } = await read(`SELECT DISTINCT ${quoted(column)} FROM ${quoted(contract.schema)}.${quoted(table.name)}
      WHERE ${quoted(column)} IN (${typed.map(text).join(', ')})`);
    found.push(...rows.map(([value]) => String(value)));
  }
  return found;
}

/** What the landing zone's replay files of a table stand for. A file that can't be read any more stands for nothing. */
export async function replayedRows(
  landing: LandingFolder,
  contract: Contract,
  table: TableContract,
): Promise<Replayed> {
  const found = new Map<string, ReplayedRow>();
  const prefix = `${contract.dataset}/_replay/${table.name}/`;
  for (const { key } of await landing.list(contract.dataset)) {
    if (!isReplay(key) || !key.startsWith(prefix)) continue;
    const content = await readFile(landing.path(key), 'utf8').catch(() => '');
    for (const { origin, fields, line } of readReplay(table, content)) {
      found.set(originOf(origin), { file: key, line, fields });
    }
  }
  return found;
}

/** The whole folder or nothing: who lists the landing zone meanwhile sees a hidden name. */
export async function writeReplay(landing: LandingFolder, { folder, files }: Replay): Promise<void> {
  const target = landing.path(folder);
  const draft = join(dirname(target), `.${process.pid}.part`);
  try {
    await rm(draft, { recursive: true, force: true });
    for (const [path, content] of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), content);
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    const { code, message } = error as NodeJS.ErrnoException;
    // Its name is its content's: another that wrote the same was quicker.
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    const hint = 'nothing was written; free some space or check the permissions of the landing folder';
    throw new LandfallError({
      code: 'landing-unwritable',
      file: target,
      message: `can't be written: ${message}`,
      hint,
    });
  }
}
