import type { TokenReader } from '../sql/tokens.ts';
import { type Engine, findTable, hiveFailure, QueryFailure } from './engine.ts';
import { folder, icebergName, literal, resolve, tablePath } from './names.ts';
import { NOTHING, type ResultSet } from './results.ts';
import { icebergColumn, trinoPartition } from './types.ts';

/** `CREATE TABLE t (…) [PARTITIONED BY (…)] LOCATION '…' TBLPROPERTIES ('table_type'='ICEBERG', …)` */
export function createIcebergTable(reader: TokenReader): (engine: Engine) => Promise<ResultSet> {
  const isOptional = reader.accept('if', 'not', 'exists');
  const path = tablePath(reader);
  const columns = reader.parts();
  const comment = reader.accept('comment') ? reader.hiveText() : null;
  const partitions = reader.accept('partitioned', 'by') ? reader.parts() : [];
  const location = reader.accept('location') ? reader.hiveText() : null;
  const properties = reader.accept('tblproperties') ? reader.hiveProperties() : new Map<string, string>();
  reader.end();
  return async (engine) => {
    if (properties.get('table_type')?.toUpperCase() !== 'ICEBERG') {
      throw new QueryFailure(
        "FAILED: ParseException: Table type is missing: expected EXTERNAL or 'table_type'='ICEBERG'",
      );
    }
    if (location === null) throw new QueryFailure('Iceberg table location is required: expected LOCATION');
    const name = resolve(path, engine);
    if ((await findTable(engine, name)) !== null) {
      if (isOptional) return NOTHING;
      throw hiveFailure(`AlreadyExistsException(message:Table ${name.table} already exists.)`);
    }
    const settings = [
      `location = ${literal(folder(location).replace(/\/$/, ''))}`,
      `format = ${literal((properties.get('format') ?? 'parquet').toUpperCase())}`,
      ...(partitions.length === 0
        ? []
        : [`partitioning = ARRAY[${partitions.map(trinoPartition).map(literal).join(', ')}]`]),
    ];
    await engine.trino(
      `CREATE TABLE ${icebergName(name)} (${columns.map(icebergColumn).join(', ')})` +
        `${comment === null ? '' : ` COMMENT ${literal(comment)}`} WITH (${settings.join(', ')})`,
    );
    return NOTHING;
  };
}
