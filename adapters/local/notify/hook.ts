import type { Ending } from '../../../core/outcome.ts';
import type { RunOutcome } from '../../../core/ports.ts';

/** Does what it is for. @returns what went wrong, in words without a secret; null where nothing did. */
export type Hook = (outcome: RunOutcome, ending: Ending) => Promise<string | null>;
