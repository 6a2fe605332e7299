/** Redshift Serverless, as far as a deployment asks it: who administers a namespace, and limits of use, which are kept. */

import { randomUUID } from 'node:crypto';
import type {
  CreateUsageLimitRequest,
  CreateUsageLimitResponse,
  DeleteUsageLimitRequest,
  DeleteUsageLimitResponse,
  GetNamespaceRequest,
  GetNamespaceResponse,
  ListUsageLimitsRequest,
  ListUsageLimitsResponse,
  UpdateUsageLimitRequest,
  UpdateUsageLimitResponse,
  UsageLimit,
} from '@aws-sdk/client-redshift-serverless';
import { type Actions, AwsError } from '../protocol.ts';

export class RedshiftServerlessApi {
  readonly actions: Actions = {
    GetNamespace: ({ namespaceName = '' }: GetNamespaceRequest): GetNamespaceResponse => ({
      // Redshift's own name for the secret that it keeps of an administrator.
      namespace: { namespaceName, adminPasswordSecretArn: `${SECRETS}:redshift!${namespaceName}-administrator-AbCdEf` },
    }),
    CreateUsageLimit: (input: CreateUsageLimitRequest) => this.#create(input),
    ListUsageLimits: ({ resourceArn }: ListUsageLimitsRequest): ListUsageLimitsResponse => ({
      usageLimits: [...this.#limits.values()].filter((limit) => limit.resourceArn === resourceArn),
    }),
    UpdateUsageLimit: ({ usageLimitId, ...changed }: UpdateUsageLimitRequest): UpdateUsageLimitResponse => {
      const usageLimit = { ...this.#find(usageLimitId), ...changed };
      this.#limits.set(usageLimitId ?? '', usageLimit);
      return { usageLimit };
    },
    DeleteUsageLimit: ({ usageLimitId }: DeleteUsageLimitRequest): DeleteUsageLimitResponse => {
      const usageLimit = this.#find(usageLimitId);
      this.#limits.delete(usageLimitId ?? '');
      return { usageLimit };
    },
  };
  readonly #limits = new Map<string, UsageLimit>();

  async close(): Promise<void> {}

  #create(input: CreateUsageLimitRequest): CreateUsageLimitResponse {
    const { resourceArn, usageType, period = 'monthly' } = input;
    for (const held of this.#limits.values()) {
      if (held.resourceArn === resourceArn && held.usageType === usageType && held.period === period) {
        throw new AwsError('ConflictException', `There is a ${period} usage limit of ${usageType} already.`);
      }
    }
    const usageLimit = { ...input, period, usageLimitId: randomUUID() };
    this.#limits.set(usageLimit.usageLimitId, usageLimit);
    return { usageLimit };
  }

  #find(id: string | undefined): UsageLimit {
    const found = this.#limits.get(id ?? '');
    if (found === undefined) throw new AwsError('ResourceNotFoundException', `There is no usage limit ${id}.`);
    return found;
  }
}

const SECRETS = 'arn:aws:secretsmanager:us-east-1:123456789012:secret';
