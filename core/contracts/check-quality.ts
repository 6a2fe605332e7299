/** What is wrong with quality rules whose shape is right: what their type, metric and column have no use for, or lack. */

import type { Problem } from '../problems.ts';
import { type Metric, OPERATORS } from '../quality/types.ts';
import { didYouMean } from '../yaml/nearest.ts';
import type { Path, Sound } from '../yaml/types.ts';
import type { LogicalType, QualityRuleDocument, TableDocument } from './document.ts';
import { OBJECT_WORDS, PROPERTY_WORDS, placeholdersOf, ruleName } from './quality.ts';
import { regexMistake } from './regular-expression.ts';
import type { ContractFile } from './settings.ts';

type Rule = Sound<QualityRuleDocument>;

/** Where a rule stands: on a table, or on a column of a type. */
interface Level {
  /** By name; undefined where a column can't be read. */
  readonly columns: ReadonlyMap<string, string | undefined> | undefined;
  readonly column: { readonly type: LogicalType | undefined } | null;
}

/** A mistake, and the keys on the way to it from the rule. */
interface Mistake {
  readonly at: Path;
  readonly message: string;
  /** What the rule lacks, one of these: it may be there, and misspelt. */
  readonly lacks?: readonly Path[];
}

const LEVELS: Readonly<Record<Metric, 'table' | 'column' | 'both'>> = {
  rowCount: 'table',
  nullValues: 'column',
  missingValues: 'column',
  invalidValues: 'column',
  duplicateValues: 'both',
};

const ARGUMENTS: Readonly<Record<Metric, readonly string[]>> = {
  rowCount: [],
  nullValues: [],
  missingValues: ['missingValues'],
  invalidValues: ['validValues', 'pattern'],
  duplicateValues: ['properties'],
};

/** Arguments that not every metric has. */
const SOME_METRICS = Object.values(ARGUMENTS).flat();

const RUN_KEYS = [...OPERATORS, 'unit'];

/** What else than words for people a rule of the type can say. */
const KEYS = { library: ['metric', 'arguments', ...RUN_KEYS], sql: ['query', ...RUN_KEYS], text: [] } as const;

/** Keys that not every type has. */
const SOME_TYPES = ['metric', 'arguments', 'query', 'engine', 'implementation', ...RUN_KEYS];

export function checkQuality(
  yaml: ContractFile,
  table: Sound<TableDocument>,
  path: Path,
  columns: ReadonlyMap<string, string | undefined> | undefined,
): Problem[] {
  const owned = (table.properties ?? []).map((column, index) => ({
    rules: column?.quality ?? [],
    path: [...path, 'properties', index, 'quality'],
    level: { columns, column: { type: column?.logicalType } },
  }));
  return [
    { rules: table.quality ?? [], path: [...path, 'quality'], level: { columns, column: null } },
    ...owned,
  ].flatMap(({ rules, path: at, level }) => [
    ...rules.flatMap((rule, index) => (rule === undefined ? [] : checkRule(yaml, rule, [...at, index], level))),
    ...checkNames(yaml, rules, at),
  ]);
}

/** Results are told by table, column and name. */
function checkNames(yaml: ContractFile, rules: readonly (Rule | undefined)[], path: Path): Problem[] {
  const seen = new Set<string>();
  return rules.flatMap((rule, index) => {
    if (rule === undefined || rule.type === 'text') return [];
    const name = ruleName(rule as QualityRuleDocument);
    const isRepeated = seen.has(name);
    seen.add(name);
    const message = `the rule "${name}" is given twice, tell the two apart by name`;
    return isRepeated ? [yaml.problem('duplicate-name', [...path, index], message)] : [];
  });
}

function checkRule(yaml: ContractFile, rule: Rule, path: Path, level: Level): Problem[] {
  const isUnread = (keys: readonly string[]) => keys.some((key) => yaml.isUnreadable([...path, key]));
  if (isUnread(['type', 'metric'])) return [];
  const type = rule.type ?? 'library';
  if (type === 'custom') {
    const message = 'type custom is not supported, expected library, sql or text: no other engine runs beside this one';
    return [yaml.problem('not-supported', [...path, 'type'], message)];
  }
  const allowed: readonly string[] = KEYS[type];
  const others = SOME_TYPES.filter((key) => key in rule && !allowed.includes(key));
  const mistakes: Mistake[] = [
    ...others.map((key) => ({ at: [key], message: `${key} is not for a rule of type ${type}` })),
    ...(type === 'text' || isUnread(OPERATORS) ? [] : operatorMistakes(rule)),
    ...(type === 'library' ? metricMistakes(rule, level) : []),
    ...(type === 'sql' ? queryMistakes(rule, level) : []),
  ];
  return mistakes
    .filter(({ at, lacks = [] }) => ![at, ...lacks].some((place) => yaml.isUnreadable([...path, ...place])))
    .map(({ at, message }) => yaml.problem('wrong-rule', [...path, ...at], message, at.length === 1 ? 'key' : 'value'));
}

function operatorMistakes(rule: Rule): Mistake[] {
  const given = OPERATORS.filter((name) => name in rule);
  const [operator] = given;
  if (operator === undefined) {
    return [{ at: [], message: `the rule does not say what it expects, expected one of ${OPERATORS.join(', ')}` }];
  }
  if (given.length > 1) {
    return [{ at: [given[1] ?? ''], message: `a rule has one expectation, and this one has ${given.join(' and ')}` }];
  }
  const bounds: unknown = rule[operator];
  if (!Array.isArray(bounds)) return [];
  const [low, high] = bounds as (number | undefined)[];
  const isRange = bounds.length === 2 && low !== undefined && high !== undefined && low < high;
  return isRange ? [] : [{ at: [operator], message: `${operator} takes two numbers, the smaller one first` }];
}

function metricMistakes(rule: Rule, { column, columns }: Level): Mistake[] {
  const { metric } = rule;
  if (metric === undefined) {
    return [{ at: [], message: `the rule has no metric, expected one of ${Object.keys(LEVELS).join(', ')}` }];
  }
  const level = column === null ? 'table' : 'column';
  if (LEVELS[metric] !== 'both' && LEVELS[metric] !== level) {
    return [{ at: ['metric'], message: `${metric} is for a ${LEVELS[metric]}, and this rule stands on a ${level}` }];
  }
  const mistakes: Mistake[] = [];
  if (metric === 'rowCount' && rule.unit === 'percent') {
    mistakes.push({ at: ['unit'], message: 'unit percent is of the rows, so it is not for rowCount' });
  }
  const given = rule.arguments ?? {};
  const fitting = column !== null && metric === 'duplicateValues' ? [] : ARGUMENTS[metric];
  for (const name of SOME_METRICS.filter((key) => key in given && !fitting.includes(key))) {
    mistakes.push({ at: ['arguments', name], message: `${name} is not for ${metric} of a ${level}` });
  }
  const isNeeded = metric === 'invalidValues' || fitting.includes('properties');
  if (isNeeded && !fitting.some((name) => name in given)) {
    const lacks = fitting.map((name) => ['arguments', name]);
    const message = `${metric} of a ${level} needs the arguments ${fitting.join(' or ')}`;
    mistakes.push({ at: ['metric'], message, lacks });
  }
  return [...mistakes, ...argumentMistakes(rule, { column, columns })];
}

function argumentMistakes({ arguments: given = {} }: Rule, { column, columns }: Level): Mistake[] {
  const mistakes: Mistake[] = [];
  for (const name of ['missingValues', 'validValues'] as const) {
    for (const [index, value] of (given[name] ?? []).entries()) {
      const message = valueMistake(value, column?.type);
      if (message !== undefined) mistakes.push({ at: ['arguments', name, index], message });
    }
  }
  const mistake = given.pattern === undefined ? undefined : regexMistake(given.pattern);
  if (mistake !== undefined) mistakes.push({ at: ['arguments', 'pattern'], message: `the pattern ${mistake}` });
  if (given.pattern !== undefined && column?.type !== undefined && column.type !== 'string') {
    mistakes.push({ at: ['arguments', 'pattern'], message: `pattern is for logicalType string, not ${column.type}` });
  }
  for (const [index, name] of (given.properties ?? []).entries()) {
    if (name === undefined || columns === undefined || columns.has(name)) continue;
    const names = [...columns.keys()];
    const message = `unknown column "${name}", expected one of ${names.join(', ')}${didYouMean(name, names)}`;
    mistakes.push({ at: ['arguments', 'properties', index], message });
  }
  return mistakes;
}

const VALUE_TYPES: Readonly<Partial<Record<LogicalType, string>>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
};

/** Null fits every column. */
function valueMistake(value: unknown, type: LogicalType | undefined): string | undefined {
  if (value === null || value === undefined || type === undefined) return undefined;
  const fitting = VALUE_TYPES[type];
  if (fitting === undefined) return `values are listed for text, numbers, true and false, not for a ${type}`;
  return typeof value === fitting
    ? undefined
    : `${JSON.stringify(value)} is no value of a column of logicalType ${type}`;
}

function queryMistakes({ query }: Rule, { column }: Level): Mistake[] {
  if (query === undefined) return [{ at: [], message: 'a rule of type sql needs a query', lacks: [['query']] }];
  const known = [...OBJECT_WORDS, ...(column === null ? [] : PROPERTY_WORDS)];
  return placeholdersOf(query).flatMap((word) => {
    if (known.includes(word)) return [];
    const message = PROPERTY_WORDS.includes(word)
      ? `{${word}} is a column, and this rule stands on a table`
      : `unknown placeholder {${word}}, expected {object}${column === null ? '' : ' or {property}'}${didYouMean(word, known)}`;
    return [{ at: ['query'], message }];
  });
}
