/** A lake that is only in memory, with every table of a project, and no row. */

import { modelGraph } from '../../core/pipeline/model-graph.ts';
import { DatasetRefresh } from '../../core/pipeline/refresh.ts';
import { planLoad } from '../../core/plans/load-plan.ts';
import type { Ports } from '../../core/ports.ts';
import { LandfallError } from '../../core/problems.ts';
import type { Project } from '../../core/project.ts';
import type { WarehouseColumn } from '../../core/warehouse/types.ts';
import { Database } from '../duckdb/database.ts';
import { ProtectKey } from '../duckdb/protect-key.ts';
import { localAnalyst } from './analyst.ts';
import { localCatalog } from './lake/headers.ts';
import { DuckDBLake } from './lake/index.ts';
import { tableStates } from './lake/versions.ts';
import { nothingLands } from './landing.ts';

/** By `schema.table`: what every table is made of, as far as that is known before data lands. */
export async function emptyColumns(project: Project): Promise<ReadonlyMap<string, readonly WarehouseColumn[]>> {
  const database = await emptyLake(project);
  try {
    return new Map([...(await tableStates(database))].map(([table, { columns }]) => [table, columns]));
  } finally {
    database.close();
  }
}

/**
 * Makes every clean table, model and result, empty; to be closed.
 *
 * @throws LandfallError where a model can't be made
 */
export async function emptyLake(project: Project): Promise<Database> {
  const database = await Database.open({ file: null, readOnly: false, spill: null });
  try {
    const ports = emptyPorts(database);
    const plans = project.contracts.flatMap((contract) =>
      contract.tables.map((table) => planLoad(contract, table, 'duckdb')),
    );
    await ports.lake.prepare(project.contracts, plans);
    const graph = await modelGraph(ports, project);
    const books = { times: [], errors: [], warnings: [], failed: new Set<string>() };
    for (const { schema } of project.contracts) {
      const refresh = await DatasetRefresh.begin(ports, graph, { schema, changes: new Map(), full: true }, books);
      do await refresh.refreshModels();
      while (await refresh.finishAnalyses());
    }
    if (books.errors.length > 0) throw new LandfallError(books.errors);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Nothing lands, and nobody is told. */
function emptyPorts(database: Database): Ports {
  const protection = new ProtectKey({});
  return {
    lake: new DuckDBLake(database, nothingLands, '', protection),
    landing: nothingLands,
    catalog: localCatalog(database),
    notifier: { notify: async () => undefined },
    analyst: localAnalyst(undefined),
    warehouse: null,
    report: { prepare: () => undefined, answers: (questions, ask) => ask(questions), write: async () => '' },
    clock: { now: () => 0 },
    hasher: { hash: (text) => text },
    protection,
    progress: { step: () => undefined },
  };
}
