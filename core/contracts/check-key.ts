import type { Problem } from '../problems.ts';
import type { Path, Sound } from '../yaml/types.ts';
import type { TableDocument } from './document.ts';
import type { ContractFile } from './settings.ts';

interface KeyColumn {
  readonly path: Path;
  readonly name: string;
  readonly position: number | undefined;
  readonly isRequired: boolean;
}

/** What is wrong with a table's primary key, which a table loaded by merge must have. */
export function checkPrimaryKey(
  yaml: ContractFile,
  table: Sound<TableDocument>,
  path: Path,
  load: string | undefined,
): Problem[] {
  const columns = (table.properties ?? []).map((column, index) => ({ column, path: [...path, 'properties', index] }));
  const isKnown = columns.every(({ column, path: at }) => column !== undefined && isReadable(yaml, at));
  const key = columns.flatMap(({ column, path: at }): KeyColumn[] => {
    if (column?.primaryKey !== true) return [];
    const position = column.primaryKeyPosition;
    return [{ path: at, name: column.name ?? '', position, isRequired: column.required === true }];
  });
  return [
    ...checkPresence(yaml, table, path, isKnown && key.length === 0 && load === 'merge'),
    ...key.filter((one) => !one.isRequired && !yaml.isUnreadable([...one.path, 'required'])).map(notRequired),
    ...strayPositions(yaml, table, path),
    ...(isKnown ? checkPositions(yaml, key) : []),
  ];

  function notRequired(one: KeyColumn): Problem {
    const message = `the key column "${one.name}" must be required: true`;
    return yaml.problem('key-not-required', [...one.path, 'primaryKey'], message, 'key');
  }
}

function isReadable(yaml: ContractFile, column: Path): boolean {
  return !yaml.isUnreadable([...column, 'primaryKey']) && !yaml.isUnreadable([...column, 'primaryKeyPosition']);
}

function checkPresence(yaml: ContractFile, table: Sound<TableDocument>, path: Path, isMissing: boolean): Problem[] {
  if (!isMissing || table.properties === undefined) return [];
  const message = `the table "${table.name ?? ''}" is loaded by merge, so a column must be primaryKey: true`;
  return [yaml.problem('missing-key-columns', [...path, 'properties'], message, 'key')];
}

function strayPositions(yaml: ContractFile, table: Sound<TableDocument>, path: Path): Problem[] {
  return (table.properties ?? []).flatMap((column, index) => {
    const at = [...path, 'properties', index];
    if (column?.primaryKeyPosition === undefined || column.primaryKey === true) return [];
    if (yaml.isUnreadable([...at, 'primaryKey'])) return [];
    const message = 'primaryKeyPosition stands on a column that is not primaryKey: true';
    return [yaml.problem('stray-key-position', [...at, 'primaryKeyPosition'], message, 'key')];
  });
}

/** One key column needs no position; several have 1, 2, … each once. */
function checkPositions(yaml: ContractFile, key: readonly KeyColumn[]): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<number>();
  for (const { path, name, position } of key) {
    const at = [...path, 'primaryKeyPosition'];
    if (position === undefined) {
      if (key.length === 1) continue;
      const message = `the key column "${name}" has no primaryKeyPosition, which a key of ${key.length} columns needs`;
      problems.push(yaml.problem('missing-key-position', [...path, 'primaryKey'], message, 'key'));
    } else if (seen.has(position)) {
      problems.push(yaml.problem('wrong-key-position', at, `primaryKeyPosition ${position} is given twice`));
    } else if (position > key.length) {
      const range = key.length === 1 ? '1' : `1 to ${key.length}`;
      problems.push(yaml.problem('wrong-key-position', at, `primaryKeyPosition ${position}, expected ${range}`));
    } else {
      seen.add(position);
    }
  }
  return problems;
}
