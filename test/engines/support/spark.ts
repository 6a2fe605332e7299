/** Spark with the lake's Iceberg catalog, as a Glue job has it. */

import { spawn } from 'node:child_process';
import { engines } from './engines.ts';

/** For a session of Spark; the catalog is `glue_catalog`, as Glue's documentation calls it. */
export function sparkSettings(): Record<string, string> {
  const { jars, moto } = engines();
  const catalog = 'spark.sql.catalog.glue_catalog';
  return {
    'spark.master': 'local[2]',
    'spark.driver.memory': '1g',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.ui.enabled': 'false',
    'spark.jars': jars.join(','),
    'spark.sql.extensions': 'org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions',
    'spark.sql.shuffle.partitions': '2',
    'spark.sql.session.timeZone': 'UTC',
    // With this pair of versions the reader can end the JVM.
    'spark.sql.iceberg.vectorization.enabled': 'false',
    [catalog]: 'org.apache.iceberg.spark.SparkCatalog',
    [`${catalog}.catalog-impl`]: 'org.apache.iceberg.aws.glue.GlueCatalog',
    [`${catalog}.io-impl`]: 'org.apache.iceberg.aws.s3.S3FileIO',
    [`${catalog}.warehouse`]: 's3://lake/wh',
    [`${catalog}.client.region`]: 'us-east-1',
    [`${catalog}.glue.endpoint`]: moto.url,
    [`${catalog}.s3.endpoint`]: moto.url,
    [`${catalog}.s3.path-style-access`]: 'true',
  };
}

const SESSION = `
import json, os
from pyspark.sql import SparkSession
_builder = SparkSession.builder
for _key, _value in json.loads(os.environ["LANDFALL_SPARK_SETTINGS"]).items():
    _builder = _builder.config(_key, _value)
spark = _builder.getOrCreate()
`;

/**
 * Runs a script with a session called `spark`; what it prints is the result.
 * @throws Error with all that it said, where it fails
 */
export async function runSpark(script: string, { cwd }: { cwd: string }): Promise<string> {
  const { java17, python } = engines();
  const child = spawn(python('engines'), ['-c', `${SESSION}\n${script}\nspark.stop()\n`], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      JAVA_HOME: java17,
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_REGION: 'us-east-1',
      PYSPARK_PYTHON: python('engines'),
      LANDFALL_SPARK_SETTINGS: JSON.stringify(sparkSettings()),
    },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the script ended with ${code}\n${stderr}`);
  return stdout;
}
