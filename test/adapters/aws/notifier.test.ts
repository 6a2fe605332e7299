import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { topicNotifier } from '../../../adapters/aws/notifier.ts';
import type { RunOutcome } from '../../../core/ports.ts';
import { OUTCOME } from '../../ports/notifier.ts';

const sns = mockClient(SNSClient);
afterEach(() => {
  sns.reset();
});

const send = async (outcome: RunOutcome) => {
  sns.on(PublishCommand).resolves({});
  await topicNotifier('arn:aws:sns:us-east-1:123456789012:notes', () => undefined, { region: 'us-east-1' }).notify(
    outcome,
  );
  const sent = sns.commandCalls(PublishCommand)[0]?.args[0].input;
  return {
    subject: sent?.Subject,
    ending: sent?.MessageAttributes?.['ending']?.StringValue,
    message: sent?.Message ?? '',
  };
};

it.each<[Partial<RunOutcome>, string, string]>([
  [{ status: 'failed' }, 'failed', 'Landfall: run 20260101T000000-abcdef: failed'],
  [{}, 'attention', 'Landfall: run 20260101T000000-abcdef: done, and someone should look'],
  [{ needs_attention: false }, 'succeeded', 'Landfall: run 20260101T000000-abcdef: done'],
  [
    { needs_attention: false, run_id: `größe\n${'x'.repeat(200)}` },
    'succeeded',
    `Landfall: run gr??e?${'x'.repeat(80)}`,
  ],
])('the subject of %j says how it ended, in what SNS takes', async (more, ending, subject) => {
  const sent = await send({ ...OUTCOME, ...more });
  expect(sent).toMatchObject({ ending, subject });
  expect(sent.subject?.length).toBeLessThanOrEqual(100);
});

it('an outcome that is too large for a message is told in part, and says so', async () => {
  const errors = Array.from({ length: 5000 }, (_, line) => ({
    code: 'bad',
    message: '數'.repeat(3000),
    file: 'a.csv',
    line,
  }));
  const { message } = await send({ ...OUTCOME, status: 'failed', errors });
  expect(Buffer.byteLength(message)).toBeLessThan(250 * 1024);
  const told = JSON.parse(message) as RunOutcome;
  expect(told).toMatchObject({ run_id: OUTCOME.run_id, datasets: OUTCOME.datasets, late: OUTCOME.late });
  expect(told.errors).toHaveLength(11);
  expect(told.errors[0]).toEqual({ code: 'bad', message: `${'數'.repeat(300)}…`, file: 'a.csv', line: 0 });
  expect(told.errors.at(-1)).toMatchObject({ code: 'message-cut', hint: 'the report has all of it' });
});
