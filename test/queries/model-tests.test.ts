/** Runs the unit tests that stand in the models' YAML: given rows → expected rows. */

import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../adapters/local/lake/database.ts';
import { localCatalog } from '../../adapters/local/lake/headers.ts';
import { DuckDBLake, readTable } from '../../adapters/local/lake/index.ts';
import { literal } from '../../adapters/local/lake/models.ts';
import { loadProject } from '../../adapters/local/project.ts';
import { ProtectKey } from '../../adapters/local/protect-key.ts';
import { conclude } from '../../core/analyses/methods.ts';
import type { Cell, Model, ModelTest } from '../../core/models/types.ts';
import { modelGraph } from '../../core/pipeline/model-graph.ts';
import { DatasetRefresh } from '../../core/pipeline/refresh.ts';
import { planLoad } from '../../core/plans/load-plan.ts';
import type { Ports } from '../../core/ports.ts';

const project = await loadProject();
let database: Database;

/** Every clean table, model and analysis, empty. */
beforeAll(async () => {
  database = await Database.open({ file: null, readOnly: false, spill: null });
  const protection = new ProtectKey({});
  const lake = new DuckDBLake(database, { pathOf: async () => '', changed: async () => null }, '', protection);
  const ports: Ports = {
    lake,
    landing: {
      list: async () => [],
      expect: () => undefined,
      inspect: async () => Promise.reject(new Error('nothing lands here')),
    },
    catalog: localCatalog(database),
    notifier: { notify: async () => undefined },
    analyst: { conclude: async (analysis, answer) => conclude(analysis, answer) },
    warehouse: null,
    report: { prepare: () => undefined, write: async () => '' },
    clock: { now: () => 0 },
    hasher: { hash: (text) => createHash('sha256').update(text).digest('hex') },
    protection,
    progress: { step: () => undefined },
  };
  const plans = project.contracts.flatMap((contract) =>
    contract.tables.map((table) => planLoad(contract, table, 'duckdb')),
  );
  await lake.prepare(project.contracts, plans);
  const graph = await modelGraph(ports, project);
  const books = { times: [], errors: [], warnings: [], failed: new Set<string>() };
  for (const { schema } of project.contracts) {
    const refresh = await DatasetRefresh.begin(ports, graph, { schema, changes: new Map(), full: true }, books);
    do await refresh.refreshModels();
    while (await refresh.finishAnalyses());
  }
  expect(books.errors).toEqual([]);
});
afterAll(() => database.close());

const models = project.models.map((model): [string, Model] => [model.table, model]);

describe.each(models)('%s', (_table, model) => {
  it('has a test', () => expect(model.tests.length).toBeGreaterThan(0));

  it.each(model.tests.map((test): [string, ModelTest] => [test.name, test]))('%s', async (_name, test) => {
    await database.run('BEGIN TRANSACTION');
    try {
      for (const [table, rows] of Object.entries(test.given)) await fill(table, rows);
      const { columns, rows } = await readTable(database, model.sql);
      const names = [...new Set(test.expect.flatMap((row) => Object.keys(row)))];
      for (const name of names) expect(columns.map((column) => column.name)).toContain(name);
      const found = rows.map((row) =>
        Object.fromEntries(
          names.map((name) => [name, comparable(row[columns.findIndex((column) => column.name === name)] ?? null)]),
        ),
      );
      const wanted = test.expect.map((row) =>
        Object.fromEntries(names.map((name) => [name, comparable(row[name] ?? null)])),
      );
      expect(sorted(found)).toEqual(sorted(wanted));
    } finally {
      await database.run('ROLLBACK');
    }
  });
});

/** Columns that are left out are null; a view gives way to a table of its shape. */
async function fill(table: string, rows: readonly Readonly<Record<string, Cell>>[]): Promise<void> {
  const types = await database.rows<{ column_name: string; column_type: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE ${table})`,
  );
  const view = await database.rows(
    `SELECT 1 FROM information_schema.tables WHERE table_schema || '.' || table_name = '${table}' AND table_type = 'VIEW'`,
  );
  if (view.length > 0) await database.run(`DROP VIEW ${table}`);
  else await database.run(`DROP TABLE ${table}`);
  await database.run(
    `CREATE TABLE ${table} (${types.map(({ column_name, column_type }) => `"${column_name}" ${column_type}`).join(', ')})`,
  );
  for (const row of rows) {
    for (const name of Object.keys(row)) expect(types.map(({ column_name }) => column_name)).toContain(name);
    const names = Object.keys(row).map((name) => `"${name}"`);
    await database.run(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')})`,
    );
  }
}

/** Doubles to twelve significant digits: the last ones depend on the order of addition. */
function comparable(value: Cell): Cell {
  return typeof value === 'number' ? Number(value.toPrecision(12)) : value;
}

function sorted(rows: Record<string, Cell>[]): Record<string, Cell>[] {
  const keys = rows.map((row) => JSON.stringify(Object.entries(row).sort()));
  return rows
    .map((row, index) => ({ row, key: keys[index] ?? '' }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row);
}
