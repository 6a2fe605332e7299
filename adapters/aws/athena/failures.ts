/** What goes wrong with Athena: what another try may mend, and what a person is told of the rest. */

import { LandfallError, TransientError } from '../../../core/problems.ts';
import { isPassing } from '../errors.ts';

/** Queries that failed by no fault of theirs: another commit came first, or a service behind Athena was busy or unwell. */
const PASSING = [
  /\bICEBERG_COMMIT_ERROR\b/,
  /\bGENERIC_INTERNAL_ERROR\b/,
  /\bINTERNAL_ERROR_QUERY_ENGINE\b/,
  /\bThrottlingException\b|\bTooManyRequestsException\b|\bRate exceeded\b/i,
  /\bSlowDown\b|\bPlease reduce your request rate\b/i,
  /\bQuery exhausted resources at this scale factor\b/i,
];

const HINTS: readonly (readonly [when: RegExp, hint: string])[] = [
  [/Bytes scanned limit/i, "raise the workgroup's limit, or ask for fewer columns or months"],
  [
    /not authorized|Access ?Denied|Insufficient permissions|PERMISSION_DENIED/i,
    'give the role the right that is named',
  ],
  [/TOO_MANY_OPEN_PARTITIONS/i, 'a statement writes at most 100 partitions: split it by months'],
  [/SYNTAX_ERROR|mismatched input|_NOT_FOUND\b/i, 'check the statement against what Athena takes and the tables have'],
  [/EXCEEDED_|exhausted resources/i, 'ask for less at once'],
];

/** Whether a query may be submitted anew. */
export function mayBeRepeated(reason: string): boolean {
  return PASSING.some((pattern) => pattern.test(reason));
}

/** @param queryId null where Athena took none */
export function queryFailed(reason: string, queryId: string | null): LandfallError {
  const hint = HINTS.find(([when]) => when.test(reason))?.[1] ?? 'correct the statement and run again';
  const where = queryId === null ? 'Athena refused a query' : `query ${queryId} failed on Athena`;
  return new LandfallError({ code: 'query-failed', message: `${where}: ${reason.trim()}`, hint });
}

/** What a failed call comes to. */
export function callFailed(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LandfallError) return error;
  if (isPassing(error)) {
    const message = `Athena is busy: ${error.message}`;
    return new TransientError({ code: 'athena-busy', message, hint: 'it is tried again' });
  }
  return queryFailed(error.message, null);
}
