/** Unit tests of models: given rows, by the same SQL and engine as a run, in an empty lake that is only in memory. */

import { literal } from '../../core/models/changed-rows.ts';
import type { Cell, Model, ModelTest } from '../../core/models/types.ts';
import type { Project } from '../../core/project.ts';
import type { Database } from '../duckdb/database.ts';
import { emptyLake } from './empty-lake.ts';
import { readTable } from './lake/index.ts';

type Row = Readonly<Record<string, Cell>>;

export interface ModelTestResult {
  readonly model: Model;
  readonly test: ModelTest;
  /** Rows that were expected and did not come. */
  readonly missing: readonly Row[];
  /** Rows that came and were not expected, by the columns that the expected rows name. */
  readonly unexpected: readonly Row[];
  /** What kept the test from running: an unknown table or column. */
  readonly error: string | null;
}

export const isPassed = ({ missing, unexpected, error }: ModelTestResult) =>
  error === null && missing.length === 0 && unexpected.length === 0;

export class ModelTests {
  private readonly database: Database;

  private constructor(database: Database) {
    this.database = database;
  }

  /** @throws LandfallError where a model can't be made */
  static async open(project: Project): Promise<ModelTests> {
    return new ModelTests(await emptyLake(project));
  }

  close(): void {
    this.database.close();
  }

  async run(model: Model, test: ModelTest): Promise<ModelTestResult> {
    await this.database.run('BEGIN TRANSACTION');
    try {
      for (const [table, rows] of Object.entries(test.given)) await this.fill(table, rows);
      const { columns, rows } = await readTable(this.database, model.sql);
      const names = [...new Set(test.expect.flatMap((row) => Object.keys(row)))];
      const places = names.map((name) => columns.findIndex((column) => column.name === name));
      const unknown = names.filter((_, index) => (places[index] ?? -1) < 0);
      if (unknown.length > 0) throw new Error(`the model gives no column ${unknown.join(', ')}`);
      const found = rows.map(
        (row): Row => Object.fromEntries(names.map((name, index) => [name, row[places[index] ?? -1] ?? null])),
      );
      const expected = test.expect.map(
        (row): Row => Object.fromEntries(names.map((name) => [name, row[name] ?? null])),
      );
      return { model, test, missing: without(expected, found), unexpected: without(found, expected), error: null };
    } catch (error) {
      return {
        model,
        test,
        missing: [],
        unexpected: [],
        error: error instanceof Error ? error.message : String(error),
      };
    } finally {
      await this.database.run('ROLLBACK');
    }
  }

  /** Columns that are left out are null; a view gives way to a table of its shape. */
  private async fill(table: string, rows: readonly Row[]): Promise<void> {
    const types = await this.database.rows<{ column_name: string; column_type: string }>(
      `SELECT column_name, column_type FROM (DESCRIBE ${table})`,
    );
    const view = await this.database.rows(
      `SELECT 1 FROM information_schema.tables WHERE table_schema || '.' || table_name = '${table}' AND table_type = 'VIEW'`,
    );
    await this.database.run(`DROP ${view.length > 0 ? 'VIEW' : 'TABLE'} ${table}`);
    const columns = types.map(({ column_name, column_type }) => `"${column_name}" ${column_type}`);
    await this.database.run(`CREATE TABLE ${table} (${columns.join(', ')})`);
    for (const row of rows) {
      const unknown = Object.keys(row).filter((name) => !types.some(({ column_name }) => column_name === name));
      if (unknown.length > 0) throw new Error(`${table} has no column ${unknown.join(', ')}`);
      const names = Object.keys(row).map((name) => `"${name}"`);
      await this.database.run(
        `INSERT INTO ${table} (${names.join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')})`,
      );
    }
  }
}

/** The rows of one bag that the other lacks; equal rows count as often as they come. */
function without(rows: readonly Row[], others: readonly Row[]): Row[] {
  const left = new Map<string, number>();
  for (const row of others) left.set(keyOf(row), (left.get(keyOf(row)) ?? 0) + 1);
  return rows.filter((row) => {
    const count = left.get(keyOf(row)) ?? 0;
    left.set(keyOf(row), count - 1);
    return count <= 0;
  });
}

/** Doubles to twelve significant digits: the last ones depend on the order of addition. */
function keyOf(row: Row): string {
  const same = (value: Cell) => (typeof value === 'number' ? Number(value.toPrecision(12)) : value);
  return JSON.stringify(Object.entries(row).map(([name, value]) => [name, same(value)]));
}
