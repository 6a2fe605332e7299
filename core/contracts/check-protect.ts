import type { Problem } from '../problems.ts';
import type { Path, Sound } from '../yaml/types.ts';
import type { ColumnDocument, ColumnSettings, TableDocument, TableSettings } from './document.ts';
import { type ContractFile, findSettings } from './settings.ts';
import type { Contract, Protect } from './types.ts';

/** A column that says `protect`, and all that decides whether it can be. */
interface Protected {
  readonly column: Sound<ColumnDocument>;
  readonly protect: Protect;
  readonly source: unknown;
  /** Of the setting. */
  readonly place: Path;
}

/** Whether what is to be protected can be: by its type, by what else the column is for, by who else reads it. */
export function checkProtected(
  yaml: ContractFile,
  table: Sound<TableDocument>,
  path: Path,
  settings: Sound<Partial<TableSettings>>,
): Problem[] {
  const columns = (table.properties ?? []).flatMap((column, index) => {
    if (column === undefined) return [];
    const found = findSettings<ColumnSettings>(yaml, column.customProperties, [...path, 'properties', index]);
    const { protect, source = column.name } = found.values;
    return [{ column, protect, source: source as unknown, place: found.paths.protect ?? [] }];
  });
  const identity: readonly unknown[] = settings.identity ?? [];
  const isProtected = (entry: (typeof columns)[number]): entry is Protected => entry.protect !== undefined;
  return columns.filter(isProtected).flatMap((entry) => {
    const others = columns.filter((other) => other.source === entry.source && other.protect === undefined);
    const mistakes = [
      typeMistake(entry),
      sourceMistake(entry, others[0]?.column.name),
      useMistake(entry, identity.includes(entry.column.name)),
    ];
    return mistakes.flatMap((mistake) =>
      mistake === undefined ? [] : [yaml.problem('wrong-protect', entry.place, mistake)],
    );
  });
}

function typeMistake({ column, protect }: Protected): string | undefined {
  if (protect === 'drop' || column.logicalType === undefined || column.logicalType === 'string') return undefined;
  return `protect ${protect} is for logicalType string, not ${column.logicalType}`;
}

function sourceMistake({ column, source }: Protected, reader: string | undefined): string | undefined {
  if (typeof source === 'object') {
    return `"${column.name}" comes from the file's name, which is kept as it is: it can't be protected`;
  }
  if (reader === undefined) return undefined;
  return `the column "${reader}" reads "${source}" too, and without protect: protect both`;
}

/** Rows that are told apart by what is no longer there would become one. */
function useMistake({ column, protect }: Protected, isIdentity: boolean): string | undefined {
  if (protect === 'hmac') return undefined;
  const use = column.primaryKey === true ? 'the primary key' : isIdentity ? 'the identity' : undefined;
  if (use !== undefined) return `protect ${protect} would make different rows equal: "${column.name}" is of ${use}`;
  if (protect === 'drop' && column.required === true) {
    return `protect drop leaves no value, and "${column.name}" is required`;
  }
  return undefined;
}

/** Columns that are called restricted and yet stored as they come: no mistake, but worth a word. */
export function unprotectedColumns({ schema, tables }: Contract): string[] {
  return tables.flatMap(({ name, columns }) =>
    columns
      .filter(({ classification, protect }) => classification === 'restricted' && protect === undefined)
      .map((column) => `${schema}.${name}.${column.name}`),
  );
}
