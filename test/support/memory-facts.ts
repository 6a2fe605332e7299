/** Facts in memory. What is kept is copied, as it would be on its way to a table and back. */

import type { Facts } from '../../adapters/aws/ledger/types.ts';

export class MemoryFacts implements Facts {
  private readonly groups = new Map<string, Map<string, string>>();

  async all(group: string): Promise<ReadonlyMap<string, unknown>> {
    return new Map([...(this.groups.get(group) ?? [])].map(([name, fact]) => [name, JSON.parse(fact)]));
  }

  async put(group: string, facts: ReadonlyMap<string, unknown>): Promise<void> {
    const known = this.groups.get(group) ?? new Map<string, string>();
    for (const [name, fact] of facts) known.set(name, JSON.stringify(fact));
    this.groups.set(group, known);
  }

  async remove(group: string, names: readonly string[]): Promise<void> {
    for (const name of names) this.groups.get(group)?.delete(name);
  }

  clear(): void {
    this.groups.clear();
  }
}
