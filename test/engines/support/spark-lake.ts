/** The clean tables as the bulk way loads them, from the files that a laptop's run reads. */

import { join } from 'node:path';
import type { Contract } from '../../../core/contracts/types.ts';
import type { Comparator, Source } from './compare.ts';
import { Spark, type SparkOptions } from './spark.ts';
import { type Difference, Twins } from './twins.ts';

export class SparkLake {
  private readonly spark: Spark;
  private readonly twins: ReadonlyMap<string, Twins>;
  /** Where Spark may leave things. */
  private readonly folder: string;
  private readonly clean: readonly string[];
  private made = 0;

  private constructor(spark: Spark, twins: ReadonlyMap<string, Twins>, folder: string, clean: readonly string[]) {
    this.spark = spark;
    this.twins = twins;
    this.folder = folder;
    this.clean = clean;
  }

  /** @param options of Spark's; in its folder other things are left, too */
  static async open(contracts: readonly Contract[], landing: string, options: SparkOptions): Promise<SparkLake> {
    const spark = await Spark.start(options);
    const twins = new Map<string, Twins>();
    for (const contract of contracts) twins.set(contract.schema, await Twins.open(contract, spark, { landing }));
    const clean = contracts.flatMap(({ schema, tables }) => tables.map(({ name }) => `${schema}.${name}`));
    return new SparkLake(spark, twins, options.cwd, clean);
  }

  /** Loads what is new, as DuckDB does, and makes Iceberg tables of it for other engines. @throws where their books differ */
  async load(): Promise<void> {
    for (const [schema, twins] of this.twins) {
      const { duckdb, spark } = await twins.load();
      if (JSON.stringify(named(duckdb)) !== JSON.stringify(named(spark)))
        throw new Error(`the books of ${schema} differ:\n${JSON.stringify(duckdb)}\n${JSON.stringify(spark)}`);
    }
    for (const table of this.clean) {
      const rows = `SELECT * FROM parquet.\`${await this.of(table).exported(table)}\``;
      await this.spark.rows(`CREATE OR REPLACE TABLE glue_catalog.${table} USING iceberg AS ${rows}`);
    }
  }

  /** A clean table against DuckDB's, every column of it, by which load and row of which file it came. */
  async compare(table: string): Promise<Difference> {
    return this.of(table).compare(table);
  }

  /** What failed, of a schema's data set. */
  async compareQuarantine(schema: string): Promise<Difference> {
    return this.of(schema).compareQuarantine();
  }

  /** A table of the lake, whoever wrote it, as Spark reads it. */
  async source(table: string, lake: Comparator): Promise<Source> {
    this.made += 1;
    const to = join(this.folder, `exported-${this.made}`);
    await this.spark.export(`SELECT * FROM glue_catalog.${table}`, to);
    return lake.parquetSource(`${to}/*.parquet`);
  }

  async close(): Promise<void> {
    for (const twins of this.twins.values()) twins.close();
    await this.spark.stop();
  }

  private of(table: string): Twins {
    const twins = this.twins.get(table.split('.')[0] ?? '');
    if (twins === undefined) throw new Error(`${table} is of no data set that Spark loads`);
    return twins;
  }
}

function named(books: readonly object[]): unknown {
  return books.map((own) => Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1)));
}
