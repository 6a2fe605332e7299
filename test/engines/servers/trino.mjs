// Trino on one node, with a catalog as Athena's: Hive and Iceberg tables side by side in awsdatacatalog.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { untilReady } from './processes.mjs';

const JVM = [
  '-Xmx2500m',
  // What marks beside the queries takes a core from them.
  '-XX:+UseParallelGC',
  // Every query brings classes of its own: from a smaller start each growth would collect everything.
  '-XX:MetaspaceSize=512M',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:ReservedCodeCacheSize=256M',
  '-Djdk.attach.allowAttachSelf=true',
  '-Dfile.encoding=UTF-8',
  '-Duser.timezone=UTC',
  // Many small statements in a short life: what the second compiler takes is never earned.
  '-XX:TieredStopAtLevel=1',
  '--enable-native-access=ALL-UNNAMED',
  '--sun-misc-unsafe-memory-access=allow',
];

/** @param {{ port: number, server: string, folder: string }} options */
const settings = ({ port, server, folder }) => ({
  coordinator: 'true',
  'node-scheduler.include-coordinator': 'true',
  'http-server.http.port': port,
  'node.internal-address': '127.0.0.1',
  'discovery.uri': `http://127.0.0.1:${port}`,
  'catalog.management': 'static',
  'catalog.config-dir': join(folder, 'catalog'),
  'plugin.dir': join(server, 'plugin'),
  'query.max-memory': '700MB',
  'query.max-memory-per-node': '700MB',
  'memory.heap-headroom-per-node': '300MB',
  'web-ui.enabled': 'false',
  // Like statistics of tables, it is worth its time with more rows than are here.
  'enable-dynamic-filtering': 'false',
});

/** @param {string} folder */
const node = (folder) => ({
  'node.environment': 'test',
  'node.id': 'test',
  'node.data-dir': join(folder, 'data'),
  'node.bind-ip': '127.0.0.1',
});

/** @param {string} moto */
const both = (moto) => ({
  'hive.metastore.glue.region': 'us-east-1',
  'hive.metastore.glue.endpoint-url': moto,
  'hive.metastore.glue.aws-access-key': 'x',
  'hive.metastore.glue.aws-secret-key': 'x',
  'hive.metastore.glue.default-warehouse-dir': 's3://lake/wh/',
  'fs.native-s3.enabled': 'true',
  's3.endpoint': moto,
  's3.region': 'us-east-1',
  's3.path-style-access': 'true',
  's3.aws-access-key': 'x',
  's3.aws-secret-key': 'x',
});

/** @param {string} moto */
const catalogs = (moto) => ({
  awsdatacatalog: {
    'connector.name': 'hive',
    'hive.metastore': 'glue',
    'hive.iceberg-catalog-name': 'iceberg',
    'hive.non-managed-table-writes-enabled': 'true',
    'hive.non-managed-table-creates-enabled': 'true',
    'hive.recursive-directories': 'true',
    'hive.parquet.time-zone': 'UTC',
    'hive.storage-format': 'PARQUET',
    'hive.partition-projection-enabled': 'true',
    // There are none in moto's catalog, as there are none in ours on AWS.
    'hive.table-statistics-enabled': 'false',
    'hive.collect-column-statistics-on-write': 'false',
    ...both(moto),
  },
  iceberg: {
    'connector.name': 'iceberg',
    'iceberg.catalog.type': 'glue',
    'iceberg.hive-catalog-name': 'awsdatacatalog',
    'iceberg.unique-table-location': 'false',
    // Beside every write Trino would write a file of them and commit again; Athena does neither.
    'iceberg.extended-statistics.enabled': 'false',
    'iceberg.extended-statistics.collect-on-write': 'false',
    'iceberg.table-statistics-enabled': 'false',
    ...both(moto),
  },
});

/** @param {Readonly<Record<string, string | number>>} values */
const properties = (values) =>
  Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

/**
 * @param {import('./processes.mjs').Processes} processes
 * @param {{ cache: string, java25: string, port: number, moto: string, folder: string }} options
 * @returns {Promise<string>} its address
 */
export async function startTrino(processes, { cache, java25, port, moto, folder }) {
  const url = `http://127.0.0.1:${port}`;
  const own = join(folder, 'trino');
  const log = join(folder, 'trino.log');
  const server = join(cache, 'trino');
  mkdirSync(join(own, 'catalog'), { recursive: true });
  writeFileSync(join(own, 'config.properties'), properties(settings({ port, server, folder: own })));
  for (const [name, values] of Object.entries(catalogs(moto))) {
    writeFileSync(join(own, 'catalog', `${name}.properties`), properties(values));
  }
  // Native libraries go there, and stay where the JVM is killed.
  const temporary = join(own, 'tmp');
  mkdirSync(temporary);
  const defines = Object.entries({
    ...node(own),
    config: join(own, 'config.properties'),
    'java.io.tmpdir': temporary,
  });
  const args = [...JVM, ...defines.map(([key, value]) => `-D${key}=${value}`), '-cp', join(server, 'lib', '*')];
  const child = processes.start(join(java25, 'bin', 'java'), [...args, 'io.trino.server.TrinoServer'], {
    cwd: own,
    log,
  });
  const isReady = async () => (await info(url)).starting === false && (await canWrite(url));
  await untilReady({ name: 'Trino', child, log, seconds: 300, isReady });
  return url;
}

/** @param {string} url */
const info = async (url) => /** @type {{ starting: boolean }} */ (await (await fetch(`${url}/v1/info`)).json());

/**
 * For some seconds after the start Trino may know no node that has the catalogs: only a query that needs one shows it.
 * @param {string} url
 */
async function canWrite(url) {
  const statements = [
    "CREATE SCHEMA IF NOT EXISTS iceberg.starting WITH (location = 's3://lake/starting/')",
    'DROP TABLE IF EXISTS iceberg.starting.first',
    "CREATE TABLE iceberg.starting.first (n) WITH (partitioning = ARRAY['bucket(n, 2)']) AS SELECT 1",
    'SELECT * FROM awsdatacatalog.starting.first',
    'DROP TABLE iceberg.starting.first',
    'DROP SCHEMA iceberg.starting',
  ];
  for (const sql of statements) await execute(url, sql);
  return true;
}

/**
 * @param {string} url
 * @param {string} sql
 */
async function execute(url, sql) {
  const headers = { 'X-Trino-User': 'test' };
  let response = await fetch(`${url}/v1/statement`, { method: 'POST', headers, body: sql });
  for (;;) {
    const { nextUri, error } = /** @type {{ nextUri?: string, error?: { message: string } }} */ (await response.json());
    if (error !== undefined) throw new Error(`${error.message}: ${sql}`);
    if (nextUri === undefined) return;
    response = await fetch(nextUri, { headers });
  }
}
