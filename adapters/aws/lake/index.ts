/** The lake on AWS: Iceberg tables and views that Athena makes and reads, beside books of small objects. */

import type { SelectedRows } from '../../../core/analyses/method.ts';
import type { Analysis } from '../../../core/analyses/types.ts';
import type { Learnt } from '../../../core/contracts/drift/evolve.ts';
import type { Contract } from '../../../core/contracts/types.ts';
import type { BulkBatch, BulkJob, LedgerEntry, LoadBatch, LoadOutcome } from '../../../core/loads.ts';
import type { Model } from '../../../core/models/types.ts';
import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type {
  Lake,
  LakeReader,
  MadeTable,
  RefreshMode,
  RefreshOutcome,
  RowRange,
  RunRecord,
  TableState,
} from '../../../core/ports.ts';
import type { QualityBooks } from '../../../core/quality/types.ts';
import type { Stray } from '../../../core/strays.ts';
import type { ResultTable } from '../../../core/tabular.ts';
import type { Exported } from '../../../core/warehouse/types.ts';
import { type LakeContext, REFRESHES_AT_ONCE } from './context.ts';
import { exportTable } from './export.ts';
import { AthenaLoads, type LoadSettings } from './load/loads.ts';
import { refreshTable, refreshView } from './models.ts';
import { checkedRules, recordQuality, recordRun, recordStrays } from './ops.ts';
import { lakeReader, MODELS } from './reader.ts';
import { publishResults } from './results.ts';
import { sweep } from './version-tables.ts';
import { changedIn, forget, known, newVersion, noteChanged, renew } from './versions.ts';

/** What loading needs beside. */
export type Loading = Omit<LoadSettings, keyof LakeContext | 'unsettle' | 'renew'>;

/** Tables whose last change has not reached all that reads them. */
const STALE = 'stale';

export class AthenaLake implements Lake {
  readonly refreshesAtOnce = REFRESHES_AT_ONCE;
  protected readonly context: LakeContext;
  private readonly loads: AthenaLoads;
  private readonly reader: LakeReader;

  constructor(context: LakeContext, loading: Loading) {
    this.context = context;
    this.reader = lakeReader(context);
    this.loads = new AthenaLoads({
      ...context,
      ...loading,
      unsettle: (tables) => this.unsettle(tables),
      renew: (table, columns, seed) => renew(context, table, columns, { version: newVersion({ work: seed }) }),
    });
  }

  learnt(): Promise<Learnt> {
    return this.loads.learnt();
  }

  prepare(contracts: readonly Contract[], plans: readonly LoadPlan[]): Promise<void> {
    return this.loads.prepare(contracts, plans);
  }

  ledger(dataset: string): Promise<readonly LedgerEntry[]> {
    return this.loads.ledger(dataset);
  }

  filesWithin(plan: LoadPlan, range: RowRange): Promise<ReadonlySet<string>> {
    return this.loads.filesWithin(plan, range);
  }

  touch(fingerprints: ReadonlyMap<string, string>): Promise<void> {
    return this.loads.touch(fingerprints);
  }

  handOver(dataset: string, batches: readonly BulkBatch[]): Promise<BulkJob | null> {
    return this.loads.handOver(dataset, batches);
  }

  async load(batch: LoadBatch): Promise<LoadOutcome> {
    const { changed, ...outcome } = await this.loads.load(batch);
    const table = `${batch.plan.schema}.${batch.plan.table}`;
    for (const { by, rows } of changed) await noteChanged(this.context, table, by, rows);
    return outcome;
  }

  erase(plan: LoadPlan): Promise<never> {
    return this.loads.erase(plan);
  }

  async stale(): Promise<ReadonlySet<string>> {
    return new Set((await this.context.facts.all(STALE)).keys());
  }

  async unsettle(tables: readonly string[]): Promise<void> {
    if (tables.length > 0) await this.context.facts.put(STALE, new Map(tables.map((table) => [table, true])));
  }

  async settle(tables: readonly string[]): Promise<void> {
    if (tables.length > 0) await this.context.facts.remove(STALE, tables);
  }

  parse(statements: readonly string[]): Promise<readonly unknown[]> {
    return this.reader.parse(statements);
  }

  columns(): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.reader.columns();
  }

  models(): Promise<ReadonlyMap<string, MadeTable>> {
    return this.reader.models();
  }

  async define(made: ReadonlyMap<string, MadeTable>): Promise<void> {
    if (made.size > 0) await this.context.facts.put(MODELS, made);
  }

  async undefine(tables: readonly string[]): Promise<void> {
    if (tables.length > 0) await this.context.facts.remove(MODELS, tables);
  }

  async drop(table: string): Promise<void> {
    const [schema = '', name = ''] = table.split('.');
    await this.context.glue.remove(schema, name);
    await sweep(this.context, table, []);
    await forget(this.context, table);
    await this.undefine([table]);
  }

  async refresh(model: Model, mode: RefreshMode, changedInputs: readonly string[]): Promise<RefreshOutcome> {
    const { context } = this;
    const started = context.now();
    const changed = mode === 'incremental' ? await changedIn(context, changedInputs, model.by) : null;
    const isWhole = changed === null || ((await known(context, model.table))?.place ?? null) === null;
    const warnings =
      mode === 'view'
        ? await refreshView(context, model)
        : await refreshTable(context, model, isWhole ? null : changed);
    const done = mode === 'incremental' && isWhole ? 'full' : mode;
    if (done === 'incremental') await noteChanged(context, model.table, model.by, changed);
    return {
      mode: done,
      elapsed: context.now() - started,
      warnings: warnings.map(([, problem]) => problem),
      warned: warnings.map(([name]) => name),
    };
  }

  async publish(analysis: Analysis, tables: ReadonlyMap<string, ResultTable | SelectedRows>): Promise<void> {
    await publishResults(this.context, analysis, tables);
  }

  read(sql: string): Promise<ResultTable> {
    return this.reader.read(sql);
  }

  tables(): Promise<ReadonlyMap<string, TableState>> {
    return this.reader.tables();
  }

  export(table: string, since?: string): Promise<Exported> {
    return exportTable(this.context, table, since);
  }

  checkedRules(): Promise<ReadonlyMap<string, string>> {
    return checkedRules(this.context);
  }

  recordQuality(books: QualityBooks): Promise<void> {
    return recordQuality(this.context, books);
  }

  /** Every write is at rest when it is done. */
  async flush(): Promise<void> {}

  record(run: RunRecord): Promise<void> {
    return recordRun(this.context, run);
  }

  recordStrays(runId: string, strays: readonly Stray[], looked: readonly string[] | null): Promise<void> {
    return recordStrays(this.context, runId, strays, looked);
  }
}
