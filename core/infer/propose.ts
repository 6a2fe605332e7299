/** From the profile of a table's files to what a contract would say of it. */

import { formOf, proposeColumns } from './columns.ts';
import { type KeyColumn, loadOf } from './keys.ts';
import { distinctNames, isIdentifying, singular, snakeCase } from './names.ts';
import type { ColumnProfile, ProposedColumn, ProposedTable, TableProfile } from './types.ts';

/**
 * The columns of a table, and with them what a key is looked for in.
 * @param fileColumn what the column is called that the file's name gives, where another table says it
 */
export function proposeFields(
  table: TableProfile,
  fileColumn?: string,
): { columns: readonly ProposedColumn[]; candidates: readonly KeyColumn[] } {
  const offsets = table.columns.filter((profile) => formOf(profile) === 'timestamp with offset');
  const groups = table.columns.map((profile, index) => ({
    profile,
    columns: proposeColumns(profile, nameOf(table, profile, index, fileColumn), offsets.length === 1),
  }));
  const names = distinctNames(groups.flatMap(({ columns }) => columns.map(({ name }) => name)));
  const renamed = groups.map(({ profile, columns }) => ({
    profile,
    columns: columns.map((column) => ({ ...column, name: names.shift() ?? column.name })),
  }));
  return {
    columns: spreadNulls(renamed.flatMap(({ columns }) => columns)),
    candidates: renamed.flatMap(({ profile, columns: [column] }): KeyColumn[] => {
      const isIdentifier = profile.looks.identifier === profile.values;
      return column === undefined ? [] : [{ column, distinct: profile.distinct, isIdentifier }];
    }),
  };
}

/** @param key names of columns that tell every row apart; empty where none do */
export function proposeTable(
  profile: TableProfile,
  columns: readonly ProposedColumn[],
  key: readonly string[],
): ProposedTable {
  const how = loadOf(profile, columns, key);
  const landing = how.load === 'replace' ? profile.ownLanding : profile.landing;
  const keyed = columns.map((column) => (key.includes(column.name) ? { ...column, required: true } : column));
  return { profile: { ...profile, landing }, columns: keyed, key, partitionBy: partitionOf(profile, columns), ...how };
}

/** Of as many rows few are asked for at once, and those most likely by when they are from. */
const WORTH_PARTITIONS = 100_000;

function partitionOf({ rows, isSeries }: TableProfile, columns: readonly ProposedColumn[]): readonly string[] {
  const day = columns.find(({ type, required }) => required && (type === 'date' || type === 'timestamp'));
  return day === undefined || rows < WORTH_PARTITIONS || !isSeries ? [] : [`month(${day.name})`];
}

function nameOf(table: TableProfile, profile: ColumnProfile, index: number, fileColumn?: string): string {
  const { source } = profile;
  if (source.kind === 'file') return fileColumn ?? `${singular(table.name)}_id`;
  if (table.format === 'csv') return snakeCase(source.name, `column_${index + 1}`);
  const leaf = source.name.slice(source.name.lastIndexOf('.') + 1);
  const isShared = table.columns.some(
    (other) => other !== profile && other.source.kind === 'header' && other.source.name.endsWith(`.${leaf}`),
  );
  const name = snakeCase(isShared ? source.name : leaf, `column_${index + 1}`);
  // Out of its object `id` no longer says whose it is, nor does the name of a thing that it is an identifier.
  if (name === 'id' && source.name !== 'id') return `${singular(table.name)}_id`;
  const isIdentifier = profile.values > 0 && !profile.isList && profile.looks.identifier === profile.values;
  return isIdentifier && !isIdentifying(name) && !name.endsWith('hash') ? `${name}_id` : name;
}

/** What is read from one text has the same nulls. */
function spreadNulls(columns: readonly ProposedColumn[]): ProposedColumn[] {
  return columns.map((column) => {
    const same = columns.find(({ source }) => JSON.stringify(source) === JSON.stringify(column.source));
    return { ...column, nulls: same?.nulls ?? column.nulls };
  });
}
