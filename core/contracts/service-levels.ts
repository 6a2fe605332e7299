/** The promises of a contract without mistakes, as the rest of Landfall reads them. */

import type { ServiceLevel, Watched } from '../freshness/types.ts';
import type { ContractDocument, ServiceLevelDocument } from './document.ts';
import type { ContractFile } from './settings.ts';

/** The standard's words and their short forms, and those that its examples and its tools know beside them. */
const PROPERTIES: Readonly<Record<string, string | null>> = {
  latency: 'ly',
  frequency: 'fy',
  freshness: null,
  availability: 'av',
  throughput: 'th',
  errorRate: 'er',
  generalAvailability: 'ga',
  endOfSupport: 'es',
  endOfLife: 'el',
  retention: 're',
  timeOfAvailability: null,
  timeToDetect: 'td',
  timeToNotify: 'tn',
  timeToRepair: 'tr',
};

const CHECKED: readonly string[] = ['latency', 'frequency', 'freshness'];

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const UNITS: readonly (readonly [names: readonly string[], ms: number])[] = [
  [['m', 'min', 'minute', 'minutes'], MINUTE],
  [['h', 'hr', 'hour', 'hours'], 60 * MINUTE],
  [['d', 'day', 'days'], DAY],
  [['w', 'week', 'weeks'], 7 * DAY],
  [['y', 'yr', 'year', 'years'], 365 * DAY],
];

export const PROPERTY_NAMES: readonly string[] = Object.keys(PROPERTIES);
export const UNIT_NAMES: readonly string[] = UNITS.flatMap(([names]) => names);

/** The property in the standard's spelling, whatever the case or the short form; undefined where there is none. */
export function propertyOf(word: string): string | undefined {
  const lower = word.toLowerCase();
  return PROPERTY_NAMES.find((name) => name.toLowerCase() === lower || PROPERTIES[name] === lower);
}

export function isChecked(property: string): boolean {
  return CHECKED.includes(property);
}

/** Milliseconds, of a positive number; null where it is none or the unit is unknown. Days where there is no unit. */
export function durationOf(value: unknown, unit = 'd'): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  const factor = UNITS.find(([names]) => names.includes(unit.toLowerCase()))?.[1];
  if (typeof number !== 'number' || !Number.isFinite(number) || number <= 0 || factor === undefined) return null;
  return number * factor;
}

/**
 * What an element means: a table, `table.column`, or, where the contract has one table, its column alone; without an
 * element that one table.
 *
 * @param tables the names of all
 */
export function watchedBy(element: string | undefined, tables: readonly string[]): readonly Watched[] {
  const [only] = tables;
  const alone = tables.length === 1 ? only : undefined;
  if (element === undefined) return alone === undefined ? [] : [{ table: alone, column: null }];
  return element.split(',').map((part) => {
    const [first = '', ...rest] = part.trim().split('.');
    if (rest.length > 0) return { table: first, column: rest.join('.') };
    return alone === undefined || first === alone ? { table: first, column: null } : { table: alone, column: first };
  });
}

export function readServiceLevels(yaml: ContractFile, document: ContractDocument): readonly ServiceLevel[] {
  const tables = document.schema.map(({ name }) => name);
  return (document.slaProperties ?? []).map((level, index) => ({
    ...shown(level),
    property: propertyOf(level.property) ?? level.property,
    line: yaml.position(['slaProperties', index]).line,
    check: checkOf(level, tables),
  }));
}

function shown({ value, unit, element }: ServiceLevelDocument) {
  return { value, ...(unit === undefined ? {} : { unit }), ...(element === undefined ? {} : { element }) };
}

function checkOf({ property, value, unit, element }: ServiceLevelDocument, tables: readonly string[]) {
  const withinMs = isChecked(propertyOf(property) ?? '') ? durationOf(value, unit) : null;
  return withinMs === null ? null : { watched: watchedBy(element, tables), withinMs };
}
