/** What Athena says of a model, said of the model's file: its line, its column, and what to do next. */

import type { Model } from '../../../core/models/types.ts';
import { LandfallError, type Problem, TransientError } from '../../../core/problems.ts';

const HINTS: readonly (readonly [when: RegExp, hint: string])[] = [
  [/INVALID_CAST_ARGUMENT|Cannot cast/i, 'a value is not of that type: use try_cast, or mend what the model reads'],
  [/NUMERIC_VALUE_OUT_OF_RANGE|overflow/i, 'a value is too large for its type: cast to a wider one first'],
  [
    /cannot be resolved|does not exist|_NOT_FOUND/i,
    'check the names against the columns of the tables that the model reads',
  ],
  [/mismatched input|SYNTAX_ERROR/i, 'write what Athena takes: one SELECT'],
];

/**
 * @param linesBefore lines of the statement before the model's own first
 * @returns the same error where it is not about the statement
 */
export function modelError(error: unknown, model: Model, linesBefore: number): unknown {
  if (!isOfQuery(error)) return error;
  const message = error.problems[0]?.message ?? '';
  const found = /\bline (\d+):(\d+): */.exec(message);
  const line = Number(found?.[1] ?? 0) - linesBefore;
  const hint = HINTS.find(([when]) => when.test(message))?.[1] ?? 'correct the SQL and run again';
  const problem: Problem = {
    code: 'bad-model',
    file: model.sqlFile,
    line: 1,
    ...(line < 1 ? {} : { line, column: Number(found?.[2]) }),
    message: message.replace(/\bline \d+:\d+: */, ''),
    hint: `${hint}; the table stays as it was`,
  };
  return new LandfallError(problem);
}

/** Whether Athena refused or failed a statement for what it says. */
export function isOfQuery(error: unknown): error is LandfallError {
  if (!(error instanceof LandfallError) || error instanceof TransientError) return false;
  return error.problems[0]?.code === 'query-failed';
}
