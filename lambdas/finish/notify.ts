import type { Notifier, RunOutcome } from '../../core/ports.ts';
import { type Handler, logger, observed } from '../shared/observe.ts';

/** Needs nothing of the run but how it ended, and may reach nothing else. */
export function notifyHandler(makeNotifier: () => Notifier): Handler {
  return observed(async (event) => {
    const { outcome } = event as { outcome: RunOutcome };
    logger.setCorrelationId(outcome.run_id);
    await makeNotifier().notify(outcome);
    return {};
  });
}
