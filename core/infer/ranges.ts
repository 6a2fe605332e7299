/** Limits that a column's meaning gives. What was seen in one file is no limit: the next file has other values. */

import type { ColumnProfile, Form } from './types.ts';

/** What is counted or measured in these can't be less than nothing. */
const QUANTITIES = new RegExp(
  `(^|_)(${[
    'age|amount|area|cost|costs|count|counts|distance|duration|height|length|margin|population|price|prices|qty|quantity|ratio',
    'score|scores|size|total|volume|weight|width|index|sessions|accounts|students',
    'seconds|minutes|hours|days|weeks|months|years|bytes',
  ].join('|')})(_|$)`,
);
const PERCENTAGE = /(^|_)(pct|percent|percentage)(_|$)/;

export interface Range {
  readonly minimum?: number;
  readonly maximum?: number;
}

/** @param name the column's, snake_case */
export function rangeOf({ low, high }: ColumnProfile, name: string, form: Form): Range {
  if (low === null || high === null || low < 0 || /(^|_)(id|code|no|key)$/.test(name)) return {};
  if (form === 'percent') return high <= 1 ? { minimum: 0, maximum: 1 } : { minimum: 0 };
  if (form !== 'integer' && form !== 'bigint' && form !== 'double' && form !== 'interval midpoint') return {};
  if (PERCENTAGE.test(name) && high <= 100) {
    // Of numbers below 1 nobody knows whether they are shares or small percentages; intervals are given whole.
    if (high > 1) return { minimum: 0, maximum: 100 };
    return form === 'interval midpoint' ? { minimum: 0, maximum: 1 } : { minimum: 0 };
  }
  return QUANTITIES.test(name) ? { minimum: 0 } : {};
}
