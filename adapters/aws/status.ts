/** What a status tells of a deployed stage: its lake by Athena, who works by the ledger, how runs ended by the state machine. */

import { SFNClient } from '@aws-sdk/client-sfn';
import type { Contract } from '../../core/contracts/types.ts';
import type { LakeReader } from '../../core/ports.ts';
import { LandfallError } from '../../core/problems.ts';
import { MOST_RUNS, shownTime } from '../../core/status/status.ts';
import type { StatusSource } from '../../core/status/types.ts';
import type { ResultColumn, ResultTable, Value } from '../../core/tabular.ts';
import { makeClient } from './clients.ts';
import { lakeReader } from './lake/reader.ts';
import { allKnown } from './lake/versions.ts';
import { holderOf } from './ledger/leases.ts';
import { type Execution, lastExecutions, visitsOf, whyFailed } from './run/executions.ts';
import { RunStore } from './run/store.ts';
import type { Stage } from './stage.ts';

/** @param warn is told what could not be asked: it keeps nobody from hearing the rest */
export function deployedStatus(
  stage: Stage,
  contracts: readonly Contract[],
  warn: (message: string) => void,
): { readonly source: StatusSource; readonly lake: LakeReader } {
  const schemas = contracts.map(({ schema }) => schema);
  const machine = makeClient(SFNClient, stage.connection);
  let executions: readonly Execution[] = [];
  const orElse = async <Answer>(other: Answer, ask: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof LandfallError)) throw error;
      warn(error.message);
      return other;
    }
  };
  const source: StatusSource = {
    ask: (questions) => Promise.all(questions.map((question) => stage.athena.read(question))),
    tables: () => countedTables(stage, schemas),
    runs: (books) =>
      orElse(books, async () => {
        executions = await lastExecutions(machine, stage.stateMachineArn, MOST_RUNS);
        return withExecutions(books, executions, (execution) => whyFailed(machine, execution));
      }),
    visits: (runId) => {
      const execution = executions.find((one) => one.runId === runId);
      return orElse({ ended: [], open: [] }, async () => {
        if (execution !== undefined) return visitsOf(machine, execution, stage.clock.now());
        // A run between scheduled ones is driven by events, and keeps its books itself.
        const found = runId === '' ? null : await new RunStore(stage.lake).read(runId);
        return { ended: found?.stored.session.states ?? [], open: [] };
      });
    },
    work: () =>
      orElse({ columns: WORK, rows: [] }, () =>
        workOn(
          stage,
          contracts.map(({ dataset }) => dataset),
        ),
      ),
  };
  return { source, lake: lakeReader({ ...stage, schemas }) };
}

/** The books, clean tables, and models that have a table of their own. */
async function countedTables(stage: Stage, schemas: readonly string[]): Promise<string[]> {
  const known = await allKnown(stage);
  const made = [...known.keys()].map((table) => table.slice(0, table.indexOf('.')));
  const found = await Promise.all(
    [...new Set([...schemas, ...made, 'ops'])].map(async (schema) => {
      const tables = await stage.glue.list(schema);
      const counted = tables.filter(
        ({ Name, TableType }) =>
          schema === 'ops' || TableType !== 'VIRTUAL_VIEW' || (known.get(`${schema}.${Name}`)?.place ?? null) !== null,
      );
      return counted.map(({ Name }) => `${schema}.${Name}`);
    }),
  );
  return found.flat().sort();
}

/** Executions that the books know nothing of, or take for running though they have ended: they were stopped or killed. */
async function withExecutions(
  { columns, rows }: ResultTable,
  executions: readonly Execution[],
  why: (execution: Execution) => Promise<string>,
): Promise<ResultTable> {
  const isTold = ([runId, status]: readonly Value[], execution: Execution) =>
    runId === execution.runId && (status !== 'running' || execution.status === 'running');
  const untold = executions.filter((execution) => !rows.some((row) => isTold(row, execution)));
  const added = await Promise.all(
    untold.map(async (execution): Promise<Value[]> => {
      const { runId, status, startedAt, finishedAt } = execution;
      const errors = status === 'failed' ? [{ code: 'run-failed', message: await why(execution) }] : [];
      const end = finishedAt === null ? null : shownTime(finishedAt);
      return [runId, status, shownTime(startedAt), end, JSON.stringify(errors)];
    }),
  );
  const replaced = new Set(untold.map(({ runId }) => runId));
  const all = [...rows.filter(([runId]) => !replaced.has(String(runId))), ...added];
  const startOf = (row: readonly Value[]) => String(row[2]);
  all.sort((a, b) => (startOf(a) < startOf(b) ? 1 : -1));
  return { columns, rows: all.slice(0, MOST_RUNS) };
}

const WORK: readonly ResultColumn[] = [
  { name: 'dataset', type: 'string' },
  { name: 'run_id', type: 'string' },
  { name: 'held_until', type: 'timestamp' },
  { name: 'is_awaited', type: 'boolean' },
  { name: 'open_batches', type: 'string' },
];

/** A batch that is open without a holder was left by a load that was killed: the next one brings it to its end. */
async function workOn({ table, ledger, clock }: Stage, datasets: readonly string[]): Promise<ResultTable> {
  const found = await Promise.all(
    datasets.map(async (dataset): Promise<Value[][]> => {
      const [holder, batches] = await Promise.all([holderOf(table, dataset, clock.now()), ledger.open(dataset)]);
      if (holder === null && batches.length === 0) return [];
      const open = batches.map(({ table: name, state }) => `${name}: ${state}`).join(', ');
      const until = holder === null ? null : shownTime(holder.expiresAt);
      return [[dataset, holder?.owner ?? null, until, holder?.isWaitedFor ?? false, open === '' ? null : open]];
    }),
  );
  return { columns: WORK, rows: found.flat() };
}
