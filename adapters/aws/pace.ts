/** Waiting for a service of AWS: for growing, jittered times, and never past the end of the function that waits. */

import { setTimeout as sleep } from 'node:timers/promises';
import { TransientError } from '../../core/problems.ts';

export interface Pace {
  /** Milliseconds that are left to whoever waits; nobody counts them by default. */
  readonly remaining?: () => number;
  /** For tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** For tests: from 0 to below 1. */
  readonly random?: () => number;
}

const FIRST_WAIT = 150;
const LONGEST_WAIT = 3000;
/** Milliseconds in which a function still ends in order. */
const MARGIN = 2000;

/**
 * Any time up to a limit that grows: callers that were refused together come back apart.
 *
 * @param turn from 0
 * @param waitsFor said where no time is left
 * @throws TransientError `no-time-left`
 */
export async function pause(pace: Pace, turn: number, waitsFor: string): Promise<void> {
  const { remaining, wait = (milliseconds: number) => sleep(milliseconds), random = Math.random } = pace;
  const time = Math.ceil(Math.min(LONGEST_WAIT, FIRST_WAIT * 1.5 ** turn) * random());
  if (remaining !== undefined && remaining() - time < MARGIN) {
    throw new TransientError({
      code: 'no-time-left',
      message: `no time is left: ${waitsFor}`,
      hint: 'it is tried again',
    });
  }
  await wait(time);
}
