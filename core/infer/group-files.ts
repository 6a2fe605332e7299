/** Which files are one table, and by what glob they land. */

import { globsOverlap } from '../contracts/glob.ts';
import type { FileFormat } from '../contracts/types.ts';
import { distinctNames, seriesStem, stemOf, tableName } from './names.ts';

export interface InferredFile {
  /** Where it is, for whoever reads it. */
  readonly path: string;
  /** Under the data set's folder, with `/`. */
  readonly key: string;
  readonly format: FileFormat;
  /** CSV: the header as it stands there; JSON: empty, for only the records tell. */
  readonly fields: readonly string[];
}

export interface FileGroup {
  readonly name: string;
  readonly landing: string;
  /** The name of the first file. */
  readonly ownLanding: string;
  readonly isSeries: boolean;
  /** The files' names are numbers, and say what no column says. */
  readonly isNumbered: boolean;
  /** What no column keeps of the files' names. */
  readonly notes: readonly string[];
  readonly files: readonly InferredFile[];
}

/** Files of one folder and one header are a table; JSON lines of one folder, by the beginning of their names. */
export function groupFiles(files: readonly InferredFile[]): FileGroup[] {
  const groups = new Map<string, InferredFile[]>();
  for (const file of files) {
    const header = file.fields.map((field) => field.trim()).sort();
    const id = JSON.stringify([
      folderOf(file.key),
      file.format,
      file.format === 'csv' ? header : seriesStem(stemOf(file.key)),
    ]);
    groups.set(id, [...(groups.get(id) ?? []), file]);
  }
  const described = [...groups.values()].map(describe);
  // Files whose names share nothing land by a glob that takes all of a folder: beside others each is its own.
  const settled = [...described.filter(isAnything), ...described.filter((group) => !isAnything(group))].reduce(
    (all, group) => (clashes(group, all) ? all.flatMap((one) => (one === group ? apart(group) : [one])) : all),
    described,
  );
  const names = distinctNames(settled.map(({ name }) => name));
  return settled.map((group, index) => ({ ...group, name: names[index] ?? group.name }));
}

function isAnything({ landing }: FileGroup): boolean {
  return /(^|\/)[*][.]/.test(landing);
}

function clashes(group: FileGroup, all: readonly FileGroup[]): boolean {
  return all.some((other) => other !== group && globsOverlap(other.landing, group.landing));
}

/** Each file a table, that lands by its own name. */
function apart(group: FileGroup): FileGroup[] {
  return group.files.map((file) => {
    const own = ownGlob(file.key);
    const name = tableName(stemOf(file.key));
    return { name, landing: own, ownLanding: own, isSeries: false, isNumbered: false, notes: [], files: [file] };
  });
}

function describe(files: readonly InferredFile[]): FileGroup {
  const [first] = files as [InferredFile, ...InferredFile[]];
  const stems = files.map(({ key }) => stemOf(key));
  const folder = folderOf(first.key);
  const prefix = folder === '' ? '' : `${ownGlob(folder)}/`;
  const isNumbered = stems.every((stem) => /^\d+$/.test(stem)) && (files.length > 1 || folder !== '');
  const shared = seriesStem(commonStart(stems));
  // `no` of north and nova says nothing.
  const common = files.length > 1 && shared.length < 3 ? '' : shared;
  const isSeries = files.length > 1 || seriesStem(stems[0] ?? '') !== stems[0];
  const last = folder.slice(folder.lastIndexOf('/') + 1);
  // In a folder of their own files are pages of one table, whatever each is called.
  const isPaged = folder !== '' && isSeries && first.format === 'ndjson';
  const start = isNumbered || isPaged ? '' : common;
  return {
    name: tableName(start === '' ? last || 'rows' : start),
    landing: `${prefix}${start.replace(/[^\w .-]/g, '*').replace(/\*+/g, '*')}*.${first.format}`.replace(/\*\*/g, '*'),
    ownLanding: ownGlob(first.key),
    isSeries,
    isNumbered,
    notes: isNumbered ? [] : endNotes(stems),
    files,
  };
}

/** `loans-2024-01` and `loans-2024-02`: if that says more than which export it was, a column can have it. */
function endNotes(stems: readonly string[]): string[] {
  const start = commonStart(stems).replace(/\d+$/, '');
  const ends = stems.map((stem) => stem.slice(start.length));
  if (stems.length < 2 || start === '' || ends.some((end) => !/^\d/.test(end))) return [];
  const pattern = `${start.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(${ends.every((end) => /^\d+$/.test(end)) ? '\\d+' : '.+'})`;
  return [`no column says what the files' names do: one with source {file: '${pattern}'} would`];
}

/** A glob of one file. What a glob can't have in it may be anything. */
function ownGlob(key: string): string {
  return key.replace(/[.]gz$/, '').replace(/[?[\]{}\\!*]+/g, '*');
}

function folderOf(key: string): string {
  return key.includes('/') ? key.slice(0, key.lastIndexOf('/')) : '';
}

function commonStart([first = '', ...others]: readonly string[]): string {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
