/** What a refusal of AWS means for whoever asked. */

import { LandfallError, TransientError } from '../../core/problems.ts';

const BUSY =
  /Throttl|TooManyRequests|SlowDown|RequestLimitExceeded|ProvisionedThroughputExceeded|TransactionConflict|TransactionInProgress|RequestTimeout|^TimeoutError$|ServiceUnavailable|InternalServer|InternalError/;
const LINE = new Set(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ENOTFOUND']);
const DENIED = /AccessDenied|UnauthorizedOperation|NotAuthorized|^Forbidden$/;

interface Refused extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Whether an error of the SDK has this name, such as `NoSuchKey`. */
export const isNamed = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);

export const statusOf = (error: unknown): number | undefined => (error as Refused).$metadata?.httpStatusCode;

/** Whether the same question may be answered later: throttling, a service that is down, a line that broke. */
export function isPassing(error: unknown): boolean {
  const { name = '', code = '' } = error as Refused;
  return BUSY.test(name) || LINE.has(code) || [429, 500, 502, 503, 504].includes(statusOf(error) ?? 0);
}

/**
 * For `.catch`: throws what a person can act on. What is no error of the SDK passes as it is.
 *
 * @param what was being done to which object, such as `s3://lake/a.json can't be read`
 * @throws TransientError `aws-busy` where another try may do; LandfallError `aws-denied`, `aws-failed`
 */
export function failed(what: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof LandfallError) throw error;
    const { name, message, $metadata } = error as Refused;
    const problem = { message: `${what}: ${name}: ${message}` };
    if (isPassing(error)) {
      throw new TransientError({ ...problem, code: 'aws-busy', hint: 'the service is busy or away: try again' });
    }
    if ($metadata === undefined) throw error;
    if (DENIED.test(name) || statusOf(error) === 403) {
      throw new LandfallError({ ...problem, code: 'aws-denied', hint: 'the role that asked has no right to it' });
    }
    throw new LandfallError({ ...problem, code: 'aws-failed' });
  };
}
