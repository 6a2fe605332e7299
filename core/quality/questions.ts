/** What an engine is asked of a table's rules, in Athena SQL: one pass for all that can be counted row by row. */

import { column, columns, given, literal } from '../analyses/sql.ts';
import type { Literal, QualityRule } from './types.ts';

export interface Question {
  /** Gives one row: a number for each of the rules, in their order, and behind them the number of rows. */
  readonly sql: string;
  readonly rules: readonly QualityRule[];
}

/**
 * @param table `schema.table`
 * @param rules of this table; SQL is asked by itself, so that a query that can't run is told as what it is
 */
export function questionsOf(table: string, rules: readonly QualityRule[]): readonly Question[] {
  const counted = rules.flatMap((rule) => {
    const sql = countOf(rule);
    return sql === undefined ? [] : [{ rule, sql }];
  });
  const rows = 'CAST(count(*) AS double)';
  const pass: Question = {
    sql: `SELECT ${[...counted.map(({ sql }) => `CAST(${sql} AS double)`), rows].join(', ')} FROM ${table}`,
    rules: counted.map(({ rule }) => rule),
  };
  return [...(counted.length === 0 ? [] : [pass]), ...rules.flatMap((rule) => apart(table, rule) ?? [])];
}

/** An aggregate over the table's rows. */
function countOf({ measure }: QualityRule): string | undefined {
  switch (measure.kind) {
    case 'rowCount':
      return 'count(*)';
    case 'nullValues':
      return `count(*) - count(${column(measure.column)})`;
    case 'missingValues':
      return where(`${column(measure.column)} IS NULL OR ${among(measure.column, measure.values)}`);
    case 'invalidValues': {
      const { column: name, validValues, pattern } = measure;
      const valid = [
        ...(validValues === undefined ? [] : [among(name, validValues)]),
        ...(pattern === undefined ? [] : [`regexp_like(${column(name)}, ${literal(pattern)})`]),
      ];
      return where(`${column(name)} IS NOT NULL AND NOT (${valid.join(' AND ')})`);
    }
    default:
      return undefined;
  }
}

function where(condition: string): string {
  return `count(*) FILTER (WHERE ${condition})`;
}

/** False of every value where there is nothing to be among. */
function among(name: string, values: readonly Literal[]): string {
  const list = values.map((value) => (typeof value === 'string' ? literal(value) : String(value)));
  return list.length === 0 ? 'false' : `${column(name)} IN (${list.join(', ')})`;
}

function apart(table: string, rule: QualityRule): Question | undefined {
  const { measure, expectation } = rule;
  if (measure.kind === 'sql') {
    return { sql: `SELECT TRY_CAST((\n${measure.query}\n) AS double), CAST(0 AS double)`, rules: [rule] };
  }
  if (measure.kind !== 'duplicateValues') return undefined;
  const rows = expectation.unit === 'percent' ? `(SELECT CAST(count(*) AS double) FROM ${table})` : 'CAST(0 AS double)';
  const repeated = `SELECT 1 AS one FROM ${table} WHERE ${given(measure.columns)} GROUP BY ${columns(measure.columns)}
    HAVING count(*) > 1`;
  return { sql: `SELECT CAST(count(*) AS double), ${rows} FROM (${repeated}) AS repeated`, rules: [rule] };
}
