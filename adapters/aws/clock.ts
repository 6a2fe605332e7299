import type { Clock } from '../../core/ports.ts';

/** A function's own clock, which AWS keeps right. */
export const systemClock: Clock = { now: () => Date.now() };
