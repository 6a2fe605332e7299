import type { RunOutcome } from '../../../core/ports.ts';

/** How a run ended, in one word; `attention`: done, and yet a person should look. */
export type Ending = 'failed' | 'attention' | 'succeeded';

/** Does what it is for. @returns what went wrong, in words without a secret; null where nothing did. */
export type Hook = (outcome: RunOutcome, ending: Ending) => Promise<string | null>;
