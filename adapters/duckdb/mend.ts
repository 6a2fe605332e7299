/**
 * Files that a CSV reader gives up on, and JSON lines: read line by line, put together to records, and judged one by one.
 *
 * - A record of JSON is a line. One of CSV is a line, or several where quotes hold them together and together they are well formed. Lines that a
 *   stray quote would glue into something malformed stay lines, so that one open quote does not swallow a file.
 * - Blank lines are no records.
 * - A line that is not UTF-8 keeps its bytes as `\xE9`.
 *
 * The result is the temporary table `mended`: _file_no, _row_number, _raw (a record as the quick reader would show it; of
 * what is none its own text, where nothing is protected), _reason (why it is no record of this table, or null), _t_<column> (texts), the typed columns, _sound, why a protected
 * column fails.
 */

import { isReplay } from '../../core/contracts/replay.ts';
import { shownRecord } from '../../core/plans/failing.ts';
import { whyNoObject } from '../../core/plans/json-records.ts';
import type { LoadPlan } from '../../core/plans/load-plan.ts';
import { NOT_TEXT, RECORDS, recordFields } from '../../core/plans/records.ts';
import type { Database } from './database.ts';
import { CR_MARK, CRLF_MARK } from './line-ends.ts';
import { pathText, quoted, text, textName } from './names.ts';
import { protectedReasons, reasonNames } from './redact.ts';
import { recordColumns, recordSound, type StagedFile, texts, values } from './stage.ts';

const { isRecord, fields } = RECORDS.duckdb;
const LONGEST_LINE = 64 * 1024 * 1024;
/** By itself the reader takes 16 times its longest line. */
const BUFFER = 2 * LONGEST_LINE;
/** Lines that quotes would hold together to more than this are judged one by one. */
const LONGEST_RECORD = 32 * 1024 * 1024;
export const BAD = 'rejected_lines';

export async function mend(database: Database, plan: LoadPlan, files: readonly StagedFile[]): Promise<void> {
  const columns = recordColumns(plan);
  const declared = [
    '_file_no INTEGER, _row_number BIGINT, _raw VARCHAR, _reason VARCHAR',
    ...columns.map(({ name }) => `${textName(name)} VARCHAR`),
    ...columns.map(({ name, sqlType }) => `${quoted(name)} ${sqlType}`),
    '_sound BOOLEAN',
    ...reasonNames(plan).map((name) => `${name} VARCHAR`),
  ];
  await database.run(`CREATE OR REPLACE TEMP TABLE mended (${declared.join(', ')})`);
  for (const file of files) {
    if (!(await readAtOnce(database, plan, file))) {
      await readLines(database, file);
      await database.run(`INSERT INTO mended ${recordsOf(plan, file, 'lines')} ORDER BY _row_number`);
    }
    await database.run(`UPDATE files SET
      rows_read = (SELECT count(*) FROM mended WHERE _file_no = ${file.fileNo}),
      rows_bad = (SELECT count(*) FROM mended WHERE _file_no = ${file.fileNo} AND (_reason IS NOT NULL OR NOT _sound))
      WHERE file_no = ${file.fileNo}`);
  }
}

// What no text has: the reader wants a delimiter, and a line is to be one field.
const NO_DELIMITER = '\x01\x02\x03\x04';

/** SQL of a file's lines in order, but for those that are rejected. */
export function lineReader(path: string): string {
  return `read_csv(${path}, auto_detect = false, header = false, columns = {'line': 'VARCHAR'}, delim = '${NO_DELIMITER}',
      quote = '', escape = '', strict_mode = false, max_line_size = ${LONGEST_LINE}, buffer_size = ${BUFFER}, parallel = false,
      store_rejects = true, rejects_table = '${BAD}', rejects_scan = '${BAD}_scans')`;
}

async function dropRejected(database: Database): Promise<void> {
  await database.run(`DROP TABLE IF EXISTS ${BAD}; DROP TABLE IF EXISTS ${BAD}_scans`);
}

/**
 * A file of JSON may be large, and not damaged at all: then it goes into `mended` as it is read, and no line is kept.
 * @returns whether it did, with no line rejected
 */
async function readAtOnce(database: Database, plan: LoadPlan, file: StagedFile): Promise<boolean> {
  if (plan.format === 'csv') return false;
  await dropRejected(database);
  await database.run(`INSERT INTO mended ${recordsOf(plan, file, 'file')}`);
  if ((await database.rows(`SELECT 1 FROM ${BAD} LIMIT 1`)).length === 0) return true;
  await database.run(`DELETE FROM mended WHERE _file_no = ${file.fileNo}`);
  return false;
}

/**
 * `lines`: n (1-based, with the rejected ones), line, line_end (as it was in the file), not_text (true where the bytes are
 * not UTF-8 text).
 */
async function readLines(database: Database, file: StagedFile): Promise<void> {
  const path = pathText(file.path);
  await dropRejected(database);
  await database.run(
    `CREATE OR REPLACE TEMP TABLE good_lines AS SELECT row_number() OVER () AS nth, line FROM ${lineReader(path)}`,
  );
  await badLines(database, path);
  // The nth good line stands behind every bad line whose own place, less the bad ones before it, is not beyond it.
  await database.run(`CREATE OR REPLACE TEMP TABLE lines AS
    SELECT good_lines.nth + coalesce(before.nth, 0) AS n, ${unmarked('line')} AS line, ${lineEnd('line')} AS line_end,
      false AS not_text
    FROM good_lines ASOF LEFT JOIN (SELECT nth, n - nth + 1 AS first FROM bad_lines) AS before ON good_lines.nth >= before.first
    UNION ALL SELECT n, line, chr(10), true FROM bad_lines`);
}

/** SQL of a line without the mark of its end. */
function unmarked(line: string): string {
  return `replace(replace(${line}, ${text(CRLF_MARK)}, ''), ${text(CR_MARK)}, '')`;
}

function lineEnd(line: string): string {
  return `CASE WHEN ends_with(${line}, ${text(CRLF_MARK)}) THEN chr(13) || chr(10)
    WHEN ends_with(${line}, ${text(CR_MARK)}) THEN chr(13) ELSE chr(10) END`;
}

/**
 * The reader tells of a rejected line where it began and how long it was, but not its bytes: they are cut out of the
 * file, which is held once, in a variable; joined, every line would have a copy.
 */
async function badLines(database: Database, path: string): Promise<void> {
  await database.run(`CREATE OR REPLACE TEMP TABLE rejected AS
    SELECT line AS n, min(line_byte_position) AS start, max(strlen(csv_line)) AS length FROM ${BAD} GROUP BY line`);
  const any = (await database.rows('SELECT 1 FROM rejected LIMIT 1')).length > 0;
  if (any) await database.run(`SET VARIABLE content = (SELECT content FROM read_blob(${path}))`);
  const bytes = `CAST(array_slice(${any ? "getvariable('content')" : "''::BLOB"}, CAST(start AS BIGINT), CAST(start + length - 1 AS BIGINT)) AS VARCHAR)`;
  const shown = `regexp_replace(${bytes}, '\\\\x01\\\\x02\\\\x03\\\\x0[56]', '')`;
  const trimmed = `regexp_replace(regexp_replace(${shown}, '^(\\\\x0[AD])+', ''), '(\\\\x0[AD])+$', '')`;
  await database.run(`CREATE OR REPLACE TEMP TABLE bad_lines AS
    SELECT n, row_number() OVER (ORDER BY n) AS nth,
      coalesce(nullif(${trimmed}, ''), 'a line that can not be shown: longer than ${LONGEST_LINE / 1024 / 1024} MB') AS line
    FROM rejected`);
  if (any) await database.run('RESET VARIABLE content');
}

/** @param from where the lines are: in `lines`, or, of JSON, still in the file */
function recordsOf(plan: LoadPlan, file: StagedFile, from: 'lines' | 'file'): string {
  const { header, headerLines } = file.version;
  const columns = recordColumns(plan);
  const field = (index: number) => `CASE WHEN reason IS NULL THEN list_extract(fields, ${index + 1}) END`;
  const shown = shownRecord(plan, header, (index) => `list_extract(_fields, ${index + 1})`, '_raw');
  // Of what is no record of the table nobody can tell which of it is protected.
  const raw = `CASE WHEN _reason IS NULL THEN ${shown}${plan.isProtected ? '' : ' ELSE _raw'} END`;
  // Of a sound record nothing but its values is asked for again; of a mended one what it stands for.
  const failing = '_reason IS NOT NULL OR NOT _is_sound';
  const isKept = isReplay(file.version.file.key) ? 'true' : failing;
  const kept = (text: string) => `CASE WHEN ${isKept} THEN ${text} END`;
  const reasoned = plan.format === 'csv' ? csvRecords(header.length, headerLines) : objects(header, file, from);
  return `WITH ${reasoned}, typed AS (
      SELECT row_number AS _row_number, raw AS _raw, reason AS _reason, fields AS _fields, ${texts(plan, header, field).join(', ')} FROM reasoned
    ), judged_values AS (
      SELECT *, ${recordSound(plan, false)} AS _is_sound FROM (SELECT *, ${values(plan).join(', ')} FROM typed)
    )
    SELECT ${[
      `${file.fileNo}, _row_number, ${kept(raw)}, _reason`,
      ...columns.map(({ name, protect }) => (protect === undefined ? kept(textName(name)) : 'NULL')),
      ...columns.map(({ name }) => quoted(name)),
      '_is_sound',
      ...protectedReasons(plan),
    ].join(', ')}
    FROM judged_values`;
}

/** `reasoned` (row_number, raw, fields, reason: why it is none): each line is an object, or blank. */
function objects(header: readonly string[], file: StagedFile, from: 'lines' | 'file'): string {
  const [lines, order] =
    from === 'lines'
      ? ["SELECT n, coalesce(line, '') AS line, not_text FROM lines", 'ORDER BY n']
      : [`SELECT ${unmarked('line')} AS line, false AS not_text FROM ${lineReader(pathText(file.path))}`, ''];
  return `judged AS (
      SELECT row_number() OVER (${order}) AS row_number, line AS raw,
        CASE WHEN not_text THEN '${NOT_TEXT}' ELSE ${whyNoObject('line')} END AS reason
      FROM (${lines}) WHERE regexp_matches(line, '[^ \\t]')
    ), reasoned AS (
      SELECT row_number, raw, CASE WHEN reason IS NULL THEN ${recordFields('ndjson', header, 'raw')} END AS fields, reason FROM judged
    )`;
}

/** The same of CSV. A running sum, and no count with a FILTER: DuckDB's time for that grows with the square of the lines. */
function csvRecords(width: number, headerLines: number): string {
  return `body AS (
      SELECT n, coalesce(line, '') AS line, coalesce(line_end, chr(10)) AS line_end, not_text FROM lines
      QUALIFY row_number() OVER (ORDER BY n) > ${headerLines}
    ), quotes AS (
      SELECT *, CASE WHEN not_text THEN 0 ELSE length(line) - length(replace(line, '"', '')) END AS quotes FROM body
    ), opened AS (
      SELECT *, (sum(quotes) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) - quotes) % 2 = 1 AS inside FROM quotes
    ), numbered AS (
      SELECT *, sum(CASE WHEN inside THEN 0 ELSE 1 END) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) AS block,
        CASE WHEN inside THEN lag(line_end) OVER (ORDER BY n) || line ELSE line END AS piece FROM opened
    ), sized AS (
      SELECT *, sum(strlen(piece)) OVER (PARTITION BY block) AS size FROM numbered
    ), glued AS (
      SELECT block, min(n) AS n, count(*) AS lines,
        string_agg(piece, '' ORDER BY n) FILTER (WHERE size <= ${LONGEST_RECORD}) AS record,
        bool_or(not_text) AS not_text FROM sized GROUP BY block
    ), judged AS (
      SELECT *, NOT not_text AND coalesce(${isRecord('record')}, false) AS well_formed FROM glued
    ), broken AS (
      SELECT block FROM judged WHERE lines > 1 AND NOT well_formed
    ), records AS (
      SELECT n, record, not_text, well_formed FROM judged WHERE lines = 1 OR well_formed
      UNION ALL
      SELECT numbered.n, numbered.line, numbered.not_text,
        NOT numbered.not_text AND ${isRecord('numbered.line')}
      FROM numbered JOIN broken ON broken.block = numbered.block
    ), split AS (
      SELECT row_number() OVER (ORDER BY n) AS row_number, record, not_text, well_formed,
        CASE WHEN well_formed THEN ${fields('record')} END AS fields
      FROM records WHERE record <> ''
    ), reasoned AS (
      SELECT row_number, record AS raw, fields, CASE
        WHEN not_text THEN '${NOT_TEXT}'
        WHEN NOT well_formed THEN 'a quote is left open or stands in the wrong place'
        WHEN len(fields) <> ${width} THEN len(fields) || ' fields, expected ${width}' END AS reason
      FROM split
    )`;
}
