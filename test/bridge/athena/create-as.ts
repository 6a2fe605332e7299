import { TokenReader } from '../sql/tokens.ts';
import { type Engine, findTable, QueryFailure } from './engine.ts';
import { catalogName, folder, icebergName, literal, resolve, tablePath } from './names.ts';
import { checkIcebergTypes } from './probe.ts';
import { type ResultSet, resultOf } from './results.ts';

/** `CREATE TABLE t [WITH (…)] AS SELECT …`: Iceberg where the table type says so, else files of Hive's. */
export function createTableAs(reader: TokenReader): (engine: Engine) => Promise<ResultSet> {
  if (reader.accept('if', 'not', 'exists')) reader.fail('<table name>');
  const path = tablePath(reader);
  const properties = reader.accept('with') ? queryProperties(reader.parts()) : new Map<string, string>();
  reader.expect('as');
  const query = reader.rest();
  return async (engine) => {
    const name = resolve(path, engine);
    if ((await findTable(engine, name)) !== null) {
      throw new QueryFailure(
        `TABLE_ALREADY_EXISTS: line 1:1: Destination table 'awsdatacatalog.${name.database}.${name.table}' already exists`,
      );
    }
    const isIceberg = unquoted(properties.get('table_type'))?.toUpperCase() === 'ICEBERG';
    const settings = isIceberg ? icebergSettings(properties) : hiveSettings(properties, engine);
    const session = compression(properties, isIceberg);
    if (isIceberg) await checkIcebergTypes(query, engine);
    const target = isIceberg ? icebergName(name) : catalogName(name);
    return resultOf(
      await engine.trino(`CREATE TABLE ${target} WITH (${settings.join(', ')}) AS ${query}`, { session, bind: true }),
    );
  };
}

/** `key = expression`, in Trino's words. */
export function queryProperties(parts: readonly string[]): Map<string, string> {
  return new Map(
    parts.map((part) => {
      const reader = new TokenReader(part);
      const key = reader.take('word', 'name').value;
      reader.expect('=');
      return [key, reader.rest()] as const;
    }),
  );
}

/** Of a text's literal what it says. */
export function unquoted(text: string | undefined): string | undefined {
  return text?.replace(/^'|'$/g, '').replaceAll("''", "'");
}

const ICEBERG = new Set([
  'table_type',
  'is_external',
  'location',
  'format',
  'partitioning',
  'write_compression',
  'vacuum_max_snapshot_age_seconds',
  'vacuum_min_snapshots_to_keep',
  'optimize_rewrite_data_file_threshold',
  'optimize_rewrite_delete_file_threshold',
]);

const HIVE = new Set([
  'table_type',
  'format',
  'external_location',
  'partitioned_by',
  'write_compression',
  'parquet_compression',
]);

function known(properties: ReadonlyMap<string, string>, names: ReadonlySet<string>): void {
  for (const name of properties.keys()) {
    if (!names.has(name)) {
      throw new QueryFailure(
        `INVALID_TABLE_PROPERTY: line 1:1: Catalog 'awsdatacatalog' table property '${name}' does not exist`,
      );
    }
  }
}

function icebergSettings(properties: ReadonlyMap<string, string>): string[] {
  known(properties, ICEBERG);
  if (properties.get('is_external')?.toLowerCase() !== 'false') {
    throw new QueryFailure(
      'INVALID_TABLE_PROPERTY: External Iceberg tables are not supported: expected is_external = false',
    );
  }
  const location = unquoted(properties.get('location'));
  if (location === undefined) throw new QueryFailure('INVALID_TABLE_PROPERTY: Iceberg tables need a location');
  const partitioning = properties.get('partitioning');
  return [
    `location = ${literal(location.replace(/\/$/, ''))}`,
    `format = ${literal((unquoted(properties.get('format')) ?? 'PARQUET').toUpperCase())}`,
    ...(partitioning === undefined ? [] : [`partitioning = ${partitioning}`]),
  ];
}

function hiveSettings(properties: ReadonlyMap<string, string>, { output, queryId }: Engine): string[] {
  known(properties, HIVE);
  const location = unquoted(properties.get('external_location')) ?? `${output}tables/${queryId}/`;
  const partitions = properties.get('partitioned_by');
  return [
    `external_location = ${literal(folder(location))}`,
    `format = ${literal((unquoted(properties.get('format')) ?? 'PARQUET').toUpperCase())}`,
    ...(partitions === undefined ? [] : [`partitioned_by = ${partitions}`]),
  ];
}

function compression(properties: ReadonlyMap<string, string>, isIceberg: boolean): Record<string, string> {
  const named = unquoted(properties.get('write_compression') ?? properties.get('parquet_compression'));
  return compressionSetting(named, isIceberg ? 'iceberg' : 'awsdatacatalog');
}

/** gzip, where Athena is not told otherwise. */
export function compressionSetting(named: string | undefined, catalog: string): Record<string, string> {
  return { [`${catalog}.compression_codec`]: (named ?? (catalog === 'iceberg' ? 'ZSTD' : 'GZIP')).toUpperCase() };
}
