import type { Problem } from '../problems.ts';
import { didYouMean } from '../yaml/nearest.ts';
import type { Path, Sound } from '../yaml/types.ts';
import { checkColumn } from './check-column.ts';
import { checkPrimaryKey } from './check-key.ts';
import type { TableDocument, TableSettings } from './document.ts';
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
    ...checkLoad(yaml, settings),
    ...checkPrimaryKey(yaml, table, path, settings.values.load),
    ...checkPartitions(yaml, table, path, settings),
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
  const mistake = settings.values.landing === undefined ? undefined : globMistake(settings.values.landing);
  if (mistake === undefined) return [];
  const message = `the landing glob "${settings.values.landing}" ${mistake}`;
  return [yaml.problem('wrong-glob', settings.paths.landing ?? [], message)];
}

function checkLoad(yaml: ContractFile, settings: Settings): Problem[] {
  if (settings.values.load !== 'append') return [];
  const message = 'load append is not supported yet, expected merge or replace';
  return [yaml.problem('not-supported', settings.paths.load ?? [], message)];
}

function checkPartitions(yaml: ContractFile, table: Table, path: Path, settings: Settings): Problem[] {
  const columns = table.properties ?? [];
  const isKnown = columns.every((column) => column?.name !== undefined);
  if (!isKnown || yaml.isUnreadable([...path, 'properties'])) return [];
  // Reversed, so that of two columns of one name the first counts.
  const types = new Map(columns.toReversed().map((column) => [column?.name ?? '', column?.logicalType]));
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
  if (!types.has(column)) {
    const names = [...types.keys()].reverse();
    return `unknown column "${column}", expected one of ${names.join(', ')}${didYouMean(column, names)}`;
  }
  if (transform === undefined || type === undefined || type === 'date' || type === 'timestamp') return undefined;
  return `${transform}(…) is for a date or a timestamp, and "${column}" is of logicalType ${type}`;
}
