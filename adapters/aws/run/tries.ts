/**
 * How often a message is tried, and how long it waits in between.
 *
 * What always fails waits half a minute each time. With the 20 seconds for which messages are gathered, and tries that take
 * half a minute, it is put aside after 15 × (30 + 20 + 30) seconds: 20 minutes. What only has to wait, for a claim or a
 * lease that another function holds, waits longer each time: 30 + 60 + 120 + 11 × 240 seconds come to 47 minutes, and a
 * lease outlives its holder by 20 after the 15 that a function lives. A function that is killed can say nothing: then the
 * queue keeps the message for six times as long as the function may take, which Lambda asks for.
 */

/** Then a message is put aside, for people to look at. */
export const MOST_TRIES = 15;

/** Seconds for which messages are gathered. */
export const GATHERED = 20;

/** Seconds. */
const SOON = 30;
const LATE = 240;

/** @param tries so far, this one counted @param isTransient whether something was busy @returns seconds */
export function waitAfter(tries: number, isTransient: boolean): number {
  return isTransient ? Math.min(SOON * 2 ** (tries - 1), LATE) : SOON;
}
