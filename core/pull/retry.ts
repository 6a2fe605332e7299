/** When a request is worth another try, and how long to wait before it. */

/** Of one page, the first request not counted. */
export const MOST_RETRIES = 5;
/** Milliseconds. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** Milliseconds; who is asked to wait longer had better come back. */
export const LONGEST_ASKED = 10 * 60_000;

export function isWorthRetrying(status: number): boolean {
  return [408, 425, 429].includes(status) || status >= 500;
}

/**
 * Milliseconds to wait before a retry: exponential backoff with equal jitter (half fixed, half random, so that callers
 * that failed together do not come back together), or, where that is longer, what the server asked for.
 * @param retry from 0
 * @param unit gives a random number from 0, below 1
 */
export function waitBefore(retry: number, asked: number | null, unit: () => number): number {
  const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** retry);
  const own = Math.round(ceiling / 2 + (ceiling / 2) * unit());
  return Math.max(own, asked ?? 0);
}

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/**
 * What a Retry-After header asks for, in milliseconds from now; null where it is missing or can't be read.
 * By RFC 9110, 10.2.3: whole seconds, or a date, in any of the three forms of 5.6.7.
 */
export function askedWait(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return null;
  // The third form, of C's asctime, says no zone; HTTP's dates are all in GMT.
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
