/** Names, texts and times as DuckDB's SQL. */

import { WORDS } from '../../core/plans/dialect.ts';
import type { LoadPlan } from '../../core/plans/load-plan.ts';

export const quoted = WORDS.identifier.duckdb;
export const text = WORDS.literal.duckdb;

/** A path as SQL. To a reader `*`, `?` and `[` stand for other names, and it would read another file than was meant. */
export function pathText(path: string): string {
  return text(path.replaceAll(/[*?[]/g, '[$&]'));
}

export function cleanName(plan: LoadPlan): string {
  return `${plan.schema}.${plan.table}`;
}

/** SQL of a time given in milliseconds since 1970. */
export function timestamp(milliseconds: number): string {
  return `make_timestamp(CAST(${Math.floor(milliseconds)} AS BIGINT) * 1000)`;
}

/** What a load calls a record's fields, the texts of columns, and the values that a file's name gives. No column begins so. */
export const fieldName = (index: number) => quoted(`_field_${index}`);
export const textName = (column: string) => quoted(`_t_${column}`);
export const fileValueName = (column: string) => quoted(`_f_${column}`);
