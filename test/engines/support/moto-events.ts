/** Rules of EventBridge, which moto has: the SDK's client of it is no dependency of ours. */

import { engines } from './engines.ts';
import { REGION } from './templates.ts';

/** @throws Error where it is refused */
export async function askEvents(action: string, input: object): Promise<void> {
  const answer = await fetch(engines().moto.url, {
    method: 'POST',
    headers: {
      'X-Amz-Target': `AWSEvents.${action}`,
      'Content-Type': 'application/x-amz-json-1.1',
      Authorization: `AWS4-HMAC-SHA256 Credential=x/20200101/${REGION}/events/aws4_request, SignedHeaders=host, Signature=x`,
    },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`EventBridge answered ${answer.status} to ${action}: ${await answer.text()}`);
}
