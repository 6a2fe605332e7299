/** How much the warehouse may compute: CloudFormation has no resource for that. */

import {
  CreateUsageLimitCommand,
  DeleteUsageLimitCommand,
  ListUsageLimitsCommand,
  type RedshiftServerlessClient,
  UpdateUsageLimitCommand,
  type UsageLimit,
} from '@aws-sdk/client-redshift-serverless';
import { failed } from '../errors.ts';

export interface WarehouseLimit {
  readonly period: 'daily' | 'weekly' | 'monthly';
  /** RPU hours. */
  readonly hours: number;
  /** What happens beyond: `deactivate` refuses every further query of the period. */
  readonly breach: 'log' | 'emit-metric' | 'deactivate';
}

const COMPUTE = 'serverless-compute';

/** Makes a workgroup's limits of computing these: one a period. */
export async function setUsageLimits(
  client: RedshiftServerlessClient,
  resourceArn: string,
  wanted: readonly WarehouseLimit[],
): Promise<void> {
  const refused = failed(`the usage limits of ${resourceArn} can't be set`);
  const found = await usageLimits(client, resourceArn).catch(refused);
  for (const limit of wanted) {
    const { period, hours: amount, breach: breachAction } = limit;
    const held = found.find((one) => one.period === period);
    if (held?.amount === amount && held.breachAction === breachAction) continue;
    await (held === undefined
      ? client.send(new CreateUsageLimitCommand({ resourceArn, usageType: COMPUTE, period, amount, breachAction }))
      : client.send(new UpdateUsageLimitCommand({ usageLimitId: held.usageLimitId, amount, breachAction }))
    ).catch(refused);
  }
  for (const { period, usageLimitId } of found) {
    if (wanted.some((limit) => limit.period === period)) continue;
    await client.send(new DeleteUsageLimitCommand({ usageLimitId })).catch(refused);
  }
}

async function usageLimits(client: RedshiftServerlessClient, resourceArn: string): Promise<readonly UsageLimit[]> {
  const found: UsageLimit[] = [];
  let nextToken: string | undefined;
  do {
    const page = await client.send(new ListUsageLimitsCommand({ resourceArn, usageType: COMPUTE, nextToken }));
    found.push(...(page.usageLimits ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}
