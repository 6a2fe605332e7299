/**
 * Athena's and the Glue catalog's part in a load, played by DuckDB: the statements are those that Athena is sent, word for
 * word but for the few of DDL. Real engines run them in test/engines; here they run often enough to be drawn at random.
 */

import { randomUUID } from 'node:crypto';
import type { Table, TableInput } from '@aws-sdk/client-glue';
import type { Athena, QueryBooks, RunOptions } from '../../../adapters/aws/athena/types.ts';
import { bookTables, bookViews, type Definition } from '../../../adapters/aws/lake/definitions.ts';
import { NO_DICTIONARIES } from '../../../adapters/aws/lake/load/parquet.ts';
import { loadTables } from '../../../adapters/aws/lake/load/tables.ts';
import type { Database } from '../../../adapters/duckdb/database.ts';
import { readTable } from '../../../adapters/local/lake/index.ts';
import type { ResultTable } from '../../../core/tabular.ts';
import type { FolderStore } from './folder-store.ts';

const MACROS = `
CREATE OR REPLACE MACRO to_utf8(t) AS t;
CREATE OR REPLACE MACRO xxhash64(t) AS hash(t);
CREATE OR REPLACE MACRO from_big_endian_64(h) AS h;
CREATE OR REPLACE MACRO json_format(j) AS CAST(j AS VARCHAR);`;

const TYPES: Readonly<Record<string, string>> = { string: 'VARCHAR' };

export class DuckAthena implements Athena {
  readonly books: QueryBooks[] = [];
  /** Every statement that was run, and not found again by its token. */
  readonly statements: string[] = [];
  private readonly database: Database;
  private readonly store: FolderStore;
  private readonly step: () => Promise<void>;
  private readonly external = new Map<string, TableInput>();
  private readonly done = new Map<string, QueryBooks>();

  private constructor(database: Database, store: FolderStore, step: () => Promise<void>) {
    this.database = database;
    this.store = store;
    this.step = step;
  }

  /** @param step called before each statement */
  static async open(database: Database, store: FolderStore, step: () => Promise<void>): Promise<DuckAthena> {
    const athena = new DuckAthena(database, store, step);
    await database.run(`${MACROS} CREATE SCHEMA IF NOT EXISTS landfall_staged;
      CREATE SCHEMA IF NOT EXISTS landfall_tables; CREATE SCHEMA IF NOT EXISTS ops`);
    for (const definition of [...bookTables(store.bucket), ...loadTables(store.bucket)]) athena.define(definition);
    for (const { database: schema, input } of bookViews()) {
      const sql = Buffer.from(/: (.*) \*/.exec(input.ViewOriginalText ?? '')?.[1] ?? '', 'base64').toString();
      await athena.refresh('landfall_tables');
      await database.run(`CREATE OR REPLACE VIEW ${schema}.${input.Name} AS ${JSON.parse(sql).originalSql}`);
    }
    return athena;
  }

  readonly glue = {
    get: async (schema: string, name: string): Promise<Table | null> => {
      const columns = await this.database.rows<{ name: string; type: string }>(
        `SELECT column_name AS name, lower(data_type) AS type FROM duckdb_columns()
          WHERE schema_name = '${schema}' AND table_name = '${name}' ORDER BY column_index`,
      );
      if (columns.length === 0) return null;
      const named = columns.map((one) => ({ Name: one.name, Type: one.type === 'varchar' ? 'string' : one.type }));
      return { Name: name, StorageDescriptor: { Columns: named } };
    },
    put: async (schema: string, input: TableInput): Promise<void> => {
      await this.step();
      this.define({ database: schema, input });
    },
  };

  async run(sql: string, { token }: RunOptions = {}): Promise<QueryBooks> {
    await this.step();
    const known = token === undefined ? undefined : this.done.get(`${token} ${sql}`);
    if (known !== undefined) return known;
    this.statements.push(sql);
    await this.refresh(sql);
    const insert = /^INSERT INTO "landfall_staged"\."(\w+)" \((.*)\)\n/.exec(sql);
    if (insert === null) await this.database.run(ddl(sql));
    else {
      const folder = this.store.path(`landfall_staged/${insert[1]}`);
      await this.database.run(`COPY (SELECT * FROM (${sql.slice(insert[0].length)}) AS t(${insert[2]})) TO '${folder}'
        (FORMAT parquet, ${NO_DICTIONARIES}, PARTITION_BY (batch_id), OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'x_{uuid}')`);
    }
    const books = { queryId: randomUUID(), scannedBytes: 0, elapsed: 0 };
    if (token !== undefined) this.done.set(`${token} ${sql}`, books);
    this.books.push(books);
    return books;
  }

  async read(sql: string): Promise<ResultTable> {
    await this.step();
    await this.refresh(sql);
    return readTable(this.database, sql);
  }

  async cancel(): Promise<void> {}

  /** A token is not remembered for ever. */
  forget(): void {
    this.done.clear();
  }

  define({ database, input }: Definition): void {
    this.external.set(`${database}.${input.Name}`, input);
  }

  /** Views over the objects as they are now, of the tables that a statement names. */
  async refresh(sql: string): Promise<void> {
    for (const [name, input] of this.external) {
      const [schema = '', table = ''] = name.split('.');
      if (!sql.includes(`"${table}"`) && !sql.includes(schema === 'landfall_tables' ? schema : `${table} `)) continue;
      const all = [...(input.StorageDescriptor?.Columns ?? []), ...(input.PartitionKeys ?? [])];
      const columns = all.map((column) => ({
        name: `"${column.Name}"`,
        type: TYPES[column.Type ?? ''] ?? column.Type,
      }));
      const folder = (input.StorageDescriptor?.Location ?? '').replace(/^s3:\/\/[^/]*\//, '');
      const files = this.store.keys(folder).map((key) => `'${this.store.path(key)}'`);
      const isJson = input.Parameters?.['classification'] === 'json';
      const typed = (input.StorageDescriptor?.Columns ?? []).map(
        (column) => `'${column.Name}': '${TYPES[column.Type ?? ''] ?? column.Type}'`,
      );
      const reader = isJson
        ? `read_json([${files}], format = 'newline_delimited', columns = {${typed}}, hive_partitioning = true, hive_types_autocast = false)`
        : `read_parquet([${files}], union_by_name = true, hive_partitioning = true, hive_types_autocast = false)`;
      const empty = `SELECT ${columns.map((own) => `CAST(NULL AS ${own.type}) AS ${own.name}`).join(', ')} WHERE false`;
      const rows = files.length === 0 ? empty : `${empty} UNION ALL BY NAME SELECT * FROM ${reader}`;
      await this.database.run(
        `CREATE OR REPLACE VIEW "${schema}"."${table}" AS SELECT ${columns.map((own) => `CAST(${own.name} AS ${own.type}) AS ${own.name}`).join(', ')} FROM (${rows})`,
      );
    }
  }
}

/** The little of Athena's DDL that loads use. */
function ddl(sql: string): string {
  if (!/^(CREATE|ALTER|DROP)/.test(sql)) return sql;
  const plain = sql
    .replaceAll('`', '"')
    .replaceAll(/ COMMENT '[^']*'/g, '')
    .replace(/\n(PARTITIONED BY|LOCATION)[\s\S]*$/, '');
  const added = /^(ALTER TABLE \S+) ADD COLUMNS \((.*)\)$/.exec(plain);
  if (added === null) return plain.replaceAll(/(" )string\b/g, '$1VARCHAR');
  return (added[2] ?? '')
    .split(', ')
    .map((column) => `${added[1]} ADD COLUMN ${column.replace(/ string$/, ' VARCHAR')}`)
    .join('; ');
}
