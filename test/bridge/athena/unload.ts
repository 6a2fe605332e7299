import { DeleteTableCommand } from '@aws-sdk/client-glue';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { TokenReader } from '../sql/tokens.ts';
import { compressionSetting, queryProperties, unquoted } from './create-as.ts';
import { type Engine, QueryFailure } from './engine.ts';
import { catalogName, folder, literal, resolve } from './names.ts';
import { NOTHING, type ResultSet } from './results.ts';

/** `UNLOAD (SELECT …) TO 's3://…' WITH (format = 'PARQUET', …)`: Trino writes a table there, and only its name goes. */
export function unload(reader: TokenReader): (engine: Engine) => Promise<ResultSet> {
  const from = reader.next?.end ?? 0;
  reader.parts();
  const query = reader.sql.slice(from, reader.sql.lastIndexOf(')', reader.next?.start ?? reader.sql.length));
  reader.expect('to');
  const location = folder(reader.take('text').value);
  reader.expect('with');
  const properties = queryProperties(reader.parts());
  reader.end();
  return async (engine) => {
    const format = unquoted(properties.get('format'))?.toUpperCase();
    if (format !== 'PARQUET' && format !== 'ORC') {
      throw new QueryFailure(`NOT_SUPPORTED: the bridge unloads PARQUET and ORC, not ${format}`);
    }
    const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
    const { KeyCount = 0 } = await engine.s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }),
    );
    if (KeyCount > 0) {
      throw new QueryFailure(`HIVE_PATH_ALREADY_EXISTS: Target directory for table already exists: ${location}`);
    }
    const name = resolve([`unload_${engine.queryId.replaceAll('-', '_')}`], {
      ...engine,
      database: await anyDatabase(engine),
    });
    const partitions = properties.get('partitioned_by');
    const settings = [
      `external_location = ${literal(location)}`,
      `format = ${literal(format)}`,
      ...(partitions === undefined ? [] : [`partitioned_by = ${partitions}`]),
    ];
    const session = compressionSetting(unquoted(properties.get('compression')), 'awsdatacatalog');
    const { updateCount } = await engine.trino(
      `CREATE TABLE ${catalogName(name)} WITH (${settings.join(', ')}) AS ${query}`,
      { session, bind: true },
    );
    await engine.glue.send(new DeleteTableCommand({ DatabaseName: name.database, Name: name.table }));
    return { ...NOTHING, updateCount: updateCount ?? 0 };
  };
}

/** The table that it is for a moment has to be somewhere. */
async function anyDatabase({ trino, database }: Engine): Promise<string | undefined> {
  if (database !== undefined) return database;
  const { rows } = await trino(
    "SELECT schema_name FROM information_schema.schemata WHERE schema_name <> 'information_schema'",
  );
  const [first] = rows[0] ?? [];
  return typeof first === 'string' ? first : undefined;
}
