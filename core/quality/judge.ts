/** The rules of a table, asked and judged. */

import type { Contract, TableContract } from '../contracts/types.ts';
import { LandfallError, type Problem } from '../problems.ts';
import type { ResultTable } from '../tabular.ts';
import { expectedWords, isMet } from './expectation.ts';
import { questionsOf } from './questions.ts';
import type { FailedRule, QualityResult, QualityRule } from './types.ts';

/**
 * What each rule of a table found, in their order.
 *
 * @throws LandfallError `rule-wrong` where a query can't run
 */
export async function judge(
  { schema, file }: Contract,
  { name, quality = [] }: TableContract,
  read: (sql: string) => Promise<ResultTable>,
): Promise<QualityResult[]> {
  const observed = new Map<QualityRule, number | null>();
  for (const { sql, rules } of questionsOf(`"${schema}"."${name}"`, quality)) {
    const { rows } = await read(sql).catch((error: unknown) => {
      const [rule] = rules;
      if (rules.length > 1 || rule?.measure.kind !== 'sql' || !isEngineError(error)) throw error;
      throw cannotRun(rule, `${schema}.${name}`, file, error);
    });
    const numbers = rows[0] ?? [];
    for (const [index, rule] of rules.entries()) {
      const { unit } = rule.expectation;
      const isShare = unit === 'percent' && rule.measure.kind !== 'sql';
      const [count, total] = [finite(numbers[index]), finite(numbers[rules.length]) ?? 0];
      // Of no rows none is wrong.
      observed.set(rule, isShare && count !== null ? (total === 0 ? 0 : (100 * count) / total) : count);
    }
  }
  return quality.map((rule) => {
    const { name: named, column, dimension, severity, expectation } = rule;
    const number = observed.get(rule) ?? null;
    const status = isMet(expectation, number) ? 'passed' : 'failed';
    return {
      column,
      rule: named,
      dimension,
      severity,
      expected: expectedWords(expectation),
      observed: number,
      status,
    };
  });
}

/** A rule that fails, as a run tells it. */
export function ruleProblem(rule: FailedRule, { schema, file, tables }: Contract): Problem {
  const { table, column, rule: name, observed, expected, severity } = rule;
  const rules = tables.find((one) => one.name === table)?.quality;
  const line = rules?.find((one) => one.name === name && one.column === column)?.line;
  const place = [schema, table, column].filter((part) => part !== null).join('.');
  const found = observed === null ? 'no number' : shortNumber(observed);
  return {
    code: severity === 'error' ? 'rule-failed' : 'rule-warns',
    message: `${place}: the rule "${name}" found ${found}${expected.endsWith(' percent') ? ' percent' : ''}, expected ${expected}`,
    file,
    ...(line === undefined ? {} : { line }),
    hint:
      severity === 'error'
        ? 'no model was made of it: land a file that mends the data, or mend the rule, and run again'
        : 'see where the data comes from, or mend the rule',
  };
}

/** Six digits at most behind the point. */
function shortNumber(value: number): string {
  return String(Number(value.toFixed(6)));
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function isEngineError(error: unknown): error is LandfallError {
  return error instanceof LandfallError && error.problems[0]?.code === 'engine-error';
}

/** Where the query itself is wrong, the engine quotes the query; of all else only its kind is told: it may quote a value. */
function cannotRun({ name, line }: QualityRule, table: string, file: string, error: LandfallError): LandfallError {
  const said = error.problems[0]?.message.split('\n')[0] ?? '';
  const kind = /[A-Z][A-Za-z]*( [A-Z][A-Za-z]*)? Error/.exec(said)?.[0] ?? 'an error';
  const why = /^(Binder|Catalog|Parser) Error$/.test(kind) ? said : `the engine met ${kind}`;
  const message = `the rule "${name}" of ${table} can't run: ${why}`;
  return new LandfallError({ code: 'rule-wrong', message, file, line, hint: 'mend its query' });
}
