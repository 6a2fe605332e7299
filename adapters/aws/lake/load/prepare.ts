/**
 * Makes the tables that loads write, and gives those of an older contract today's columns: new ones are added; where one
 * has another type, or is gone, the staged rows are written anew and the clean table is made of them.
 */

import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contract, TableContract } from '../../../../core/contracts/types.ts';
import { BUSY } from '../../../../core/pipeline/session.ts';
import { TYPE_NAME } from '../../../../core/plans/dialect.ts';
import type { LoadPlan } from '../../../../core/plans/load-plan.ts';
import { problemCode } from '../../../../core/problems.ts';
import { Database } from '../../../duckdb/database.ts';
import { cleanName, pathText, quoted } from '../../../duckdb/names.ts';
import { listLoads, partitionOf, writeBatch } from './objects.ts';
import { copyParquet, hasNegativeZero } from './parquet.ts';
import { settle, settleOpen } from './settle.ts';
import { ARRIVED, LINEAGE, shapeOf, stagedFolder, type TableShape } from './shape.ts';
import { addMissing, cleanColumns, createClean, ddlName, isMade, stagedTables } from './tables.ts';
import { listed } from './targets.ts';
import type { Batch, EngineSettings, SettleContext } from './types.ts';

export interface PrepareContext extends SettleContext {
  readonly runId: string;
  readonly engine?: EngineSettings;
  readonly now: () => number;
}

/** By table: the definition that it was made by, or that it is being made anew. */
const GROUP = 'tables';
const REMAKING = 'remaking';

/**
 * What is as it was defined costs one look into the facts. A table that can be read as it is, of a data set that another
 * run works on, is left to that run, which has prepared it or is about to.
 *
 * @param contextOf what a data set's tables are prepared with, under its lease
 * @throws TransientError `lease-busy` where a table that another run works on lacks what today's contract has
 */
export async function prepareTables(
  { facts, glue }: Pick<PrepareContext, 'facts' | 'glue'>,
  contracts: readonly Contract[],
  plans: readonly LoadPlan[],
  contextOf: (dataset: string) => Promise<PrepareContext>,
): Promise<void> {
  const made = await facts.all(GROUP);
  for (const contract of contracts) {
    for (const plan of plans.filter(({ dataset }) => dataset === contract.dataset)) {
      const table = contract.tables.find(({ name }) => name === plan.table);
      if (table === undefined) continue;
      const shape = shapeOf(plan, () => true);
      const definition = createHash('sha256').update(JSON.stringify(shape)).digest('hex');
      const known = made.get(cleanName(plan));
      if (known === definition) continue;
      const context = await contextOf(contract.dataset).catch(async (error: unknown) => {
        if (problemCode(error) === BUSY && known !== REMAKING && (await isMade({ glue }, shape))) return null;
        throw error;
      });
      if (context === null) continue;
      await prepareTable(context, shape, table, known === REMAKING);
      await context.renew(cleanName(plan), [...shape.columns, ...LINEAGE], `${definition} ${context.runId}`);
      await facts.put(GROUP, new Map([[cleanName(plan), definition]]));
    }
  }
}

async function prepareTable(
  context: PrepareContext,
  shape: TableShape,
  table: TableContract,
  isRemaking: boolean,
): Promise<void> {
  const { athena, objects } = context;
  const have = await cleanColumns(context, shape);
  if (have === null && !isRemaking) {
    await athena.run(`CREATE SCHEMA IF NOT EXISTS ${ddlName({ schema: shape.schema })}`);
    await athena.run(createClean(objects.bucket, shape, table));
    await addMissing(context, shape, shape.columns);
    return;
  }
  const wanted = new Map(shape.columns.map(({ name, type }) => [name, type as string]));
  const isSame = (have ?? []).every(({ name, type }) => wanted.get(name) === type);
  if (isSame && !isRemaking) await addMissing(context, shape, have ?? []);
  else await remake(context, shape, table);
}

/** A kill on the way begins it again: what is written anew stays what it is when it is written anew once more. */
async function remake(context: PrepareContext, shape: TableShape, table: TableContract): Promise<void> {
  const { athena, glue, objects, ledger, fence, facts, runId, now } = context;
  const name = `${shape.schema}.${shape.table}`;
  await settleOpen(context, shape.dataset);
  await facts.put(GROUP, new Map([[name, REMAKING]]));
  await restage(context, shape);
  for (const { database, input } of stagedTables(objects.bucket, shape)) await glue.put(database, input);
  await athena.run(`DROP TABLE IF EXISTS ${ddlName(shape)}`);
  await athena.run(createClean(objects.bucket, shape, table));
  const item = await ledger.claim(shape.dataset, shape.table, runId, 0, fence);
  const files = (await ledger.files(shape.dataset)).filter(({ current }) => current?.table === shape.table);
  const kept = files.flatMap(({ key, current }) => (current === null ? [] : [{ key, ...current }]));
  const target = { shape, batch: partitionOf(item, shape), mayChange: kept.length > 0, gone: [] };
  await listLoads(objects, target.batch, listed(shape, [], kept, [], 'new'));
  const at = now();
  const batch: Batch = {
    ...NO_LOADS,
    batchId: item.batchId,
    runId,
    dataset: shape.dataset,
    table: shape.table,
    startedAt: at,
    finishedAt: at,
    targets: [target],
    // What the old shape had and this one lacks is gone: whichever contract loads next, it reads the files again.
    files: files.map((file) => ({ ...file, latest: { ...file.latest, planHash: '' } })),
  };
  await writeBatch(objects, batch);
  await settle(context, await ledger.advance(item, 'staged', fence), batch);
}

const NO_LOADS = {
  loads: [],
  drift: [],
  replays: [],
  superseded: [],
  retold: [],
  staged: { quarantine: false, drift_values: false },
  isProtected: false,
  learnt: [],
  trackBy: [],
  outcome: { refusals: [], left: [], drift: [] },
} as const;

/** Gives staged objects the columns of today; a value that has no counterpart in the new type is null. */
async function restage({ objects, scratch, engine }: PrepareContext, shape: TableShape): Promise<void> {
  await mkdir(scratch, { recursive: true });
  const database = await Database.open({ file: null, readOnly: false, spill: join(scratch, 'spill'), ...engine });
  const [before, after] = [join(scratch, 'restaged-from.parquet'), join(scratch, 'restaged.parquet')];
  try {
    for await (const { key } of objects.list(stagedFolder(shape))) {
      // Where the bulk job made folders there may be markers of them.
      if (!key.endsWith('.parquet')) continue;
      await objects.download(key, before);
      const from = `read_parquet(${pathText(before)})`;
      const found = await database.rows<{ column_name: string; column_type: string }>(
        `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`,
      );
      const types = new Map(found.map(({ column_name, column_type }) => [column_name, column_type]));
      const other = shape.columns.filter(
        ({ name, type }) => types.has(name) && types.get(name) !== TYPE_NAME[type].duckdb,
      );
      if (other.length === 0) continue;
      const kept = shape.columns.filter(({ name }) => types.has(name));
      const values = kept.map(
        ({ name, type }) => `TRY_CAST(${quoted(name)} AS ${TYPE_NAME[type].duckdb}) AS ${quoted(name)}`,
      );
      const lineage = [...LINEAGE, ARRIVED].map(({ name }) => quoted(name));
      const today = `SELECT ${[...values, ...lineage].join(', ')} FROM ${from}`;
      const isSigned = await hasNegativeZero(database, today, kept);
      await copyParquet(database, `${today} ORDER BY _row_number`, after, isSigned);
      await objects.upload(key, after);
    }
  } finally {
    database.close();
    for (const path of [before, after]) await rm(path, { force: true });
  }
}
