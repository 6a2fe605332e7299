/**
 * One worker a data set. A lease is an item that stays: its token grows with each holder, so that a worker that was
 * away too long can be told from the one that came after it.
 */

import type { Clock } from '../../../core/ports.ts';
import { LandfallError } from '../../../core/problems.ts';
import type { Item, Key, LedgerTable, Write } from './table.ts';
import type { Fence, Holder, Lease, Leases } from './types.ts';

/** Between two of them someone gave the lease back: so often in a row nobody does. */
const MOST_ATTEMPTS = 20;

const NAMES = { '#owner': 'owner', '#token': 'token' };
const IS_OURS = '#owner = :owner AND #token = :token';
const IS_FREE = '(attribute_not_exists(#owner) OR expiresAt <= :now)';

export class TableLeases implements Leases {
  private readonly table: LedgerTable;
  private readonly clock: Clock;

  constructor(table: LedgerTable, clock: Clock) {
    this.table = table;
    this.clock = clock;
  }

  holder(dataset: string): Promise<Holder | null> {
    return holderOf(this.table, dataset, this.clock.now());
  }

  /** The same owner gets it again, with a new token: of a step that was killed nothing is written any more. */
  async acquire(dataset: string, owner: string, ttl: number): Promise<Lease | null> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const now = this.clock.now();
      const taken = await this.table.update(keyOf(dataset), {
        // Of whom a dead holder never heard the next one hears: it goes round once too often, never once too few.
        UpdateExpression: 'SET #owner = :owner, expiresAt = :until, came = if_not_exists(came, :none) ADD #token :one',
        ConditionExpression: `${IS_FREE} OR #owner = :owner`,
        ExpressionAttributeNames: NAMES,
        ExpressionAttributeValues: { ':owner': owner, ':until': now + ttl, ':none': 0, ':one': 1, ':now': now },
      });
      if (taken !== null) return leaseOf(dataset, taken);
      const told = await this.table.update(keyOf(dataset), {
        UpdateExpression: 'ADD came :one',
        ConditionExpression: 'attribute_exists(#owner) AND expiresAt > :now',
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: { ':one': 1, ':now': now },
      });
      if (told !== null) return null;
    }
    throw new LandfallError({
      code: 'lease-restless',
      message: `${dataset}: its lease changed hands ${MOST_ATTEMPTS} times while it was asked for`,
      hint: 'try again',
    });
  }

  async renew(lease: Fence, ttl: number): Promise<Lease> {
    const renewed = await this.table.update(keyOf(lease.dataset), {
      UpdateExpression: 'SET expiresAt = :until',
      // Past its end, too: until another takes it, it is still this one's.
      ConditionExpression: IS_OURS,
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ...ours(lease), ':until': this.clock.now() + ttl },
    });
    if (renewed === null) throw lostLease(lease);
    return leaseOf(lease.dataset, renewed);
  }

  async release(lease: Fence, heard = 0): Promise<number> {
    const key = keyOf(lease.dataset);
    const freed = await this.table.update(key, {
      UpdateExpression: 'SET came = :none REMOVE #owner, expiresAt',
      // What was released by a request whose answer got lost has no owner, and still our token.
      ConditionExpression: '#token = :token AND (attribute_not_exists(#owner) OR (#owner = :owner AND came = :heard))',
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ...ours(lease), ':none': 0, ':heard': heard },
    });
    if (freed !== null) return 0;
    const held = await this.table.get(key);
    if (held?.['owner'] !== lease.owner || held['token'] !== lease.token) throw lostLease(lease);
    return Number(held['came']);
  }
}

/** Who works on a data set; null where nobody does. */
export async function holderOf(table: LedgerTable, dataset: string, now: number): Promise<Holder | null> {
  const item = await table.get(keyOf(dataset));
  const { owner, expiresAt = 0, came = 0 } = (item ?? {}) as Partial<Lease & { readonly came: number }>;
  return owner === undefined || expiresAt <= now ? null : { owner, expiresAt, isWaitedFor: came > 0 };
}

/** Stands first in every transaction of the lease's holder: it fails as a whole once the lease is another's, or over. */
export function fenceCheck(tableName: string, fence: Fence, now: number): Write {
  return {
    ConditionCheck: {
      TableName: tableName,
      Key: { ...keyOf(fence.dataset) },
      ConditionExpression: `${IS_OURS} AND expiresAt > :now`,
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ...ours(fence), ':now': now },
    },
  };
}

export function lostLease({ dataset, owner }: Fence): LandfallError {
  const message = `${dataset}: its lease is not ${owner}'s any more: it ran out, or another has it now`;
  return new LandfallError({ code: 'lost-lease', message, hint: 'whoever has the lease does the work' });
}

const keyOf = (dataset: string): Key => ({ pk: `lease#${dataset}`, sk: 'lease' });

const ours = ({ owner, token }: Fence) => ({ ':owner': owner, ':token': token });

function leaseOf(dataset: string, item: Item): Lease {
  const { owner, token, expiresAt } = item as unknown as Lease;
  return { dataset, owner, token, expiresAt };
}
