/** Spark's settings, in the two halves that they have on Glue. */

import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const CATALOG = 'spark.sql.catalog.glue_catalog';

export interface Machine {
  readonly jars: readonly string[];
  /** Where S3 and Glue are. */
  readonly endpoint: string;
  readonly threads: number;
  /** Of the JVM, such as `2g`. */
  readonly memory: string;
  /** Whether millions of rows come: what the JVM's second compiler takes is earned then, and not before. */
  readonly isLarge?: boolean;
}

/** What a worker of Glue's brings along, here. */
export function machineSettings({ jars, endpoint, threads, memory, isLarge = false }: Machine): Record<string, string> {
  const compilers = isLarge ? [] : ['-XX:TieredStopAtLevel=1'];
  return {
    'spark.master': `local[${threads}]`,
    'spark.driver.memory': memory,
    // A short life never earns what marking beside takes.
    'spark.driver.defaultJavaOptions': [
      ...compilers,
      '-XX:+UseParallelGC',
      '-XX:MetaspaceSize=256M',
      // The JVM asks no environment variable.
      `-Djava.io.tmpdir=${tmpdir()}`,
    ].join(' '),
    'spark.hadoop.hadoop.tmp.dir': join(tmpdir(), 'hadoop'),
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.ui.enabled': 'false',
    // Read where they are: `spark.jars` copies its 350 MB into every session.
    'spark.driver.extraClassPath': jars.join(delimiter),
    'spark.sql.shuffle.partitions': '2',
    // With this pair of versions the reader can end the JVM.
    'spark.sql.iceberg.vectorization.enabled': 'false',
    [`${CATALOG}.client.region`]: 'us-east-1',
    [`${CATALOG}.glue.endpoint`]: endpoint,
    [`${CATALOG}.s3.endpoint`]: endpoint,
    [`${CATALOG}.s3.path-style-access`]: 'true',
    // What EMRFS is on Glue.
    'spark.hadoop.fs.s3.impl': 'org.apache.hadoop.fs.s3a.S3AFileSystem',
    'spark.hadoop.fs.s3a.endpoint': endpoint,
    'spark.hadoop.fs.s3a.endpoint.region': 'us-east-1',
    'spark.hadoop.fs.s3a.path.style.access': 'true',
    'spark.hadoop.fs.s3a.connection.ssl.enabled': 'false',
    'spark.hadoop.fs.s3a.attempts.maximum': '3',
  };
}

/** What the job says of itself. */
export const JOB_SETTINGS: Readonly<Record<string, string>> = {
  // Java matches a contract's `(a|b)+` by recursion, a level a character.
  'spark.driver.extraJavaOptions': '-Xss64m',
  // Lines go over the disk as they are, before anything in them is protected.
  'spark.io.encryption.enabled': 'true',
  'spark.sql.extensions': 'org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions',
  'spark.sql.session.timeZone': 'UTC',
  // For what tests take out of it.
  'spark.sql.parquet.datetimeRebaseModeInWrite': 'CORRECTED',
  [CATALOG]: 'org.apache.iceberg.spark.SparkCatalog',
  [`${CATALOG}.catalog-impl`]: 'org.apache.iceberg.aws.glue.GlueCatalog',
  [`${CATALOG}.io-impl`]: 'org.apache.iceberg.aws.s3.S3FileIO',
  [`${CATALOG}.warehouse`]: 's3://lake/wh',
  // Others write to its tables, too.
  [`${CATALOG}.cache-enabled`]: 'false',
};
