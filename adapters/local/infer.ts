/** A contract for files that have none: which files are a table, what stands in them, and what follows. */

import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { parseContract } from '../../core/contracts/parse.ts';
import { type FileGroup, groupFiles, type InferredFile } from '../../core/infer/group-files.ts';
import { readFields } from '../../core/infer/heads.ts';
import { keyCandidates } from '../../core/infer/keys.ts';
import { proposeFields, proposeTable } from '../../core/infer/propose.ts';
import { toYaml } from '../../core/infer/to-yaml.ts';
import type { ProposedTable, TableProfile } from '../../core/infer/types.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import { Database } from '../duckdb/database.ts';
import { isWithin, profileTexts, readTexts, type Texts, tellsApart } from './profile.ts';

/** A file and its name under the data set's folder. */
export interface LooseFile {
  readonly path: string;
  readonly key: string;
}

const HEAD = 1024 * 1024;

/**
 * @returns the contract as YAML, which `contract check` takes
 * @throws LandfallError with every file that can't land as it is, and what to do about it
 */
export async function inferContract(dataset: string, files: readonly LooseFile[]): Promise<string> {
  const problems: Problem[] = [];
  const known: InferredFile[] = [];
  for (const file of files) {
    const found = await look(file);
    if (Array.isArray(found)) problems.push(...found);
    else known.push(found);
  }
  if (problems.length > 0) throw new LandfallError(problems);
  const spill = mkdtempSync(join(tmpdir(), 'landfall-infer-'));
  const database = await Database.open({ file: null, readOnly: false, spill });
  try {
    const yaml = toYaml({ dataset, tables: await proposeAll(database, groupFiles(known)) });
    const checked = parseContract(yaml, `${dataset}.odcs.yaml`);
    if (checked.problems.length > 0) throw new LandfallError(checked.problems);
    return yaml;
  } finally {
    database.close();
    rmSync(spill, { recursive: true, force: true });
  }
}

/** Its header, or why it has none. */
async function look({ path, key }: LooseFile): Promise<InferredFile | Problem[]> {
  const format = /[.](csv|ndjson)([.]gz)?$/.exec(key)?.[1] as InferredFile['format'] | undefined;
  const refuse = (code: string, message: string, hint: string): Problem[] => [{ code, file: path, message, hint }];
  const info = await stat(path).catch(() => null);
  if (info === null) return refuse('no-file', 'there is no such file', 'check the name');
  if (format === undefined) {
    const message = 'expected a file that ends in .csv, .ndjson, .csv.gz or .ndjson.gz';
    return refuse(
      'wrong-ending',
      message,
      'export it as comma-separated UTF-8 with a header, or as a JSON object a line',
    );
  }
  if (info.size === 0) return refuse('empty-file', 'an empty file', 'infer from one with rows');
  try {
    const head = (await headOf(path)).toString('utf8');
    if (format === 'ndjson') return { path, key, format, fields: [] };
    const found = readFields(head, path);
    return 'fields' in found ? { path, key, format, fields: found.fields } : found;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_'))
      return refuse('broken-gzip', `cut off or damaged gzip (${message})`, 'get it again, whole');
    return refuse('file-unreadable', `can't be read: ${message}`, 'check its permissions');
  }
}

async function headOf(path: string): Promise<Buffer> {
  const packed = path.endsWith('.gz');
  const file = createReadStream(path);
  const stream = packed ? file.pipe(createGunzip()) : file;
  if (packed) file.on('error', (error) => stream.destroy(error));
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length >= HEAD) break;
  }
  file.destroy();
  return Buffer.concat(chunks);
}

/** A table whose files are named by numbers comes last: what the numbers are, the others' keys may tell. */
async function proposeAll(database: Database, groups: readonly FileGroup[]): Promise<ProposedTable[]> {
  const done = new Map<FileGroup, { table: ProposedTable; texts: Texts }>();
  for (const group of [...groups].sort((a, b) => Number(a.isNumbered) - Number(b.isNumbered))) {
    const texts = await readTexts(database, group, `texts_${done.size}`);
    const profile = await profileTexts(database, group, texts);
    checkRows(profile, group);
    const others = group.isNumbered ? [...done.values()] : [];
    done.set(group, { table: await propose(database, profile, texts, await keyOf(database, texts, others)), texts });
  }
  return groups.flatMap((group) => done.get(group)?.table ?? []);
}

/** The name of another table's key that has all the numbers of the files' names. */
async function keyOf(
  database: Database,
  texts: Texts,
  others: readonly { table: ProposedTable; texts: Texts }[],
): Promise<string | undefined> {
  for (const other of others) {
    const [key, second] = other.table.key;
    const column = other.table.columns.find(({ name }) => name === key);
    if (key === undefined || second !== undefined || column === undefined) continue;
    const place = placeOf(other.texts, column.source);
    if (await isWithin(database, [texts, 0], [other.texts, place])) return key;
  }
  return undefined;
}

async function propose(
  database: Database,
  profile: TableProfile,
  texts: Texts,
  fileName?: string,
): Promise<ProposedTable> {
  const { columns, candidates } = proposeFields(profile, fileName);
  const groups = keyCandidates(profile, candidates).map((names) =>
    names.map((name) => ({ name, place: placeOf(texts, columns.find((one) => one.name === name)?.source) })),
  );
  // What all columns together don't tell apart, no part of them does.
  const together = [
    ...new Set(groups.filter(({ length }) => length > 1).flatMap((group) => group.map(({ place }) => place))),
  ];
  const isTold = together.length > 0 && (await tellsApart(database, texts, together));
  for (const group of groups.filter(({ length }) => length === 1 || isTold)) {
    const places = group.map(({ place }) => place);
    const isKey = places.length === together.length || (await tellsApart(database, texts, places));
    if (isKey)
      return proposeTable(
        profile,
        columns,
        group.map(({ name }) => name),
      );
  }
  return proposeTable(profile, columns, []);
}

function placeOf({ fields }: Texts, source: unknown): number {
  return fields.findIndex((field) => JSON.stringify(field.source) === JSON.stringify(source));
}

/** @throws LandfallError where rows are missing, or say that the header is one of them */
function checkRows({ rows, columns, format, unreadable }: TableProfile, group: FileGroup): void {
  const file = group.files[0]?.path ?? '';
  if (rows === 0) {
    const message =
      unreadable === 0 ? 'a header and no rows: nothing to infer from' : `none of ${unreadable} records can be read`;
    throw new LandfallError({ code: 'no-rows', file, message, hint: 'infer from a file with rows' });
  }
  const named = columns.filter(({ headers, values }) => headers > 0 && values > 1);
  if (format === 'csv' && named.length > 0 && named.length >= columns.length / 2) {
    const names = named.map(({ source }) => (source.kind === 'header' ? JSON.stringify(source.name) : '')).slice(0, 3);
    const message = `the first line looks like a row: ${names.join(', ')} of it stand in later rows, too`;
    const hint = 'put a first line into the file that names the columns, separated by commas, once';
    throw new LandfallError({ code: 'no-header', file, message, hint });
  }
}
