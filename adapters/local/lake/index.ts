/** The lake on a laptop: one DuckDB database, written by one process. */

import type { SelectedRows } from '../../../core/analyses/method.ts';
import type { Analysis } from '../../../core/analyses/types.ts';
import type { Learnt } from '../../../core/contracts/drift/evolve.ts';
import type { ColumnType, Contract } from '../../../core/contracts/types.ts';
import type { BulkJob, LedgerEntry, LoadBatch, LoadOutcome } from '../../../core/loads.ts';
import {
  type ChangedRows,
  changedRows,
  changedTogether,
  changeKey,
  MOST_CHANGED,
} from '../../../core/models/changed-rows.ts';
import type { Model } from '../../../core/models/types.ts';
import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type {
  Equality,
  Erasure,
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
import { plainValue, type ResultTable } from '../../../core/tabular.ts';
import type { Exported } from '../../../core/warehouse/types.ts';
import type { Database } from '../../duckdb/database.ts';
import { cleanName, quoted, text, timestamp } from '../../duckdb/names.ts';
import { parse } from '../../duckdb/parse.ts';
import type { ProtectKey } from '../../duckdb/protect-key.ts';
import type { FileSource } from '../../duckdb/settled.ts';
import { createCleanTables, createOps } from './catalog.ts';
import { Definitions } from './definitions.ts';
import { erase } from './erase.ts';
import { LEARNT, learntOf } from './evolved.ts';
import { loadBatch } from './load.ts';
import { trinoMacros } from './macros.ts';
import { changedName } from './merge.ts';
import { madeTables, refreshModel, writeResult } from './models.ts';
import { filesWithin } from './months.ts';
import { checkedRules, recordQuality } from './quality.ts';
import { writeStrays } from './strays.ts';
import { exportTable, tableStates } from './versions.ts';

export class DuckDBLake implements Lake {
  /** A refresh has every core as it is. */
  readonly refreshesAtOnce = 1;
  protected readonly database: Database;
  private readonly reader: LakeReader;
  private readonly source: FileSource;
  private readonly scratch: string;
  private readonly key: ProtectKey;
  /** By table and tracked columns: the values that changed in this run, or null where too many did. */
  private readonly changes = new Map<string, ChangedRows | null>();

  /** @param scratch where exports lie until whoever asked for them is done */
  constructor(database: Database, source: FileSource, scratch: string, key: ProtectKey) {
    this.database = database;
    this.reader = lakeReader(database);
    this.source = source;
    this.scratch = scratch;
    this.key = key;
  }

  async learnt(): Promise<Learnt> {
    // A lake that is about to be made has learnt nothing.
    return learntOf(await this.database.rows<{ table_name: string; column_name: string }>(LEARNT).catch(() => []));
  }

  async prepare(contracts: readonly Contract[], plans: readonly LoadPlan[]): Promise<void> {
    const definitions = await Definitions.open(this.database);
    const macros = trinoMacros();
    await definitions.ensure('macros', macros, () => this.database.run(macros));
    await createOps(this.database, definitions);
    for (const contract of contracts) await createCleanTables(this.database, definitions, contract, plans);
  }

  async ledger(dataset: string): Promise<readonly LedgerEntry[]> {
    return this.database.rows<LedgerEntry & Record<string, string>>(`SELECT source_file AS key, table_name AS "table",
      content_hash AS "contentHash", plan_hash AS "planHash", fingerprint FROM storage.ledger
      WHERE is_latest AND dataset = ${text(dataset)}`);
  }

  async filesWithin(plan: LoadPlan, range: RowRange): Promise<ReadonlySet<string>> {
    return filesWithin(this.database, plan, range);
  }

  async touch(entries: ReadonlyMap<string, string>): Promise<void> {
    for (const [key, fingerprint] of entries) {
      await this.database.run(
        `UPDATE storage.ledger SET fingerprint = ${text(fingerprint)} WHERE is_latest AND source_file = ${text(key)}`,
      );
    }
  }

  async stale(): Promise<ReadonlySet<string>> {
    const rows = await this.database.rows<{ table_name: string }>('SELECT DISTINCT table_name FROM storage.stale');
    return new Set(rows.map(({ table_name }) => table_name));
  }

  async unsettle(tables: readonly string[]): Promise<void> {
    if (tables.length === 0) return;
    await this.database.run(`INSERT INTO storage.stale VALUES ${tables.map((table) => `(${text(table)})`).join(', ')}`);
  }

  async settle(tables: readonly string[]): Promise<void> {
    if (tables.length === 0) return;
    await this.database.run(`DELETE FROM storage.stale WHERE table_name IN (${tables.map(text).join(', ')})`);
  }

  /** DuckDB reads files of any size, so nothing is left for a job to do. */
  async handOver(): Promise<BulkJob> {
    return { plan: '', result: '' };
  }

  async load(batch: LoadBatch): Promise<LoadOutcome> {
    const outcome = await loadBatch(this.database, batch, this.source, this.key, Date.now);
    if (outcome.change === 'rows') {
      for (const by of batch.trackBy) {
        const name = changedName(batch.plan, by);
        this.changes.set(changeKey(cleanName(batch.plan), by), await this.changedRows(`temp.${name}`, by));
      }
    }
    return outcome;
  }

  async erase(plan: LoadPlan, where: readonly Equality[], pretend: boolean): Promise<Erasure> {
    return erase(this.database, plan, where, this.key, pretend);
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

  async drop(table: string): Promise<void> {
    const [schema = '', name = ''] = table.split('.');
    const kinds = await this.database.rows<{ table_type: string }>(`SELECT table_type FROM information_schema.tables
      WHERE table_schema = ${text(schema)} AND table_name = ${text(name)}`);
    for (const { table_type } of kinds) {
      await this.database.run(`DROP ${table_type === 'VIEW' ? 'VIEW' : 'TABLE'} ${quoted(schema)}.${quoted(name)}`);
    }
    await this.undefine([table]);
    await this.database.run(`DELETE FROM storage.versions WHERE table_name = ${text(table)}`);
  }

  async undefine(tables: readonly string[]): Promise<void> {
    if (tables.length === 0) return;
    await this.database.run(`DELETE FROM storage.models WHERE table_name IN (${tables.map(text).join(', ')})`);
  }

  async define(made: ReadonlyMap<string, MadeTable>): Promise<void> {
    if (made.size === 0) return;
    const rows = [...made].map(([table, { definition, at, warned }]) => {
      const values = [at === null ? 'NULL' : timestamp(at), warned === null ? 'NULL' : text(JSON.stringify(warned))];
      return `(${[text(table), text(definition), ...values].join(', ')})`;
    });
    await this.database.transaction(async () => {
      await this.undefine([...made.keys()]);
      await this.database.run(`INSERT INTO storage.models VALUES ${rows.join(', ')}`);
    });
  }

  async refresh(model: Model, mode: RefreshMode, changedInputs: readonly string[]): Promise<RefreshOutcome> {
    const started = performance.now();
    const changed = mode === 'incremental' ? this.among(model, changedInputs) : null;
    const done = mode === 'incremental' && changed === null ? 'full' : mode;
    const warnings = await refreshModel(this.database, model, done, changed ?? []);
    const [warned, problems] = [warnings.map(([name]) => name), warnings.map(([, problem]) => problem)];
    if (done === 'incremental') this.changes.set(changeKey(model.table, model.by), changed);
    return { mode: done, elapsed: performance.now() - started, warnings: problems, warned };
  }

  async publish(analysis: Analysis, tables: ReadonlyMap<string, ResultTable | SelectedRows>): Promise<void> {
    await this.database.transaction(async () => {
      for (const [name, table] of tables) await writeResult(this.database, analysis, name, table);
    });
  }

  read(sql: string): Promise<ResultTable> {
    return this.reader.read(sql);
  }

  tables(): Promise<ReadonlyMap<string, TableState>> {
    return this.reader.tables();
  }

  async export(table: string, since?: string): Promise<Exported> {
    return exportTable(this.database, this.scratch, table, since);
  }

  async checkedRules(): Promise<ReadonlyMap<string, string>> {
    return checkedRules(this.database);
  }

  async recordQuality(books: QualityBooks): Promise<void> {
    await recordQuality(this.database, books);
  }

  async flush(): Promise<void> {
    const beside = await this.database.beside();
    try {
      await beside.run('CHECKPOINT');
    } finally {
      beside.connection.closeSync();
    }
  }

  async record(run: RunRecord): Promise<void> {
    const { runId, status, startedAt, finishedAt, errors, details } = run;
    const finished = finishedAt === null ? 'NULL' : timestamp(finishedAt);
    await this.database.transaction(async () => {
      await this.database.run(`UPDATE ops.runs SET status = 'failed', errors = '[{"code":"killed","message":"the run was killed"}]'
        WHERE status = 'running' AND run_id <> ${text(runId)}`);
      await this.database.run(`DELETE FROM ops.runs WHERE run_id = ${text(runId)}`);
      await this.database.run(`INSERT INTO ops.runs VALUES (${text(runId)}, ${text(status)}, ${timestamp(startedAt)},
        ${finished}, ${text(JSON.stringify(errors))}, ${text(details)})`);
    });
  }

  async recordStrays(runId: string, strays: readonly Stray[], looked: readonly string[] | null): Promise<void> {
    await writeStrays(this.database, runId, strays, looked);
  }

  private among(model: Model, changedInputs: readonly string[]): ChangedRows | null {
    return changedTogether(changedInputs.map((table) => this.changes.get(changeKey(table, model.by))));
  }

  private async changedRows(table: string, by: readonly string[]): Promise<ChangedRows | null> {
    const names = by.map(quoted).join(', ');
    return changedRows(await readTable(this.database, `SELECT ${names} FROM ${table} LIMIT ${MOST_CHANGED + 1}`));
  }
}

/** Questions that change nothing. */
export function lakeReader(database: Database): LakeReader {
  return {
    parse: (statements) => parse(database, statements),
    async columns() {
      const rows = await database.rows<{ name: string; columns: string[] }>(
        `SELECT schema_name || '.' || table_name AS name,
          list(column_name ORDER BY column_index) AS columns FROM duckdb_columns()
          WHERE NOT internal AND database_name = current_database() GROUP BY ALL`,
      );
      return new Map(rows.map(({ name, columns }) => [name, columns]));
    },
    models: () => madeTables(database),
    tables: () => tableStates(database),
    read: (sql) => readTable(database, sql),
  };
}

/** A small result, with dates and times as text and numbers as numbers. */
export async function readTable(database: Database, sql: string): Promise<ResultTable> {
  const reader = await database.answer(sql);
  const types = reader.columnTypes().map((type) => columnType(String(type)));
  const columns = reader.columnNames().map((name, index) => ({ name, type: types[index] ?? 'string' }));
  const rows = reader
    .getRowsJson()
    .map((row) => row.map((value, index) => plainValue(value, types[index] ?? 'string')));
  return { columns, rows };
}

function columnType(type: string): ColumnType {
  if (/^(TINYINT|SMALLINT|INTEGER)$/.test(type)) return 'integer';
  if (/^(BIGINT|HUGEINT|U.*INT.*)$/.test(type)) return 'bigint';
  if (/^(DOUBLE|FLOAT|DECIMAL.*)$/.test(type)) return 'double';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'DATE') return 'date';
  return type.startsWith('TIMESTAMP') ? 'timestamp' : 'string';
}
