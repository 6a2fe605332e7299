import type { Problem } from '../problems.ts';
import { didYouMean } from '../yaml/nearest.ts';
import type { Path, Sound } from '../yaml/types.ts';
import { checkColumn } from './check-column.ts';
import { checkJson } from './check-json.ts';
import { checkPrimaryKey } from './check-key.ts';
import { checkProtected } from './check-protect.ts';
import { checkQuality } from './check-quality.ts';
import type { TableDocument, TableSettings } from './document.ts';
import { formatOf } from './format.ts';
import { globMistake } from './glob.ts';
import { type ContractFile, type FoundSettings, findSettings } from './settings.ts';

type Table = Sound<TableDocument>;
type Settings = FoundSettings<TableSettings>;

/** What is wrong with one table and its columns. */
export function checkTable(yaml: ContractFile, table: Table, path: Path): Problem[] {
  const settings = findSettings<TableSettings>(yaml, table.customProperties, path);
  return [
    ...settings.problems,
    ...checkMissing(yaml, table, settings),
    ...checkLanding(yaml, settings),
    ...checkIdentity(yaml, table, path, settings),
    ...checkPrimaryKey(yaml, table, path, settings.values.load),
    ...checkPartitions(yaml, table, path, settings),
    ...checkProtected(yaml, table, path, settings.values),
    ...checkJson(yaml, table, path, settings),
    ...checkQuality(yaml, table, path, columnTypes(yaml, table, path)),
    ...(table.properties ?? []).flatMap((column, index) =>
      column === undefined ? [] : checkColumn(yaml, column, [...path, 'properties', index]),
    ),
  ];
}

function checkMissing(yaml: ContractFile, table: Table, settings: Settings): Problem[] {
  if (table.customProperties === undefined || settings.isPartial) return [];
  return (['landing', 'load'] as const)
    .filter((name) => settings.paths[name] === undefined)
    .map((name) => {
      const message = `the table "${table.name ?? ''}" has no custom property "${name}"`;
      return yaml.problem('missing-property', settings.path, message, 'key');
    });
}

function checkLanding(yaml: ContractFile, settings: Settings): Problem[] {
  const { landing } = settings.values;
  const mistake = landing === undefined ? undefined : globMistake(landing, formatOf(settings));
  if (mistake === undefined) return [];
  const message = `the landing glob "${landing}" ${mistake}`;
  return [yaml.problem('wrong-glob', settings.paths.landing ?? [], message)];
}

/** Load append tells rows apart by `identity`; the other loads have a key or none, and no use for it. */
function checkIdentity(yaml: ContractFile, table: Table, path: Path, settings: Settings): Problem[] {
  const { load } = settings.values;
  if (load === undefined) return [];
  if (load !== 'append') {
    return (['identity', 'overlap'] as const).flatMap((name) => {
      const place = settings.paths[name];
      if (place === undefined) return [];
      const message = `${name} is for load append, and the table "${table.name ?? ''}" is loaded by ${load}`;
      return [yaml.problem('wrong-property', place, message)];
    });
  }
  if (settings.paths.identity === undefined) {
    if (settings.isPartial) return [];
    const message = `the table "${table.name ?? ''}" is loaded by append, so it needs the custom property "identity"`;
    return [yaml.problem('missing-property', settings.path, message, 'key')];
  }
  const types = columnTypes(yaml, table, path);
  if (types === undefined) return [];
  return ((settings.values.identity ?? []) as readonly (string | undefined)[]).flatMap((name, index) => {
    if (name === undefined || types.has(name)) return [];
    return [yaml.problem('wrong-identity', [...(settings.paths.identity ?? []), index], unknownColumn(name, types))];
  });
}

/** The logical types by column, in the contract's order; undefined where a column can't be read. */
function columnTypes(
  yaml: ContractFile,
  table: Table,
  path: Path,
): ReadonlyMap<string, string | undefined> | undefined {
  const columns = table.properties ?? [];
  const isKnown = columns.every((column) => column?.name !== undefined);
  if (!isKnown || yaml.isUnreadable([...path, 'properties'])) return undefined;
  const types = new Map<string, string | undefined>();
  // Of two columns of one name the first counts.
  for (const column of columns) {
    if (!types.has(column?.name ?? '')) types.set(column?.name ?? '', column?.logicalType);
  }
  return types;
}

function unknownColumn(column: string, types: ReadonlyMap<string, unknown>): string {
  const names = [...types.keys()];
  return `unknown column "${column}", expected one of ${names.join(', ')}${didYouMean(column, names)}`;
}

function checkPartitions(yaml: ContractFile, table: Table, path: Path, settings: Settings): Problem[] {
  const types = columnTypes(yaml, table, path);
  if (types === undefined) return [];
  return ((settings.values.partitionBy ?? []) as readonly (string | undefined)[]).flatMap((entry, index) => {
    const mistake = entry === undefined ? undefined : partitionMistake(entry, types);
    return mistake === undefined
      ? []
      : [yaml.problem('wrong-partition', [...(settings.paths.partitionBy ?? []), index], mistake)];
  });
}

function partitionMistake(entry: string, types: ReadonlyMap<string, string | undefined>): string | undefined {
  const [, transform, argument] = /^(\w+)\((\w+)\)$/.exec(entry) ?? [];
  const column = argument ?? entry;
  const type = types.get(column);
  if (!types.has(column)) return unknownColumn(column, types);
  if (transform === undefined || type === undefined || type === 'date' || type === 'timestamp') return undefined;
  return `${transform}(…) is for a date or a timestamp, and "${column}" is of logicalType ${type}`;
}
