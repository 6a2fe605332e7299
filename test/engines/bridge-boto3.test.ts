/** The bridge by clients of another make, with nothing but an endpoint in their environment. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { engines, openBridge } from './support/engines.ts';

const SCRIPT = fileURLToPath(new URL('support/bridge_boto3.py', import.meta.url));

test('boto3 finds S3, Athena and Redshift, with every digit', async () => {
  const bridge = await openBridge();
  try {
    const { stdout } = await promisify(execFile)(engines().python('engines'), [SCRIPT], {
      env: {
        AWS_ENDPOINT_URL: bridge.url,
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'snake',
        AWS_SECRET_ACCESS_KEY: 'x',
      },
    });
    expect(JSON.parse(stdout.replace('9223372036854775807', '"9223372036854775807"'))).toEqual({
      size: 2_000_000,
      rows: [
        { Data: [{ VarCharValue: 'n' }, { VarCharValue: 't' }] },
        { Data: [{ VarCharValue: '9007199254740993' }, { VarCharValue: 'é' }] },
      ],
      records: [[{ longValue: '9223372036854775807' }, { stringValue: '0.5' }]],
      code: 'INVALID_INPUT',
    });
    expect(new Set(bridge.calls.map(({ accessKey }) => accessKey))).toEqual(new Set(['snake']));
  } finally {
    await bridge.close();
  }
});
