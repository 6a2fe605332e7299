/** Tells of a run's end by a topic of SNS: whoever subscribed gets the same outcome that a webhook gets on a laptop. */

import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Ending, endingOf } from '../../core/outcome.ts';
import type { Notifier, RunOutcome } from '../../core/ports.ts';
import { type Connection, makeClient } from './clients.ts';

/** Bytes; SNS takes 256 KiB with the attributes. */
const LARGEST = 250 * 1024;
/** Characters. */
const LONGEST_SUBJECT = 100;
/** Of an outcome that is too large: entries of each list, and characters of each text. */
const SHOWN = 10;
const SHOWN_TEXT = 300;

const WORDS: Readonly<Record<Ending, string>> = {
  failed: 'failed',
  attention: 'done, and someone should look',
  succeeded: 'done',
};

/**
 * A subscription chooses what it is told by the message's attribute `ending`: failed, attention, succeeded.
 *
 * @param warn told where nobody could be told; the run goes on
 */
export function topicNotifier(topicArn: string, warn: (message: string) => void, connection?: Connection): Notifier {
  const client = makeClient(SNSClient, connection);
  return {
    async notify(outcome) {
      const ending = endingOf(outcome);
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: subjectOf(outcome, ending),
        Message: messageOf(outcome),
        MessageAttributes: { ending: { DataType: 'String', StringValue: ending } },
      });
      await client.send(command).catch(({ name, message }: Error) => {
        warn(`nobody was told of the run's end: ${topicArn}: ${name}: ${message}`);
      });
    },
  };
}

/** SNS takes printable ASCII alone. */
function subjectOf({ run_id }: RunOutcome, ending: Ending): string {
  return `Landfall: run ${run_id}: ${WORDS[ending]}`.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_SUBJECT);
}

function messageOf(outcome: RunOutcome): string {
  const whole = JSON.stringify(outcome);
  if (Buffer.byteLength(whole) <= LARGEST) return whole;
  const { late, failed_rules, errors } = outcome;
  const left = [...late, ...failed_rules, ...errors].length;
  const note = {
    code: 'message-cut',
    message: `what is more than a message takes is left out, of ${left} errors, rules and promises in all`,
    hint: 'the report has all of it',
  };
  const cut = {
    ...outcome,
    late: shortened(late),
    failed_rules: shortened(failed_rules),
    errors: [...shortened(errors), note],
  };
  return JSON.stringify(cut);
}

function shortened<Entry extends object>(entries: readonly Entry[]): Entry[] {
  return entries.slice(0, SHOWN).map((entry) => {
    const texts = Object.entries(entry).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length > SHOWN_TEXT ? `${value.slice(0, SHOWN_TEXT)}…` : value,
    ]);
    return Object.fromEntries(texts) as Entry;
  });
}
