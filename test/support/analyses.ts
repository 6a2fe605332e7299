/** Runs analyses on tables of made-up rows, by a real engine. */

import { Database } from '../../adapters/duckdb/database.ts';
import { ProtectKey } from '../../adapters/duckdb/protect-key.ts';
import { DuckDBLake } from '../../adapters/local/lake/index.ts';
import { nothingLands } from '../../adapters/local/landing.ts';
import { requireColumns } from '../../core/analyses/method.ts';
import { conclude, questionOf, readsOf } from '../../core/analyses/methods.ts';
import type { Analysis } from '../../core/analyses/types.ts';
import { literal } from '../../core/models/changed-rows.ts';
import { parseAnalyses } from '../../core/models/parse-analyses.ts';
import { formatProblem } from '../../core/problems.ts';
import type { ResultTable, Value } from '../../core/tabular.ts';
import type { Columns } from '../core/analyses/statistics.ts';

export type Rows = readonly Readonly<Record<string, Value>>[];

export class AnalysisBench {
  private readonly database: Database;

  private readonly lake: DuckDBLake;

  private constructor(database: Database, lake: DuckDBLake) {
    this.database = database;
    this.lake = lake;
  }

  static async open(): Promise<AnalysisBench> {
    const database = await Database.open({ file: null, readOnly: false, spill: null });
    const lake = new DuckDBLake(database, nothingLands, '', new ProtectKey({}));
    await lake.prepare([], []);
    await database.run('CREATE SCHEMA made_up');
    return new AnalysisBench(database, lake);
  }

  close(): void {
    this.database.close();
  }

  /** @param types by column; double where left out */
  async table(columns: Columns, types: Readonly<Record<string, string>> = {}): Promise<void> {
    const names = Object.keys(columns);
    const typed = names.map((name) => `"${name}" ${types[name] ?? 'DOUBLE'}`);
    await this.database.run(`CREATE OR REPLACE TABLE made_up.things (${typed.join(', ')})`);
    const length = columns[names[0] ?? '']?.length ?? 0;
    const rows = Array.from({ length }, (_, at) => `(${names.map((name) => cell(columns[name]?.[at])).join(', ')})`);
    if (length > 0) await this.database.run(`INSERT INTO made_up.things VALUES ${rows.join(', ')}`);
  }

  /** As a model that was a view leaves it. */
  async view(name: string): Promise<void> {
    await this.database.run(`DROP TABLE IF EXISTS made_up.${name}; CREATE VIEW made_up.${name} AS SELECT 1 AS one`);
  }

  /** @param yaml of the analysis, but for name, input and outputs. @returns by role, the rows of its tables */
  async run(yaml: string, roles: readonly string[]): Promise<Readonly<Record<string, Rows>>> {
    const analysis = anAnalysis(yaml, roles);
    const { columns } = await this.lake.read(`SELECT * FROM ${analysis.input} LIMIT 0`);
    requireColumns(analysis, readsOf(analysis), columns);
    const { tables } = conclude(analysis, await this.lake.read(questionOf(analysis)));
    for (const [role, table] of Object.entries(tables)) if ('rows' in table) requireNumbers(role, table);
    await this.lake.publish(analysis, new Map(Object.entries(tables)));
    const found: Record<string, Rows> = {};
    for (const role of Object.keys(tables))
      found[role] = records(await this.lake.read(`SELECT * FROM made_up.${role}`));
    return found;
  }
}

function anAnalysis(yaml: string, roles: readonly string[]): Analysis {
  const outputs = roles.map((role) => `${role}: ${role}`).join(', ');
  const lines = [`name: made`, 'input: made_up.things', ...yaml.trim().split('\n'), `outputs: {${outputs}}`];
  const text = `- ${lines.map((line) => line.trim()).join('\n  ')}\n`;
  const { analyses, problems } = parseAnalyses(text, 'analyses.yml', 'made-up');
  const [analysis] = analyses;
  if (analysis === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return analysis;
}

/** A lake would take what is no number for null, and nobody would see it. */
function requireNumbers(role: string, { columns, rows }: ResultTable): void {
  for (const row of rows) {
    const at = row.findIndex((value) => typeof value === 'number' && !Number.isFinite(value));
    if (at >= 0) throw new Error(`${role}.${columns[at]?.name} is ${row[at]}`);
  }
}

function records({ columns, rows }: ResultTable): Rows {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])));
}

/** NaN and infinity as such: what an engine computes may be either. */
function cell(value: Value | undefined): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return `CAST('${value}' AS DOUBLE)`;
  return literal(value ?? null);
}
