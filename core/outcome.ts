import type { RunOutcome } from './ports.ts';

/** How a run ended, in one word; `attention`: done, and yet a person should look. */
export type Ending = 'failed' | 'attention' | 'succeeded';

export function endingOf({ status, needs_attention }: RunOutcome): Ending {
  if (status === 'failed') return 'failed';
  return needs_attention ? 'attention' : 'succeeded';
}
