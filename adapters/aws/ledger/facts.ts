import { packed, sizeOf, unpacked } from './packed.ts';
import type { LedgerTable } from './table.ts';
import type { Facts } from './types.ts';

/** In the ledger's table, a partition a group. */
export class TableFacts implements Facts {
  private readonly table: LedgerTable;

  constructor(table: LedgerTable) {
    this.table = table;
  }

  async all(group: string): Promise<ReadonlyMap<string, unknown>> {
    const items = await this.table.all(pkOf(group));
    return new Map(items.map(({ sk, fact }) => [sk, unpacked(fact)]));
  }

  async put(group: string, facts: ReadonlyMap<string, unknown>): Promise<void> {
    const items = [...facts].map(([sk, fact]) => ({ pk: pkOf(group), sk, fact: packed(fact) }));
    for (const item of items) sizeOf(item);
    await this.table.write(
      `facts of ${group}`,
      items.map((Item) => ({ PutRequest: { Item } })),
    );
  }

  async remove(group: string, names: readonly string[]): Promise<void> {
    await this.table.write(
      `facts of ${group}`,
      [...new Set(names)].map((sk) => ({ DeleteRequest: { Key: { pk: pkOf(group), sk } } })),
    );
  }
}

const pkOf = (group: string) => `facts#${group}`;
