/**
 * Landed files become typed rows in temporary tables, in few statements, and nothing is decided about them yet.
 *
 * `files`: one row a file: file_no, load_id, source_file, arrived_at, content_hash, _f_<column> for each value that the
 * file's name gives, careful, rows_read, rows_bad, rows_erased, first_row (the row id of its first staged row).
 * `staged`: the typed columns, _file_no, and _raw: null where the row is sound, the record as CSV where it is not, with
 * protected fields in their protected form; in file order. Files that the reader can't follow are in `mended` instead.
 */

import { isReplay } from '../../core/contracts/replay.ts';
import { shownRecord } from '../../core/plans/failing.ts';
import { type LoadPlan, readColumns } from '../../core/plans/load-plan.ts';
import { allSound, type PlannedColumn } from '../../core/plans/planned-column.ts';
import type { FileVersion } from '../../core/ports.ts';
import { LandfallError } from '../../core/problems.ts';
import type { Database } from './database.ts';
import { fieldName, fileValueName, pathText, quoted, text, textName } from './names.ts';
import { protectedReasons, reasonNames } from './redact.ts';

export interface StagedFile {
  readonly version: FileVersion;
  readonly fileNo: number;
  readonly loadId: number;
  readonly path: string;
}

/** Files that one statement can read: the same fields in the same order, and as plain. */
export interface Layout {
  readonly header: readonly string[];
  readonly plain: boolean;
  readonly files: readonly StagedFile[];
}

export function layoutsOf(files: readonly StagedFile[]): Layout[] {
  const layouts = new Map<string, { header: readonly string[]; plain: boolean; files: StagedFile[] }>();
  for (const file of files) {
    const { header, plain } = file.version;
    const id = JSON.stringify([header, plain]);
    const layout = layouts.get(id) ?? { header, plain, files: [] };
    layout.files.push(file);
    layouts.set(id, layout);
  }
  return [...layouts.values()];
}

/** The columns that come from the record itself. */
export function recordColumns(plan: LoadPlan): PlannedColumn[] {
  return readColumns(plan).filter(({ header }) => header !== null);
}

/** SQL of each record column's text over `_field_<n>`; null where the file lacks the optional column. */
export function texts(plan: LoadPlan, header: readonly string[], field: (index: number) => string): string[] {
  return recordColumns(plan).map((column) => {
    const index = header.indexOf(column.header ?? '');
    const source = index < 0 ? 'CAST(NULL AS VARCHAR)' : column.text(field(index));
    return `${source} AS ${textName(column.name)}`;
  });
}

export function values(plan: LoadPlan): string[] {
  return recordColumns(plan).map((column) => `${column.value(textName(column.name))} AS ${quoted(column.name)}`);
}

/** Whether every record column is sound. What the file's name gives is judged once a file, not here. */
export function recordSound(plan: LoadPlan, plain: boolean): string {
  return allSound(recordColumns(plan), textName, quoted, plain);
}

/** A reader of records as text: `_field_<n>` and `file_index`, the file's place in the list. */
export function reader(
  layout: { readonly header: readonly string[]; readonly files: readonly { readonly path: string }[] },
  rejects: string | null,
): string {
  const columns = layout.header.map((_, index) => `'_field_${index}': 'VARCHAR'`).join(', ');
  const options = [
    'auto_detect = false',
    'header = true',
    "delim = ','",
    `quote = '"'`,
    `escape = '"'`,
    'strict_mode = true',
    'null_padding = false',
    `columns = {${columns}}`,
    // A folder named _field_0=x would otherwise give a field of that name.
    'hive_partitioning = false',
  ];
  if (rejects !== null) {
    options.push('store_rejects = true', `rejects_table = '${rejects}'`, `rejects_scan = '${rejects}_scans'`);
  }
  return `read_csv([${layout.files.map(({ path }) => pathText(path)).join(', ')}], ${options.join(', ')})`;
}

/** `file_index` becomes the file's number. */
export function fileNumber(layout: Layout): string {
  const numbers = layout.files.map(({ fileNo }) => fileNo);
  const first = numbers[0] ?? 0;
  const consecutive = numbers.every((number, index) => number === first + index);
  return consecutive
    ? `CAST(file_index AS INTEGER) + ${first}`
    : `list_extract([${numbers.join(', ')}], CAST(file_index AS INTEGER) + 1)`;
}

export async function createFiles(database: Database, plan: LoadPlan, files: readonly StagedFile[]): Promise<void> {
  const named = plan.columns.filter(({ header }) => header === null);
  const values = named.map((column) => `, ${column.value(textName(column.name))} AS ${fileValueName(column.name)}`);
  const names = named.map(
    (column) =>
      `, ${column.text("parse_filename(regexp_replace(source_file, '[.]gz$', ''), true, 'forward_slash')")} AS ${textName(column.name)}`,
  );
  const rows = files.map(
    ({ fileNo, loadId, version }) =>
      `(${fileNo}, CAST(${loadId} AS BIGINT), ${text(version.file.key)}, make_timestamp(CAST(${Math.floor(version.file.modifiedAt)} AS BIGINT) * 1000), ${text(version.contentHash)})`,
  );
  await database.run(`CREATE OR REPLACE TEMP TABLE files AS
    SELECT * ${values.join('')}, false AS careful, CAST(0 AS BIGINT) AS rows_read, CAST(0 AS BIGINT) AS rows_bad, CAST(0 AS BIGINT) AS rows_erased,
      CAST(0 AS BIGINT) AS first_row
    FROM (SELECT * ${names.join('')} FROM (VALUES ${rows.join(', ')}) AS listed(file_no, load_id, source_file, arrived_at, content_hash))`);
}

/** The reader's own words of records that it can't follow, clear text among them. */
export const REJECTS = 'rejected_records';

/**
 * Stages every file; gives those whose records the reader can't all follow. They are not in `staged`.
 */
export async function stage(
  database: Database,
  plan: LoadPlan,
  files: readonly StagedFile[],
): Promise<readonly StagedFile[]> {
  // The careful reader keeps each record's text, and with it where a replayed row comes from.
  // To the quick one, of a file of one column a blank line is a record; and it reads CSV alone.
  const careful = new Set(
    files.filter(
      ({ version: { openQuote, header, file } }) =>
        plan.format !== 'csv' || openQuote || header.length === 1 || isReplay(file.key),
    ),
  );
  for (;;) {
    try {
      await stageAll(database, plan, files, careful);
      break;
    } catch (error) {
      const before = careful.size;
      for (const file of await unreadable(database, files, careful, error)) careful.add(file);
      if (careful.size === before) throw error;
    }
  }
  for (const file of await rejected(database, files)) careful.add(file);
  const numbers = [...careful].map(({ fileNo }) => fileNo);
  if (numbers.length > 0) {
    await database.run(`UPDATE files SET careful = true WHERE file_no IN (${numbers.join(', ')})`);
  }
  await database.run(`CREATE OR REPLACE TEMP TABLE counted AS
    SELECT _file_no AS file_no, min(rowid) AS first_row, count(*) AS rows_read, count(_raw) AS rows_bad
    FROM staged GROUP BY _file_no`);
  await database.run(`UPDATE files SET first_row = counted.first_row, rows_read = counted.rows_read,
    rows_bad = counted.rows_bad FROM counted WHERE counted.file_no = files.file_no AND NOT careful`);
  return [...careful];
}

async function stageAll(
  database: Database,
  plan: LoadPlan,
  files: readonly StagedFile[],
  without: ReadonlySet<StagedFile>,
): Promise<void> {
  await dropRejects(database);
  const columns = recordColumns(plan).map(({ name, sqlType }) => `${quoted(name)} ${sqlType}`);
  const reasons = reasonNames(plan);
  await database.run(
    `CREATE OR REPLACE TEMP TABLE staged (${[...columns, '_file_no INTEGER', '_raw VARCHAR', ...reasons.map((name) => `${name} VARCHAR`)].join(', ')})`,
  );
  for (const layout of layoutsOf(files.filter((file) => !without.has(file)))) {
    const fields = layout.header.map((_, index) => fieldName(index));
    const kept = recordColumns(plan).map(({ name }) => quoted(name));
    await database.run(`INSERT INTO staged
      SELECT ${kept.join(', ')}, _file_no, ${['_raw', ...reasons].join(', ')}
      FROM (SELECT *, ${[`CASE WHEN NOT _sound THEN ${shownRecord(plan, layout.header, fieldName, 'NULL')} END AS _raw`, ...protectedReasons(plan)].join(', ')}
      FROM (SELECT *, ${recordSound(plan, layout.plain)} AS _sound
      FROM (SELECT *, ${values(plan).join(', ')}
        FROM (SELECT ${[...fields, ...texts(plan, layout.header, fieldName)].join(', ')}, ${fileNumber(layout)} AS _file_no
          FROM ${reader(layout, REJECTS)}))))`);
  }
}

async function dropRejects(database: Database): Promise<void> {
  await database.run(`DROP TABLE IF EXISTS ${REJECTS}; DROP TABLE IF EXISTS ${REJECTS}_scans`);
}

async function rejected(database: Database, files: readonly StagedFile[]): Promise<StagedFile[]> {
  const paths = await database
    .rows<{ file_path: string }>(
      `SELECT DISTINCT file_path FROM ${REJECTS} JOIN ${REJECTS}_scans USING (scan_id, file_id)`,
    )
    .catch(() => []);
  const found = new Set(paths.map(({ file_path }) => file_path));
  return files.filter(({ path }) => found.has(path));
}

/** A reader that gives up names no file reliably: each is tried alone. */
async function unreadable(
  database: Database,
  files: readonly StagedFile[],
  known: ReadonlySet<StagedFile>,
  error: unknown,
): Promise<StagedFile[]> {
  if (error instanceof LandfallError && error.problems[0]?.code !== 'engine-error') throw error;
  const found: StagedFile[] = [];
  for (const layout of layoutsOf(files.filter((file) => !known.has(file)))) {
    for (const file of layout.files) {
      const alone = { ...layout, files: [file] };
      const fields = layout.header.map((_, index) => `count(${fieldName(index)})`).join(', ');
      await dropRejects(database);
      await database.run(`SELECT ${fields} FROM ${reader(alone, REJECTS)}`).catch(() => found.push(file));
    }
  }
  return found;
}

/** SQL of every sound row as the clean table has it, of the files given by a condition over `files`. */
export function incoming(plan: LoadPlan, anyCareful: boolean): string {
  const select = (rows: string) =>
    plan.columns.map(({ name, header }) =>
      (header === null ? `files.${fileValueName(name)}` : `${rows}.${quoted(name)}`).concat(` AS ${quoted(name)}`),
    );
  const fast = `SELECT ${select('staged').join(', ')}, files.load_id AS _load_id,
      CAST(staged.rowid - files.first_row + 1 AS INTEGER) AS _row_number
    FROM staged JOIN files ON files.file_no = staged._file_no WHERE staged._raw IS NULL${anyCareful ? ' AND NOT files.careful' : ''}`;
  if (!anyCareful) return fast;
  return `${fast} UNION ALL SELECT ${select('mended').join(', ')}, files.load_id AS _load_id,
      CAST(mended._row_number AS INTEGER) AS _row_number
    FROM mended JOIN files ON files.file_no = mended._file_no WHERE mended._reason IS NULL AND mended._sound`;
}
