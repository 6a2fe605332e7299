/** Each file of tests finds an empty catalog: what one makes as a table, another makes as a view, or somewhere else. */

import { beforeAll } from '@jest/globals';
import { engines } from './engines.ts';

/** Made with the engines. */
const KEPT: ReadonlySet<string> = new Set(['default', 'starting']);

beforeAll(async () => {
  const { DatabaseList } = (await ask('GetDatabases', {})) as { DatabaseList: readonly { readonly Name: string }[] };
  for (const { Name } of DatabaseList) if (!KEPT.has(Name)) await ask('DeleteDatabase', { Name });
});

async function ask(action: string, input: object): Promise<unknown> {
  const response = await fetch(engines().moto.url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': `AWSGlue.${action}`,
      Authorization:
        'AWS4-HMAC-SHA256 Credential=x/20200101/us-east-1/glue/aws4_request, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${action}: ${text}`);
  return JSON.parse(text);
}
