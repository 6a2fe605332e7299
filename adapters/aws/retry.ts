import { setTimeout as sleep } from 'node:timers/promises';
import { MOST_TRIES } from './clients.ts';

/** Milliseconds. */
const FIRST_WAIT = 50;
const LONGEST_WAIT = 2_000;

/**
 * Does again what the SDK does not try again by itself, after growing, jittered waits: those that met once do not meet
 * again.
 *
 * @param isWorth whether the error may not come back
 * @throws the last error
 */
export async function retried<Result>(
  work: () => Promise<Result>,
  isWorth: (error: unknown) => boolean,
  tries = MOST_TRIES,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= tries || !isWorth(error)) throw error;
      await sleep(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt) * Math.random());
    }
  }
}
