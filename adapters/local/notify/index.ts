/** Tells of a run's end by what the environment names: a webhook, a command. None of them can fail the run. */

import { type Ending, endingOf } from '../../../core/outcome.ts';
import type { Notifier } from '../../../core/ports.ts';
import { callCommand } from './command.ts';
import type { Hook } from './hook.ts';
import { callWebhook } from './webhook.ts';

const TOLD: Readonly<Record<string, readonly Ending[]>> = {
  failed: ['failed'],
  attention: ['failed', 'attention'],
  always: ['failed', 'attention', 'succeeded'],
};

/**
 * @param environment LANDFALL_WEBHOOK_URL, LANDFALL_WEBHOOK_TOKEN, LANDFALL_NOTIFY_COMMAND, LANDFALL_NOTIFY_ON
 * @param warn told of each hook that failed
 */
export function hooksOf(environment: NodeJS.ProcessEnv, warn: (message: string) => void): Notifier {
  const url = environment['LANDFALL_WEBHOOK_URL'] ?? '';
  const command = environment['LANDFALL_NOTIFY_COMMAND'] ?? '';
  const hooks: Hook[] = [
    ...(url === '' ? [] : [callWebhook(url, environment['LANDFALL_WEBHOOK_TOKEN'] ?? '')]),
    ...(command === '' ? [] : [callCommand(command, environment)]),
  ];
  return {
    async notify(outcome) {
      if (hooks.length === 0) return;
      const on = environment['LANDFALL_NOTIFY_ON'] ?? 'attention';
      if (TOLD[on] === undefined) {
        warn(`LANDFALL_NOTIFY_ON is none of ${Object.keys(TOLD).join(', ')}: told as by attention`);
      }
      const ending = endingOf(outcome);
      if (!(TOLD[on] ?? TOLD['attention'] ?? []).includes(ending)) return;
      const failures = await Promise.all(
        hooks.map((hook) => hook(outcome, ending).catch((error: Error) => `a hook failed (${error.name})`)),
      );
      for (const failure of failures) if (failure !== null) warn(`nobody was told of the run's end: ${failure}`);
    },
  };
}
