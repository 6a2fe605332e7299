/** What of the lake's port is about loading: tables, files, batches. */

import type { Learnt } from '../../../../core/contracts/drift/evolve.ts';
import type { Contract } from '../../../../core/contracts/types.ts';
import type { BulkBatch, BulkJob, LedgerEntry, LoadBatch } from '../../../../core/loads.ts';
import type { LoadPlan } from '../../../../core/plans/load-plan.ts';
import type { Lake, RowRange } from '../../../../core/ports.ts';
import { LandfallError } from '../../../../core/problems.ts';
import { cleanName } from '../../../duckdb/names.ts';
import type { Fence } from '../../ledger/types.ts';
import { handOver } from './bulk.ts';
import { loadBatch } from './index.ts';
import { learntColumns } from './learnt.ts';
import { filesWithin } from './months.ts';
import { prepareTables } from './prepare.ts';
import type { AthenaLoadOutcome, LoadContext } from './types.ts';

export interface LoadSettings extends Omit<LoadContext, 'fence'> {
  readonly runId: string;
  /** Of the data set's lease, which the caller holds. @throws LandfallError `lost-lease` */
  readonly fence: (dataset: string) => Promise<Fence>;
}

export class AthenaLoads
  implements Pick<Lake, 'learnt' | 'prepare' | 'ledger' | 'filesWithin' | 'touch' | 'handOver' | 'erase'>
{
  private readonly settings: LoadSettings;

  constructor(settings: LoadSettings) {
    this.settings = settings;
  }

  learnt(): Promise<Learnt> {
    return learntColumns(this.settings.facts);
  }

  prepare(contracts: readonly Contract[], plans: readonly LoadPlan[]): Promise<void> {
    return prepareTables(this.settings, contracts, plans, (dataset) => this.contextOf(dataset));
  }

  async ledger(dataset: string): Promise<readonly LedgerEntry[]> {
    return (await this.settings.ledger.files(dataset)).map(({ latest }) => {
      const { key, table, contentHash, planHash, fingerprint } = latest;
      return { key, table, contentHash, planHash, fingerprint };
    });
  }

  filesWithin(plan: LoadPlan, range: RowRange): Promise<ReadonlySet<string>> {
    return filesWithin(this.settings, plan, range);
  }

  async touch(fingerprints: ReadonlyMap<string, string>): Promise<void> {
    const datasets = new Set([...fingerprints.keys()].map(datasetOf));
    for (const dataset of datasets) {
      const own = [...fingerprints].filter(([key]) => datasetOf(key) === dataset);
      await this.settings.ledger.touch(dataset, new Map(own));
    }
  }

  async handOver(dataset: string, batches: readonly BulkBatch[]): Promise<BulkJob | null> {
    return handOver(await this.contextOf(dataset), dataset, batches);
  }

  /** @returns its outcome, and the values by which models can follow its changes */
  async load(batch: LoadBatch): Promise<AthenaLoadOutcome> {
    return loadBatch(await this.contextOf(batch.plan.dataset), batch);
  }

  /** @throws LandfallError `not-on-aws` */
  async erase(plan: LoadPlan): Promise<never> {
    throw new LandfallError({
      code: 'not-on-aws',
      message: `${cleanName(plan)}: rows can't be erased on AWS yet: staged files, the clean table's snapshots and the books would keep them`,
      hint: 'remove the files that have them from the landing bucket, and make the table anew, as docs/deploy.md says',
    });
  }

  private async contextOf(dataset: string): Promise<LoadContext & { readonly runId: string }> {
    return { ...this.settings, fence: await this.settings.fence(dataset) };
  }
}

const datasetOf = (key: string) => key.slice(0, key.indexOf('/'));
