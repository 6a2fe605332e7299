/** What a contract says of JSON, and what it can't say of CSV. */

import type { Problem } from '../problems.ts';
import type { Path, Sound } from '../yaml/types.ts';
import type { ColumnSettings, TableDocument, TableSettings } from './document.ts';
import { formatOf, pathOf } from './format.ts';
import { type ContractFile, type FoundSettings, findSettings } from './settings.ts';

/** A column that reads a field of the record. */
interface Reader {
  readonly name: string;
  readonly source: string;
  readonly isCount: boolean;
  /** Where its source stands, or where it would. */
  readonly place: Path;
}

/** Whether the paths of a table of JSON lines lead to fields, and to one kind each; of CSV, whether there are lists. */
export function checkJson(
  yaml: ContractFile,
  table: Sound<TableDocument>,
  path: Path,
  settings: FoundSettings<TableSettings>,
): Problem[] {
  const format = formatOf(settings);
  const found = (table.properties ?? []).map((column, index) => {
    const at = [...path, 'properties', index];
    return { name: column?.name, at, ...findSettings<ColumnSettings>(yaml, column?.customProperties, at) };
  });
  const counts = found.filter(({ values }) => values.parse === 'count');
  const misplaced = counts.flatMap(({ values, paths }) => {
    const mistake = countMistake(format, typeof values.source === 'object');
    return mistake === undefined ? [] : [yaml.problem('wrong-parse', paths.parse ?? [], mistake)];
  });
  if (format !== 'ndjson') return misplaced;
  const readers = found.flatMap(({ name, at, values, paths }): Reader[] => {
    const source = values.source ?? (paths.source === undefined ? name : undefined);
    if (name === undefined || typeof source !== 'string') return [];
    return [{ name, source, isCount: values.parse === 'count', place: paths.source ?? [...at, 'name'] }];
  });
  const mistakes = readers.flatMap((reader, index) => {
    const mistake = pathMistake(reader) ?? clash(reader, readers.slice(0, index));
    return mistake === undefined ? [] : [yaml.problem('wrong-source', reader.place, mistake)];
  });
  return [...misplaced, ...mistakes];
}

function countMistake(format: string | undefined, isOfFile: boolean): string | undefined {
  if (format === 'csv') return 'parse count is for lists, which files of format ndjson alone have';
  return isOfFile ? "parse count is for lists, and the file's name has none" : undefined;
}

function pathMistake({ source }: Reader): string | undefined {
  if (pathOf(source).every((name) => name !== '')) return undefined;
  return `the source "${source}" has an empty name, expected names with one . between them`;
}

/** A field can't be a value in one place and hold others in the next: no row would be sound. */
function clash(reader: Reader, earlier: readonly Reader[]): string | undefined {
  for (const other of earlier) {
    if (other.source === reader.source && other.isCount !== reader.isCount) {
      const [list, value] = reader.isCount ? [reader, other] : [other, reader];
      return `"${list.name}" reads "${reader.source}" as a list, and "${value.name}" as one value`;
    }
    const [outer, inner] = other.source.length < reader.source.length ? [other, reader] : [reader, other];
    if (inner.source.startsWith(`${outer.source}.`)) {
      return `"${outer.name}" reads "${outer.source}" as one value, and "${inner.name}" looks for "${inner.source}" in it`;
    }
  }
  return undefined;
}
