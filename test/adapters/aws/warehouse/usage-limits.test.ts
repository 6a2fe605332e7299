import {
  CreateUsageLimitCommand,
  DeleteUsageLimitCommand,
  ListUsageLimitsCommand,
  RedshiftServerlessClient,
  UpdateUsageLimitCommand,
} from '@aws-sdk/client-redshift-serverless';
import { beforeEach, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { setUsageLimits } from '../../../../adapters/aws/warehouse/usage-limits.ts';

const aws = mockClient(RedshiftServerlessClient);
const client = new RedshiftServerlessClient({ region: 'eu-west-1' });
beforeEach(() => {
  aws.reset();
  aws.on(CreateUsageLimitCommand).resolves({});
  aws.on(DeleteUsageLimitCommand).resolves({});
});

it('limits are made, changed, taken away and left as they are, one a period', async () => {
  const found = (usageLimitId: string, period: 'daily' | 'weekly' | 'monthly', amount: number) => ({
    usageLimitId,
    period,
    amount,
    breachAction: 'log' as const,
  });
  aws
    .on(ListUsageLimitsCommand)
    .resolvesOnce({ usageLimits: [found('1', 'daily', 8)], nextToken: 'more' })
    .resolves({ usageLimits: [found('2', 'weekly', 20)] });
  await setUsageLimits(client, 'arn:workgroup', [
    { period: 'daily', hours: 8, breach: 'log' },
    { period: 'monthly', hours: 40, breach: 'deactivate' },
  ]);
  expect(aws.commandCalls(UpdateUsageLimitCommand)).toEqual([]);
  expect(aws.commandCalls(CreateUsageLimitCommand).map(({ args }) => args[0].input)).toEqual([
    {
      resourceArn: 'arn:workgroup',
      usageType: 'serverless-compute',
      period: 'monthly',
      amount: 40,
      breachAction: 'deactivate',
    },
  ]);
  expect(aws.commandCalls(DeleteUsageLimitCommand).map(({ args }) => args[0].input.usageLimitId)).toEqual(['2']);
});

it('a refusal says of which workgroup', async () => {
  const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } });
  aws.on(ListUsageLimitsCommand).rejects(denied);
  await expect(setUsageLimits(client, 'arn:workgroup', [])).rejects.toThrow(
    /^the usage limits of arn:workgroup can't be set: AccessDenied/,
  );
});
