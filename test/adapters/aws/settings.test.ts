import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { failed } from '../../../adapters/aws/errors.ts';
import { readSettings } from '../../../adapters/aws/settings.ts';
import { LandfallError, TransientError } from '../../../core/problems.ts';

describe('settings', () => {
  const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:landfall-dev-notes';

  it('are those that were asked for, by their own names', () => {
    const environment = { LANDFALL_DATASET: 'dev', LANDFALL_TOPIC_ARN: TOPIC, LANDFALL_LAKE_BUCKET: 'NO BUCKET' };
    expect(readSettings(['dataset', 'topicArn', 'largeBytes'], environment)).toEqual({
      dataset: 'dev',
      topicArn: TOPIC,
      largeBytes: 536_870_912,
    });
  });

  it('that are missing or wrong are told all at once, and what was given instead is not shown', () => {
    const environment = {
      LANDFALL_PROTECT_SECRET_ARN: 'the-key-itself',
      LANDFALL_LARGE_BYTES: '1 GB',
      LANDFALL_DATASET: '',
    };
    const read = () => readSettings(['dataset', 'protectSecretArn', 'largeBytes'], environment);
    expect(read).toThrow(LandfallError);
    expect(read).toThrow(
      [
        'environment variable LANDFALL_DATASET: expected the name of a data set that has a sourceApi, found nothing (the stacks set it: deploy them again)',
        'environment variable LANDFALL_PROTECT_SECRET_ARN: expected the ARN of a secret in Secrets Manager, never the secret itself, found something else (the stacks set it: deploy them again)',
        'environment variable LANDFALL_LARGE_BYTES: expected a whole number of bytes, or nothing for 536870912, found something else (the stacks set it: deploy them again)',
      ].join('\n'),
    );
  });
});

describe('clients', () => {
  it('try five times and name themselves; of a stand-in, buckets stand in the path', async () => {
    const { config } = makeClient(S3Client, { endpoint: 'http://127.0.0.1:1', region: 'us-east-1' });
    expect(await config.maxAttempts()).toBe(5);
    expect(config.retryMode).toBe('standard');
    expect(config.customUserAgent).toContainEqual(['landfall']);
    expect(config.forcePathStyle).toBe(true);
    expect(makeClient(S3Client, { region: 'us-east-1' }).config.forcePathStyle).toBe(false);
    expect(await makeClient(AthenaClient, { region: 'eu-north-1' }).config.region()).toBe('eu-north-1');
  });
});

describe('errors of AWS', () => {
  const refused = (name: string, httpStatusCode: number) =>
    Object.assign(new Error('its words'), { name, $metadata: { httpStatusCode } });
  const told = (error: unknown) => {
    try {
      return failed("s3://lake/x can't be read")(error);
    } catch (caught) {
      return caught;
    }
  };

  it.each([
    ['ThrottlingException', 400],
    ['SlowDown', 503],
    ['ProvisionedThroughputExceededException', 400],
    ['Whatever', 502],
  ])('%s passes', (name, status) => {
    expect(told(refused(name, status))).toBeInstanceOf(TransientError);
  });

  it('a broken line passes, a refusal and a mistake do not, and what is no error of AWS stays what it is', () => {
    expect(told(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))).toBeInstanceOf(TransientError);
    expect(told(refused('AccessDenied', 403))).toMatchObject({
      message: "s3://lake/x can't be read: AccessDenied: its words (the role that asked has no right to it)",
    });
    expect(told(refused('ValidationException', 400))).toMatchObject({ problems: [{ code: 'aws-failed' }] });
    const own = new TypeError('a bug');
    expect(told(own)).toBe(own);
  });
});
