/** What stands in files without a contract, asked of DuckDB in a question a table and one a column: no row comes here. */

import type { FileGroup } from '../../core/infer/group-files.ts';
import { jsonPaths } from '../../core/infer/json-paths.ts';
import type { ColumnProfile, TableProfile } from '../../core/infer/types.ts';
import { countOf, objectFields, whyNoObject } from '../../core/plans/json-records.ts';
import { LandfallError } from '../../core/problems.ts';
import type { Database } from '../duckdb/database.ts';
import { BAD, lineReader } from '../duckdb/mend.ts';
import { fieldName, pathText, quoted, text } from '../duckdb/names.ts';
import { REJECTS, reader } from '../duckdb/stage.ts';
import { columnQuestion, profileOf, sampleQuestion } from './profile-question.ts';

/** A field of the records, as the table of texts has it. */
interface Field {
  readonly source: ColumnProfile['source'];
  readonly isList: boolean;
}

/** The records of one group of files as texts, in a temporary table, until the database closes. */
export interface Texts {
  readonly table: string;
  readonly fields: readonly Field[];
  readonly rows: number;
  readonly unreadable: number;
  readonly notes: readonly string[];
}

/** Rows that tell which questions are worth asking of all. */
const SAMPLE = 2000;

/** The name of a column of a table of texts. */
export const textColumn = (index: number) => quoted(`c${index}`);

/** @throws LandfallError where the files can't be read as the format that they have */
export async function readTexts(database: Database, group: FileGroup, table: string): Promise<Texts> {
  const [first] = group.files;
  try {
    return first?.format === 'ndjson' ? await readLines(database, group, table) : await readCsv(database, group, table);
  } catch (error) {
    if (!(error instanceof LandfallError) || error.problems[0]?.code !== 'engine-error') throw error;
    const message = `can't be read as ${first?.format}: ${error.problems[0].message.split('\n')[0]}`;
    const hint = 'Landfall loads comma-separated UTF-8 with a header, or a JSON object a line';
    throw new LandfallError({ code: 'file-unreadable', file: first?.path ?? '', message, hint });
  }
}

async function readCsv(database: Database, group: FileGroup, table: string): Promise<Texts> {
  const names = (group.files[0]?.fields ?? []).map((field) => field.trim());
  const fields: Field[] = names.map((name) => ({ source: { kind: 'header', name }, isList: false }));
  // What the file's name says stands before what its rows say.
  if (group.isNumbered) fields.unshift({ source: { kind: 'file', pattern: '(\\d+)' }, isList: false });
  const columns = fields.map((_, index) => `${textColumn(index)} VARCHAR`);
  await database.run(`CREATE OR REPLACE TEMP TABLE ${table} (${columns.join(', ')})`);
  await database.run(`DROP TABLE IF EXISTS ${REJECTS}; DROP TABLE IF EXISTS ${REJECTS}_scans`);
  for (const { header, files } of layouts(group)) {
    const read = names.map((name) => fieldName(header.indexOf(name)));
    const stems = files.map(({ key }) => text(key.replace(/^.*\/|[.].*$/g, '')));
    if (group.isNumbered) read.unshift(`list_extract([${stems.join(', ')}], CAST(file_index AS INTEGER) + 1)`);
    // To the reader a blank line of a file of one column is a record; to a load it is none.
    const blank = names.length === 1 ? ` WHERE ${fieldName(0)} IS NOT NULL` : '';
    await database.run(
      `INSERT INTO ${table} SELECT ${read.join(', ')} FROM ${reader({ header, files }, REJECTS)}${blank}`,
    );
  }
  const unreadable = await numberOf(database, `SELECT count(DISTINCT (file_id, line)) AS n FROM ${REJECTS}`).catch(
    () => 0,
  );
  return { table, fields, rows: await numberOf(database, `SELECT count(*) AS n FROM ${table}`), unreadable, notes: [] };
}

/** Files that one reader can read together: the same fields in the same order. */
function layouts({ files }: FileGroup) {
  const found = new Map<string, { header: readonly string[]; files: FileGroup['files'][number][] }>();
  for (const file of files) {
    const header = file.fields.map((field) => field.trim());
    const layout = found.get(header.join('\n')) ?? { header, files: [] };
    layout.files.push(file);
    found.set(header.join('\n'), layout);
  }
  return [...found.values()];
}

async function readLines(database: Database, group: FileGroup, table: string): Promise<Texts> {
  const lines = `${table}_lines`;
  await database.run(`CREATE OR REPLACE TEMP TABLE ${lines} (line VARCHAR)`);
  let unreadable = 0;
  for (const { path } of group.files) {
    await database.run(`DROP TABLE IF EXISTS ${BAD}; DROP TABLE IF EXISTS ${BAD}_scans`);
    await database.run(
      `INSERT INTO ${lines} SELECT line FROM ${lineReader(pathText(path))} WHERE trim(line, chr(9) || chr(13) || ' ') <> ''`,
    );
    unreadable += await numberOf(database, `SELECT count(*) AS n FROM ${BAD}`);
  }
  const bad = `(${whyNoObject('line')}) IS NOT NULL`;
  unreadable += await numberOf(database, `SELECT count(*) AS n FROM ${lines} WHERE ${bad}`);
  await database.run(`DELETE FROM ${lines} WHERE ${bad}`);
  const [found] = await database.rows<{ structure: string | null }>(
    `SELECT CAST(json_group_structure(CAST(line AS JSON)) AS VARCHAR) AS structure FROM ${lines}`,
  );
  const { paths, unsayable } = jsonPaths(JSON.parse(found?.structure ?? '{}'));
  const file = group.files[0]?.path ?? '';
  if (paths.length === 0) {
    const hint =
      'each line must be one JSON object with fields, such as {"id": 1}: a file that is one list, or is spread over lines, is none';
    throw new LandfallError({ code: 'no-records', file, message: 'no line is a JSON object with fields', hint });
  }
  const record = 'line';
  const fields = objectFields(
    paths.map(({ source }) => source),
    record,
  );
  const read = paths.map(({ isList }, index) => {
    const field = `fields[${index + 1}]`;
    return `${isList ? countOf(field) : field} AS ${textColumn(index)}`;
  });
  await database.run(
    `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${read.join(', ')} FROM (SELECT ${fields} AS fields FROM ${lines})`,
  );
  await database.run(`DROP TABLE ${lines}`);
  const notes = unsayable.map((name) => `left out: the field ${JSON.stringify(name)}, for a source can't say its name`);
  return {
    table,
    fields: paths.map(({ source, isList }) => ({ source: { kind: 'header', name: source }, isList })),
    rows: await numberOf(database, `SELECT count(*) AS n FROM ${table}`),
    unreadable,
    notes,
  };
}

/** Few rows are asked everything, and all rows what some of those answered. */
export async function profileTexts(database: Database, group: FileGroup, texts: Texts): Promise<TableProfile> {
  const asked = texts.fields.map((field, index) => ({ name: textColumn(index), header: headerOf(field) }));
  const rows = await database.rows<Record<string, unknown>>(
    sampleQuestion(`(SELECT * FROM ${texts.table} LIMIT ${SAMPLE})`, asked),
  );
  const columns: ColumnProfile[] = [];
  for (const [index, field] of texts.fields.entries()) {
    const sampled = profileOf(rows[index] ?? {}, { ...field, rows: texts.rows });
    columns.push(texts.rows <= SAMPLE ? sampled : await profileColumn(database, texts, index, sampled));
  }
  return { ...described(group, texts), columns };
}

async function profileColumn(
  database: Database,
  texts: Texts,
  index: number,
  sampled: ColumnProfile,
): Promise<ColumnProfile> {
  const field = texts.fields[index];
  if (field === undefined) return sampled;
  const [row = {}] = await database.rows<Record<string, unknown>>(
    columnQuestion(texts.table, textColumn(index), headerOf(field), sampled),
  );
  return { ...profileOf(row, { ...field, rows: texts.rows }), examples: sampled.examples };
}

function described(group: FileGroup, texts: Texts): Omit<TableProfile, 'columns'> {
  const { name, landing, ownLanding, isSeries, files } = group;
  const { rows, unreadable } = texts;
  const notes = [...group.notes, ...texts.notes];
  const format = files[0]?.format ?? 'csv';
  return { name, landing, ownLanding, isSeries, format, files: files.length, rows, unreadable, notes };
}

function headerOf({ source }: Field): string {
  return source.kind === 'header' ? source.name : '';
}

/**
 * Whether these columns, by their places, differ in every row that has a value in each. Told by hashes of 64 bits, which
 * take a fraction of the texts' memory: of 13 million rows two that differ have the same once in 200,000 tables.
 */
export async function tellsApart(database: Database, { table }: Texts, places: readonly number[]): Promise<boolean> {
  const columns = places.map(textColumn);
  const [row] = await database.rows<{
    isKey: boolean;
  }>(`SELECT count(DISTINCT hash(${columns.join(', ')})) = count(*) AS "isKey"
    FROM ${table} WHERE ${columns.map((column) => `${column} IS NOT NULL`).join(' AND ')}`);
  return row?.isKey === true;
}

/** Whether each value of one column is a value of the other. */
export async function isWithin(
  database: Database,
  inner: readonly [Texts, number],
  outer: readonly [Texts, number],
): Promise<boolean> {
  const [a, b] = [inner, outer].map(([{ table }, place]) => `SELECT ${textColumn(place)} FROM ${table}`);
  return (await numberOf(database, `SELECT count(*) AS n FROM (${a} EXCEPT ${b})`)) === 0;
}

async function numberOf(database: Database, sql: string): Promise<number> {
  const [row] = await database.rows<{ n: string | number }>(sql);
  return Number(row?.n ?? 0);
}
