/** The loads of the lake on AWS with their AWS played by a folder, by memory and by DuckDB, in a test's lake. */

import { join } from 'node:path';
import { AthenaLoads, type LoadSettings } from '../../../adapters/aws/lake/load/loads.ts';
import type { Lake, MadeTable } from '../../../core/ports.ts';
import type { LakeParts, OtherLake } from '../lake-ports.ts';
import { MemoryFacts } from '../memory-facts.ts';
import { DuckAthena } from './duck-athena.ts';
import { FolderStore } from './folder-store.ts';
import { MemoryLedger } from './memory-ledger.ts';

const NO_MODELS: ReadonlyMap<string, MadeTable> = new Map();

/** What stands in the way of a load: whatever is thrown here ends it there, as a kill would. */
export interface Faults {
  /** How many more effects there are before the function is killed. */
  left: number;
}

export class AwsTwin implements OtherLake {
  readonly lake: Lake;
  readonly store: FolderStore;
  readonly ledger: MemoryLedger;
  readonly facts = new MemoryFacts();
  readonly faults: Faults = { left: Number.POSITIVE_INFINITY };
  readonly stale = new Set<string>();
  /** Effects so far. */
  effects = 0;
  owner = 'function';
  private functions = 0;
  athena: DuckAthena | undefined;
  loads: AthenaLoads | undefined;
  private readonly parts: LakeParts;

  constructor(parts: LakeParts) {
    this.parts = parts;
    const step = async () => {
      this.effects += 1;
      this.faults.left -= 1;
      if (this.faults.left < 0) throw new Error('killed');
      const { sleeps } = this;
      if (sleeps === undefined || this.effects < sleeps.at) return;
      this.sleeps = undefined;
      await sleeps.meanwhile();
    };
    this.store = new FolderStore(join(parts.root, 'bucket'), step);
    this.ledger = new MemoryLedger(step);
    const loads = () => this.open(step);
    this.lake = {
      learnt: async () => (await loads()).learnt(),
      prepare: async (contracts, plans) => (await loads()).prepare(contracts, plans),
      ledger: async (dataset) => (await loads()).ledger(dataset),
      filesWithin: async (plan, range) => (await loads()).filesWithin(plan, range),
      touch: async (fingerprints) => (await loads()).touch(fingerprints),
      handOver: async (dataset, batches) => (await loads()).handOver(dataset, batches),
      load: async (batch) => (await loads()).load(batch),
      erase: async (plan) => (await loads()).erase(plan),
      stale: async () => this.stale,
      settle: async (tables) => {
        for (const table of tables) this.stale.delete(table);
      },
      parse: async () => [],
      columns: async () => new Map(),
      models: async () => NO_MODELS,
      define: async () => undefined,
      undefine: async () => undefined,
    } satisfies Partial<Lake> as unknown as Lake;
  }

  readonly rows = async <Row>(sql: string): Promise<Row[]> => {
    await this.athena?.refresh('landfall_tables');
    return this.parts.database.rows<Row>(sql);
  };

  private sleeps: { readonly at: number; readonly meanwhile: () => Promise<void> } | undefined;

  /** The function falls asleep before its nth effect from here on, and wakes when this is done. */
  pause(at: number, meanwhile: () => Promise<void>): void {
    this.sleeps = { at: this.effects + at, meanwhile };
  }

  readonly killed = async (after: number, work: () => Promise<unknown>): Promise<void> => {
    this.faults.left = after;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Error && error.message === 'killed')) throw error;
    } finally {
      this.restart();
    }
  };

  /** As by a new function: nothing but what is kept is known. */
  restart(): void {
    this.faults.left = Number.POSITIVE_INFINITY;
    this.loads = undefined;
  }

  private async open(step: () => Promise<void>): Promise<AthenaLoads> {
    const { database, root, landing, source, protection } = this.parts;
    this.athena ??= await DuckAthena.open(database, this.store, step);
    // Each function takes the lease anew.
    if (this.loads === undefined) this.functions += 1;
    this.loads ??= await this.begin(this.athena, {
      source: { ...source, addressOf: ({ key }) => join(landing, key) },
      key: protection,
      scratch: join(root, `function-${this.functions}`),
    });
    return this.loads;
  }

  async begin(
    athena: DuckAthena,
    own: Pick<LoadSettings, 'source' | 'key' | 'scratch'>,
    settings: Partial<LoadSettings> = {},
  ): Promise<AthenaLoads> {
    const fences = new Map<string, ReturnType<MemoryLedger['take']>>();
    return new AthenaLoads({
      ...own,
      athena,
      glue: athena.glue,
      objects: this.store,
      ledger: this.ledger,
      facts: this.facts,
      runId: 'prepared',
      unsettle: async (tables) => {
        for (const table of tables) this.stale.add(table);
      },
      renew: async () => undefined,
      now: Date.now,
      fence: async (dataset) => {
        const fence = fences.get(dataset) ?? this.ledger.take(dataset, this.owner);
        fences.set(dataset, fence);
        return fence;
      },
      ...settings,
    });
  }
}
