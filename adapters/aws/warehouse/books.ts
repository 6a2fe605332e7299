/**
 * What the warehouse is known to hold, beside the ledger, so that a run with nothing to publish need not wake it to
 * learn that. It is gone before anything is written and made again after the commit: where it lies, it is true, and
 * where it does not, the warehouse is asked.
 */

import type { PublishedTable } from '../../../core/warehouse/types.ts';
import type { Facts } from '../ledger/types.ts';

export type Published = ReadonlyMap<string, PublishedTable>;

const FACT = 'published';

export class PublishedBooks {
  private readonly facts: Facts;
  private readonly group: string;

  /** @param namespace the warehouse's id: one that was made anew holds nothing */
  constructor(facts: Facts, namespace: string) {
    this.facts = facts;
    this.group = `warehouse/${namespace}`;
  }

  /** Null where only the warehouse can tell. */
  async read(): Promise<Published | null> {
    const known = (await this.facts.all(this.group)).get(FACT);
    return known === undefined ? null : new Map(known as [string, PublishedTable][]);
  }

  async write(published: Published): Promise<void> {
    await this.facts.put(this.group, new Map([[FACT, [...published]]]));
  }

  async clear(): Promise<void> {
    await this.facts.remove(this.group, [FACT]);
  }
}
