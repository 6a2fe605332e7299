/** Each file of tests finds Landfall's own databases empty: on Spark `ops.quarantine` is a table, behind Athena a view. */

import { beforeAll } from '@jest/globals';
import { engines } from './engines.ts';

const OWN = ['ops', 'landfall_staged', 'landfall_tables'];

beforeAll(async () => {
  for (const Name of OWN) {
    await fetch(engines().moto.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-amz-json-1.1',
        'X-Amz-Target': 'AWSGlue.DeleteDatabase',
        Authorization:
          'AWS4-HMAC-SHA256 Credential=x/20200101/us-east-1/glue/aws4_request, SignedHeaders=host, Signature=x',
      },
      // One that is not there is as empty.
      body: JSON.stringify({ Name }),
    });
  }
});
