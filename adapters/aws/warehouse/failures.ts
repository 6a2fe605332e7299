/** What goes wrong with the warehouse: what another try may mend, and what a person is told of the rest. */

import { LandfallError, TransientError } from '../../../core/problems.ts';
import { isNamed, isPassing } from '../errors.ts';

/** Of a workgroup that wakes, grows or is busy: it takes the same call a little later. */
const NOT_YET =
  /\b(not available|unavailable|resum(e|es|ing)|paus(e|ed|ing)|modifying|starting|warming|creating)\b|endpoint .* not found/i;

/** Statements that failed by no fault of theirs: another transaction came first, or the connection was lost. */
const PASSING = [
  /serializable isolation violation|could not serialize|\b1023\b|\b1018\b/i,
  /deadlock detected/i,
  /tuple concurrently updated/i,
  /could not (open|find) relation with OID|could not complete because of conflict/i,
  /connection (was |has been )?(closed|reset|terminated|lost|refused)|server closed the connection|terminating connection/i,
  /\b(resuming|is paused|is not available|try again)\b/i,
];

/** What to do next, by the engine's words; the first that fits. */
export type Hints = readonly (readonly [when: RegExp, hint: string])[];

/** For whoever runs the stage: its publisher is refused. */
const HINTS: Hints = [
  [/usage limit|exceeded.*limit.*(RPU|usage)|deactivat/i, "raise the warehouse's usage limit, or wait for its period"],
  [
    /"?landfall"?[.]|schema "[^"]*" does not exist|role "[^"]*" does not exist/i,
    'deploy the warehouse stack: its migrations make what lacks',
  ],
  [
    /Access ?Denied|not authorized|S3ServiceException|permission denied/i,
    "give the warehouse's COPY role, or its owner, the right that is named",
  ],
  [/another run has published meanwhile/, 'run again: what is out of date is published anew'],
  [/depends? on/i, 'drop the view of your own that reads the table; landfall_catalog lists what is published'],
];

/** For whoever asks as the reader that BI tools are. */
export const READER_HINTS: Hints = [
  [/usage limit|exceeded.*limit.*(RPU|usage)|deactivat/i, "raise the warehouse's usage limit, or wait for its period"],
  [
    /permission denied|does not exist/i,
    'the reader sees what is published, and nothing else: SELECT * FROM landfall_catalog.published_tables',
  ],
  [
    /Access ?Denied|not authorized/i,
    "your own role needs redshift-data's ExecuteStatement, DescribeStatement and GetStatementResult, and to read the reader's secret: docs/deploy/command-line.md",
  ],
];

/** Whether a call may be made again as it was. */
export function isBusy(error: unknown): boolean {
  if (isPassing(error)) return true;
  if (isNamed(error, 'ActiveStatementsExceededException', 'ActiveSessionsExceededException')) return true;
  if (isNamed(error, 'DatabaseConnectionException')) return true;
  return isNamed(error, 'ValidationException', 'ResourceNotFoundException') && NOT_YET.test((error as Error).message);
}

/** Whether a transaction may be begun anew. */
export function isLost(reason: string): boolean {
  return PASSING.some((pattern) => pattern.test(reason));
}

/** @param what was being done, such as `tea_shop.sales` */
export function statementFailed(what: string, reason: string, hints: Hints = HINTS): LandfallError {
  const hint = hints.find(([when]) => when.test(reason))?.[1];
  return new LandfallError({
    code: 'warehouse-failed',
    message: `${what}: ${reason.trim()}`,
    ...(hint === undefined ? {} : { hint }),
  });
}

export function warehouseBusy(what: string, reason: string): TransientError {
  return new TransientError({
    code: 'warehouse-busy',
    message: `${what}: ${reason.trim()}`,
    hint: 'it is tried again',
  });
}

/** What a failed call comes to. */
export function callFailed(error: unknown, what: string, hints: Hints = HINTS): unknown {
  if (!(error instanceof Error) || error instanceof LandfallError) return error;
  const reason = `${error.name}: ${error.message}`;
  return isBusy(error) ? warehouseBusy(what, reason) : statementFailed(what, reason, hints);
}
