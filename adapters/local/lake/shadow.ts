/**
 * A lake to plan on: the books of the real one and the shape of its tables, without their rows, in memory. What planning
 * writes is gone with it; the real lake is only read.
 */

import { existsSync } from 'node:fs';
import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { Catalog, RowRange } from '../../../core/ports.ts';
import { Database, stateFile } from '../../duckdb/database.ts';
import { quoted, text } from '../../duckdb/names.ts';
import type { ProtectKey } from '../../duckdb/protect-key.ts';
import { nothingLands } from '../landing.ts';
import { createOps, storageOf } from './catalog.ts';
import { Definitions } from './definitions.ts';
import { localCatalog } from './headers.ts';
import { DuckDBLake } from './index.ts';
import { filesWithin } from './months.ts';

/** What the real lake is called beside the shadow: as no schema is. */
const REAL = 'real lake';

/** Of these planning reads the rows. */
const BOOKS = ['evolved', 'headers', 'ledger', 'models', 'stale', 'versions'];

export class ShadowLake extends DuckDBLake {
  /** Tables of the real lake, by their quoted names: `storage."shop__sales"`. */
  private readonly real: ReadonlySet<string>;

  private constructor(database: Database, key: ProtectKey, real: ReadonlySet<string>) {
    super(database, nothingLands, '', key);
    this.real = real;
  }

  /**
   * @param state the state folder, which may not be there
   * @param onWait told once where another process writes to the lake
   */
  static async open(state: string, key: ProtectKey, onWait: (holder: string) => void): Promise<ShadowLake> {
    const database = await Database.open({ file: null, readOnly: false, spill: null });
    try {
      const file = stateFile(state);
      const real = existsSync(file) ? await copyShape(database, file, onWait) : new Set<string>();
      return new ShadowLake(database, key, real);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Where the table is not there as the contract has it now, its files load again anyway. */
  override async filesWithin(plan: LoadPlan, range: RowRange): Promise<ReadonlySet<string>> {
    if (!this.real.has(storageOf(plan))) return new Set();
    const found = await this.database.rows<{ name: string }>(`SELECT column_name AS name FROM duckdb_columns()
      WHERE database_name = ${text(REAL)} AND schema_name = 'storage'
        AND table_name = ${text(`${plan.schema}__${plan.table}`)} AND data_type IN ('DATE', 'TIMESTAMP')`);
    const columns = found.map(({ name }) => name);
    if (range.columns.some((name) => !columns.includes(name))) return new Set();
    return filesWithin(this.database, plan, range, REAL);
  }

  get catalog(): Catalog {
    return localCatalog(this.database);
  }

  close(): void {
    this.database.close();
  }
}

interface Named {
  readonly schema: string;
  readonly name: string;
}

async function copyShape(
  database: Database,
  file: string,
  onWait: (holder: string) => void,
): Promise<ReadonlySet<string>> {
  await database.attach(REAL, { file, onWait });
  await createOps(database, await Definitions.open(database));
  const tables = await database.rows<Named & { columns: string[] }>(`
    SELECT schema_name AS schema, table_name AS name,
      list('"' || replace(column_name, '"', '""') || '" ' || data_type ORDER BY column_index) AS columns
    FROM duckdb_columns() WHERE database_name = ${text(REAL)} AND NOT internal AND schema_name <> 'ops' GROUP BY ALL`);
  const names = new Set(tables.map(({ schema, name }) => `${schema}.${quoted(name)}`));
  // Clean tables are views over their storage, which planning makes itself.
  const isClean = ({ schema, name }: Named) => names.has(`storage.${quoted(`${schema}__${name}`)}`);
  const schemas = new Set(tables.map(({ schema }) => schema));
  const statements = [
    ...[...schemas].map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoted(schema)}`),
    ...tables
      .filter((table) => !isClean(table))
      .map(
        ({ schema, name, columns }) =>
          `CREATE TABLE IF NOT EXISTS ${quoted(schema)}.${quoted(name)} (${columns.join(', ')})`,
      ),
    ...BOOKS.filter((book) => names.has(`storage.${quoted(book)}`)).map(
      (book) => `INSERT INTO storage.${book} BY NAME SELECT * FROM ${quoted(REAL)}.storage.${book}`,
    ),
  ];
  await database.run(statements.join(';\n'));
  return names;
}
