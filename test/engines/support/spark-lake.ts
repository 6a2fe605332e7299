/** The clean tables as the Glue script loads them, from the files that a laptop's run reads. */

import type { Contract } from '../../../core/contracts/types.ts';
import type { Comparator, Source } from './compare.ts';
import { Spark } from './spark.ts';
import { type Difference, Twins } from './twins.ts';

export class SparkLake {
  private readonly spark: Spark;
  private readonly twins: ReadonlyMap<string, Twins>;

  private constructor(spark: Spark, twins: ReadonlyMap<string, Twins>) {
    this.spark = spark;
    this.twins = twins;
  }

  /** @param folder where Spark may leave things */
  static async open(contracts: readonly Contract[], landing: string, folder: string): Promise<SparkLake> {
    const spark = await Spark.start({ cwd: folder });
    const twins = new Map<string, Twins>();
    for (const contract of contracts) twins.set(contract.schema, await Twins.open(contract, spark, { landing }));
    return new SparkLake(spark, twins);
  }

  /** Loads what is new, as DuckDB does from the same plans. @throws where their books differ */
  async load(): Promise<void> {
    for (const [schema, twins] of this.twins) {
      const { duckdb, spark } = await twins.load();
      if (JSON.stringify(named(duckdb)) !== JSON.stringify(named(spark)))
        throw new Error(`the books of ${schema} differ:\n${JSON.stringify(duckdb)}\n${JSON.stringify(spark)}`);
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
    return lake.parquetSource(`${await this.of(table).exported(table)}/*.parquet`);
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
