/** What the engine says of a model, said of the model's file: its line, its column, and what to do next. */

import type { Model } from '../../../core/models/types.ts';
import { LandfallError, type Problem } from '../../../core/problems.ts';

const HINTS: readonly { readonly when: RegExp; readonly hint: string }[] = [
  { when: /^Conversion Error/, hint: 'a value is not of that type: use try_cast, or mend what the model reads' },
  { when: /^Out of Range Error/, hint: 'a value is too large for its type: cast to a wider one first' },
  { when: /^(Binder|Catalog) Error/, hint: 'check the names against the columns of the tables that the model reads' },
  { when: /^Parser Error/, hint: 'write what Athena takes: one SELECT' },
];

/**
 * @param linesBefore lines of the statement before the model's own first
 * @returns the same error where it is no engine's, or the disk's or the memory's
 */
export function modelError(error: unknown, model: Model, linesBefore: number): unknown {
  if (!(error instanceof LandfallError)) return error;
  const [problem] = error.problems;
  if (problem?.code !== 'engine-error') return error;
  const [message = '', ...rest] = problem.message.split('\n');
  const place = placeOf(problem.message, linesBefore);
  const candidates = rest.find((line) => line.startsWith('Candidate bindings'));
  const hint = HINTS.find(({ when }) => when.test(message))?.hint ?? 'correct the SQL and run again';
  const found: Problem = {
    code: 'bad-model',
    file: model.sqlFile,
    line: 1,
    ...place,
    message,
    hint: `${candidates === undefined ? '' : `${candidates}; `}${hint}; the table stays as it was`,
  };
  return new LandfallError(found);
}

/** `LINE 3:   CAST(x …` and below it a caret under what is meant; a line that is cut tells no column. */
function placeOf(message: string, linesBefore: number): { line?: number; column?: number } {
  const found = /^(LINE (\d+): )(.*)\n( *)\^/m.exec(message);
  if (found === null) return {};
  const [, label = '', line = '', shown = '', indent = ''] = found;
  const own = Number(line) - linesBefore;
  if (own < 1) return {};
  return shown.startsWith('...') ? { line: own } : { line: own, column: indent.length - label.length + 1 };
}
