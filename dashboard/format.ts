/** How figures read: in a table with decimals that a column shares, in a sentence each as it needs. */

import type { ResultColumn, Value } from '../core/tabular.ts';

const NO_VALUE = '–';
const MAX_DECIMALS = 6;
/** Below this a plain decimal would be mostly zeros. */
const SMALLEST_DECIMAL = 1e-6;

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const NUMERIC = new Set(['integer', 'bigint', 'double']);

export function isNumeric(column: ResultColumn): boolean {
  return NUMERIC.has(column.type);
}

/** Identifiers and years are names made of digits: separators would mislead. */
function isIdentifier(column: ResultColumn): boolean {
  return column.type !== 'double' && /(^|_)(id|year|seed)$/.test(column.name);
}

/** `pages_per_student` → `Pages per student`. */
export function labelOf(name: string): string {
  const words = name.replace(/_+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** An integer with thousands separators. A report has ten thousand of them, and a formatter takes 5 µs for each. */
export function formatCount(count: number): string {
  return Number.isSafeInteger(count) ? String(count).replace(/\B(?=(?:\d{3})+$)/g, ',') : decimals(count, 0, 0);
}

/** A unit that begins so is a part of one: people read it as a percentage. */
function isShare(unit: string | undefined): boolean {
  return unit?.startsWith('share of ') ?? false;
}

/** What to write beside a column's name, if anything: a share's unit is in its cells. */
export function unitOf(unit: string | undefined): string | undefined {
  return isShare(unit) ? undefined : unit;
}

/**
 * Returns how one column's cells read. All its values are looked at, so that decimals line up; a `share of …` is a
 * percentage.
 */
export function cellFormatter(column: ResultColumn, values: readonly Value[], unit?: string): (value: Value) => string {
  const formatNumber = isShare(unit) ? formatShare : numberFormatter(column, values);
  return (value) => {
    if (value === null) return NO_VALUE;
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (isNumeric(column)) return formatNumber(Number(value));
    if (column.type === 'date') return column.name === 'month' ? String(value).slice(0, 7) : String(value).slice(0, 10);
    if (column.type === 'timestamp') return String(value).slice(0, 19).replace('T', ' ');
    return String(value);
  };
}

/** A value in a sentence: three significant digits below a thousand, days and months by name. */
export function sayValue(column: ResultColumn, value: Value, unit?: string): string {
  if (value === null) return 'unknown';
  if (column.type === 'date') return sayDay(String(value), column.name === 'month');
  if (!isNumeric(column) || isIdentifier(column)) return cellFormatter(column, [value])(value);
  const number = Number(value) * (isShare(unit) ? 100 : 1);
  const size = Math.abs(number);
  const digits = { maximumSignificantDigits: Math.max(3, Math.ceil(Math.log10(size + 1))) };
  return `${column.type === 'double' ? written(number, digits) : formatCount(number)}${isShare(unit) ? '%' : ''}`;
}

/** `2020-10-01` → `1 October 2020`, or `October 2020`. */
function sayDay(date: string, isMonth: boolean): string {
  const [year, month, day] = date.slice(0, 10).split('-').map(Number);
  const name = `${MONTHS[(month ?? 0) - 1]} ${year}`;
  return isMonth ? name : `${day} ${name}`;
}

/** 0.256 → 25.6%: one decimal, more where nothing would be left. */
function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent !== 0 && Math.abs(percent) < 0.1 ? significant(percent) : decimals(percent, 1, 1)}%`;
}

function numberFormatter(column: ResultColumn, values: readonly Value[]): (value: number) => string {
  if (isIdentifier(column)) return String;
  if (column.type !== 'double') return formatCount;
  const numbers = values.filter((value) => value !== null).map(Number);
  const places = numbers.every(Number.isInteger) ? 0 : decimalPlaces(numbers);
  return (value) => (vanishes(value, places) ? significant(value) : decimals(value, places, places));
}

/** Four significant digits of the largest value, but never more than three decimals from 1 upwards. */
function decimalPlaces(numbers: readonly number[]): number {
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const magnitude = largest === 0 ? 0 : Math.floor(Math.log10(largest));
  return magnitude < 0 ? Math.min(2 - magnitude, MAX_DECIMALS) : Math.max(3 - magnitude, 0);
}

/** Whether fewer than two significant digits would be left, as where a column mixes dollars and shares. */
function vanishes(value: number, places: number): boolean {
  return !Number.isInteger(value) && Math.abs(value) < 10 ** (1 - places);
}

function significant(value: number): string {
  if (Math.abs(value) < SMALLEST_DECIMAL) return value.toExponential(2);
  return written(value, { maximumSignificantDigits: 3 });
}

function decimals(value: number, least: number, most: number): string {
  return written(value, { minimumFractionDigits: least, maximumFractionDigits: most });
}

/** To make a formatter takes far longer than to use it, and a report has ten thousand figures. */
const formatters = new Map<string, Intl.NumberFormat>();

function written(value: number, options: Intl.NumberFormatOptions): string {
  const key = JSON.stringify(options);
  const formatter = formatters.get(key) ?? new Intl.NumberFormat('en-US', options);
  formatters.set(key, formatter);
  return formatter.format(value);
}
