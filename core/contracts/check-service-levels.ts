import type { Problem } from '../problems.ts';
import { didYouMean } from '../yaml/nearest.ts';
import type { Path, Sound } from '../yaml/types.ts';
import type { ContractDocument, ServiceLevelDocument } from './document.ts';
import { durationOf, isChecked, PROPERTY_NAMES, propertyOf, UNIT_NAMES, watchedBy } from './service-levels.ts';
import type { ContractFile } from './settings.ts';

/** Whether what is promised is a promise of the standard's, and can be checked where Landfall checks it. */
export function checkServiceLevels(yaml: ContractFile, document: Sound<ContractDocument>): Problem[] {
  return (document.slaProperties ?? []).flatMap((level, index) => {
    if (level?.property === undefined) return [];
    const path = ['slaProperties', index];
    const property = propertyOf(level.property);
    if (property === undefined) {
      const message = `unknown property "${level.property}", expected one of ${PROPERTY_NAMES.join(', ')}${didYouMean(level.property, PROPERTY_NAMES)}`;
      return [yaml.problem('unknown-value', [...path, 'property'], message)];
    }
    if (!isChecked(property)) return [];
    return [...checkDuration(yaml, level, path), ...checkElement(yaml, document, level, [...path, 'element'])];
  });
}

function checkDuration(yaml: ContractFile, level: Sound<ServiceLevelDocument>, path: Path): Problem[] {
  const { value, unit } = level;
  if (value === undefined || yaml.isUnreadable([...path, 'unit'])) return [];
  if (unit !== undefined && durationOf(1, unit) === null) {
    const message = `unknown unit "${unit}", expected one of ${UNIT_NAMES.join(', ')}${didYouMean(unit, UNIT_NAMES)}`;
    return [yaml.problem('unknown-value', [...path, 'unit'], message)];
  }
  if (durationOf(value, unit) !== null) return [];
  const message = `${JSON.stringify(value)} does not fit, expected a number above 0, and its unit beside it`;
  return [yaml.problem('wrong-value', [...path, 'value'], message)];
}

function checkElement(
  yaml: ContractFile,
  document: Sound<ContractDocument>,
  { element }: Sound<ServiceLevelDocument>,
  path: Path,
): Problem[] {
  const tables = (document.schema ?? []).flatMap((table) => (table?.name === undefined ? [] : [table]));
  const names = tables.map(({ name }) => name ?? '');
  if (yaml.isUnreadable(path) || names.length !== (document.schema ?? []).length) return [];
  const problem = (message: string) => yaml.problem('wrong-element', path, message);
  const watched = watchedBy(element, names);
  if (watched.length === 0) return [problem(`it needs an element, a table or table.column, of ${names.join(', ')}`)];
  return watched.flatMap(({ table, column }) => {
    const columns = tables.find(({ name }) => name === table)?.properties;
    if (!names.includes(table)) {
      return [problem(`unknown table "${table}", expected one of ${names.join(', ')}${didYouMean(table, names)}`)];
    }
    if (column === null || columns === undefined) return [];
    const found = columns.find((one) => one?.name === column);
    if (found === undefined) {
      if (columns.includes(undefined)) return [];
      const known = columns.map((one) => one?.name ?? '');
      return [
        problem(
          `unknown column "${column}" of ${table}, expected one of ${known.join(', ')}${didYouMean(column, known)}`,
        ),
      ];
    }
    const { logicalType: type } = found;
    if (type === undefined || type === 'date' || type === 'timestamp') return [];
    return [
      problem(`"${column}" is of logicalType ${type}, expected a date or a timestamp, whose newest value counts`),
    ];
  });
}
