import type { Problem } from '../problems.ts';
import type { Path, Sound } from '../yaml/types.ts';
import type { ColumnDocument, ColumnSettings, LogicalType, PhysicalType } from './document.ts';
import { captureGroups, regexMistake } from './regular-expression.ts';
import { SYSTEM_COLUMNS } from './reserved.ts';
import { type ContractFile, type FoundSettings, findSettings } from './settings.ts';
import type { NamedParse } from './types.ts';

type Column = Sound<ColumnDocument>;

const PHYSICAL_TYPES: Readonly<Record<LogicalType, readonly PhysicalType[]>> = {
  string: ['varchar'],
  integer: ['integer', 'bigint'],
  number: ['double'],
  boolean: ['boolean'],
  date: ['date'],
  timestamp: ['timestamp'],
};

const PARSED_TYPES: Readonly<Record<NamedParse, LogicalType>> = {
  'interval midpoint': 'number',
  percent: 'number',
  'timestamp with offset': 'timestamp',
  'local time of timestamp with offset': 'timestamp',
  'offset hours of timestamp with offset': 'number',
  count: 'integer',
};

/** What is wrong with one column, its key aside, and whether its name is given twice. */
export function checkColumn(yaml: ContractFile, column: Column, path: Path): Problem[] {
  const settings = findSettings<ColumnSettings>(yaml, column.customProperties, path);
  return [
    ...settings.problems,
    ...checkName(yaml, column, path),
    ...checkPhysicalType(yaml, column, path),
    ...checkOptions(yaml, column, path),
    ...checkSource(yaml, settings),
    ...checkParse(yaml, column, settings),
  ];
}

function checkName(yaml: ContractFile, { name }: Column, path: Path): Problem[] {
  if (name === undefined || !SYSTEM_COLUMNS.has(name)) return [];
  const message = `"${name}" is a column that databases keep for themselves, choose another name and say source: ${name}`;
  return [yaml.problem('reserved-name', [...path, 'name'], message)];
}

function checkPhysicalType(yaml: ContractFile, column: Column, path: Path): Problem[] {
  const { logicalType, physicalType } = column;
  if (logicalType === undefined || physicalType === undefined) return [];
  const fitting = PHYSICAL_TYPES[logicalType];
  if (fitting.includes(physicalType)) return [];
  const message = `physicalType "${physicalType}" does not fit logicalType ${logicalType}, expected ${fitting.join(' or ')}`;
  return [yaml.problem('wrong-type', [...path, 'physicalType'], message)];
}

function checkOptions(yaml: ContractFile, column: Column, path: Path): Problem[] {
  const { logicalType, logicalTypeOptions: options } = column;
  if (logicalType === undefined || options === undefined) return [];
  const place = (name: string) => [...path, 'logicalTypeOptions', name];
  const fitting = isNumeric(logicalType) ? ['minimum', 'maximum'] : logicalType === 'string' ? ['pattern'] : [];
  const given = (['minimum', 'maximum', 'pattern'] as const).filter((name) => options[name] !== undefined);
  const problems = given
    .filter((name) => !fitting.includes(name))
    .map((name) => yaml.problem('wrong-option', place(name), optionMessage(name, logicalType), 'key'));
  if (options.minimum !== undefined && options.maximum !== undefined && options.minimum > options.maximum) {
    const message = `the minimum ${options.minimum} is above the maximum ${options.maximum}`;
    problems.push(yaml.problem('wrong-value', place('minimum'), message));
  }
  const mistake = options.pattern === undefined ? undefined : regexMistake(options.pattern);
  if (mistake !== undefined) problems.push(yaml.problem('wrong-pattern', place('pattern'), `the pattern ${mistake}`));
  return problems;
}

function optionMessage(name: string, logicalType: LogicalType): string {
  const types = name === 'pattern' ? 'string' : 'integer and number';
  return `${name} is for logicalType ${types}, not ${logicalType}`;
}

function isNumeric(logicalType: LogicalType): boolean {
  return logicalType === 'integer' || logicalType === 'number';
}

function checkSource(yaml: ContractFile, settings: FoundSettings<ColumnSettings>): Problem[] {
  const { source } = settings.values;
  const pattern = typeof source === 'object' ? source.file : undefined;
  if (pattern === undefined) return [];
  const mistake = regexMistake(pattern) ?? groupMistake(pattern);
  if (mistake === undefined) return [];
  return [yaml.problem('wrong-pattern', [...(settings.paths.source ?? []), 'file'], `the pattern ${mistake}`)];
}

function groupMistake(pattern: string): string | undefined {
  const groups = captureGroups(pattern);
  return groups === 1 ? undefined : `has ${groups} capture groups, expected exactly one`;
}

function checkParse(yaml: ContractFile, column: Column, settings: FoundSettings<ColumnSettings>): Problem[] {
  const { parse } = settings.values;
  if (parse === undefined || column.logicalType === undefined) return [];
  const [what, fitting] = typeof parse === 'string' ? [parse, PARSED_TYPES[parse]] : ['split', 'string'];
  if (column.logicalType === fitting) return [];
  const message = `parse ${what} is for logicalType ${fitting}, not ${column.logicalType}`;
  return [yaml.problem('wrong-parse', settings.paths.parse ?? [], message)];
}
