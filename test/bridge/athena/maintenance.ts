import type { TokenReader } from '../sql/tokens.ts';
import { type Engine, getTable, hiveFailure, isIceberg, QueryFailure } from './engine.ts';
import { icebergName, literal, resolve, tablePath } from './names.ts';
import { NOTHING, type ResultSet } from './results.ts';

type Run = (engine: Engine) => Promise<ResultSet>;

/** `OPTIMIZE t REWRITE DATA USING BIN_PACK [WHERE …]` */
export function optimize(reader: TokenReader): Run {
  const path = tablePath(reader);
  reader.expect('rewrite', 'data', 'using', 'bin_pack');
  if (!reader.isAtEnd && reader.next?.value !== 'where') reader.fail("'WHERE', <EOF>");
  const where = reader.rest();
  return async (engine) => {
    await engine.trino(`ALTER TABLE ${await iceberg(path, engine)} EXECUTE optimize ${where}`);
    return NOTHING;
  };
}

/** What Athena keeps where a table says nothing else. */
const KEPT = '5d';

/** `VACUUM t`: old snapshots go, and files that none has. */
export function vacuum(reader: TokenReader): Run {
  const path = tablePath(reader);
  reader.end();
  return async (engine) => {
    const name = await iceberg(path, engine);
    const session = {
      'iceberg.expire_snapshots_min_retention': KEPT,
      'iceberg.remove_orphan_files_min_retention': KEPT,
    };
    for (const work of ['expire_snapshots', 'remove_orphan_files']) {
      await engine.trino(`ALTER TABLE ${name} EXECUTE ${work}(retention_threshold => '${KEPT}')`, { session });
    }
    return NOTHING;
  };
}

/** `MSCK REPAIR TABLE t`: partitions that lie in S3 and that Glue does not know. */
export function repair(reader: TokenReader): Run {
  const path = tablePath(reader);
  reader.end();
  return async (engine) => {
    const name = resolve(path, engine);
    const { PartitionKeys = [] } = await getTable(engine, name);
    if (PartitionKeys.length === 0) throw hiveFailure(`Table ${name.table} is not partitioned`);
    await engine.trino(
      `CALL awsdatacatalog.system.sync_partition_metadata(${literal(name.database)}, ${literal(name.table)}, 'ADD')`,
    );
    return NOTHING;
  };
}

async function iceberg(path: readonly string[], engine: Engine): Promise<string> {
  const name = resolve(path, engine);
  if (isIceberg(await getTable(engine, name))) return icebergName(name);
  throw new QueryFailure(`NOT_SUPPORTED: Table ${name.database}.${name.table} is no Iceberg table`);
}
