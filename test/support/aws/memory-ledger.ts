/** The ledger and its leases' fences in memory: what DynamoDB's conditional writes promise, without it. */

import type { BatchItem, BatchState, Fence, FileItem, Ledger } from '../../../adapters/aws/ledger/types.ts';
import { LandfallError } from '../../../core/problems.ts';

export class MemoryLedger implements Ledger {
  readonly batches = new Map<string, BatchItem>();
  readonly items = new Map<string, FileItem>();
  private readonly step: () => Promise<void>;
  private loads = 0;
  private token = 0;

  /** @param step called before each write */
  constructor(step: () => Promise<void> = async () => undefined) {
    this.step = step;
  }

  /** A new holder of the data set's lease; the one before it writes nothing any more. */
  take(dataset: string, owner: string): Fence {
    this.token += 1;
    return { dataset, owner, token: this.token };
  }

  async files(dataset: string): Promise<readonly FileItem[]> {
    return [...this.items.values()].filter((item) => item.dataset === dataset);
  }

  async putFiles(files: readonly FileItem[], fence: Fence): Promise<void> {
    await this.write(fence);
    for (const file of files) this.items.set(file.key, structuredClone(file));
  }

  async touch(_dataset: string, fingerprints: ReadonlyMap<string, string>): Promise<void> {
    for (const [key, fingerprint] of fingerprints) {
      const item = this.items.get(key);
      if (item !== undefined) this.items.set(key, { ...item, latest: { ...item.latest, fingerprint } });
    }
  }

  async claim(dataset: string, table: string, runId: string, loads: number, fence: Fence): Promise<BatchItem> {
    await this.write(fence);
    const batchId = `batch-${String(this.batches.size + 1).padStart(6, '0')}`;
    const item = { dataset, table, batchId, runId, state: 'claimed' as const, firstLoad: this.loads + 1, loads };
    this.loads += loads;
    this.batches.set(batchId, item);
    return item;
  }

  async advance(batch: BatchItem, to: BatchState, fence: Fence): Promise<BatchItem> {
    await this.write(fence);
    if (this.batches.get(batch.batchId)?.state !== batch.state) {
      throw new LandfallError({ code: 'batch-moved', message: `${batch.batchId} is not ${batch.state} any more` });
    }
    const moved = { ...batch, state: to };
    this.batches.set(batch.batchId, moved);
    return moved;
  }

  async open(dataset: string): Promise<readonly BatchItem[]> {
    return [...this.batches.values()].filter(
      (item) => item.dataset === dataset && item.state !== 'done' && item.state !== 'abandoned',
    );
  }

  private async write({ token, dataset }: Fence): Promise<void> {
    await this.step();
    if (token === this.token) return;
    throw new LandfallError({ code: 'lost-lease', message: `the lease of ${dataset} is another's` });
  }
}
