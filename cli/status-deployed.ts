/** What a status tells of a deployed stage. */

import { readOutputs } from '../adapters/aws/deployment.ts';
import { openStage, type Stage } from '../adapters/aws/stage.ts';
import { deployedStatus as sourceOf } from '../adapters/aws/status.ts';
import { PublishedBooks } from '../adapters/aws/warehouse/books.ts';
import type { Contract } from '../core/contracts/types.ts';
import type { LakeReader } from '../core/ports.ts';
import { LandfallError } from '../core/problems.ts';
import type { Status } from '../core/status/types.ts';
import type { ResultTable, Value } from '../core/tabular.ts';
import { READER } from '../core/warehouse/statements.ts';
import { format } from './format.ts';
import type { StatusPlace, ToldWarehouse } from './status-place.ts';

const warn = (message: string) => process.stderr.write(`${message}\n`);

/** @throws LandfallError where the stage is not deployed */
export async function deployedStatus(stageName: string, contracts: readonly Contract[]): Promise<StatusPlace> {
  const stage = await openStage(stageName);
  const { source, lake } = sourceOf(stage, contracts, warn);
  return {
    ask: (work) => work(source, lake),
    warehouse: (found) => warehouseOf(stage, lake, found),
    report: `s3://${stage.reportBucket}/index.html`,
  };
}

/** What can't be asked of the warehouse keeps nobody from hearing the rest. */
async function warehouseOf(stage: Stage, lake: LakeReader, found: Status): Promise<ToldWarehouse> {
  try {
    const outputs = await readOutputs(stage.stage, 'warehouse', stage.connection);
    const published = await publishedTables(stage, lake, outputs.WarehouseNamespace, found.rows);
    const connection = {
      host: outputs.WarehouseEndpoint,
      port: Number(outputs.WarehousePort),
      database: outputs.WarehouseDatabase,
      user: READER,
      // It is the secret's to tell, and not this command's.
      password: null,
      secret: outputs.WarehouseReaderSecretArn,
    };
    const { host, port, database, user, secret } = connection;
    const where = `${host}, port ${port}; database ${database}, user ${user}; password in the secret ${secret}`;
    return {
      json: { ...connection, tables: published === null ? null : JSON.parse(format(published, 'json')) },
      text: `${where}\n${publishedText(published)}`,
    };
  } catch (error) {
    if (!(error instanceof LandfallError)) throw error;
    warn(`the warehouse can't be told of: ${error.message}`);
    return { json: null, text: 'unknown\n' };
  }
}

/**
 * By the books, so that the warehouse, which bills when it wakes, sleeps on. Null where only the warehouse knows.
 *
 * @param counts rows of the lake's tables: the warehouse has as many where it has the same version
 */
async function publishedTables(
  { facts }: Stage,
  lake: LakeReader,
  namespace: string,
  counts: ResultTable,
): Promise<ResultTable | null> {
  const published = await new PublishedBooks(facts, namespace).read();
  if (published === null) return null;
  const states = await lake.tables();
  const rowsOf = new Map(counts.rows.map(([table, rows]): [string, Value] => [String(table), rows ?? null]));
  return {
    columns: [
      { name: 'table_name', type: 'string' },
      { name: 'rows', type: 'bigint' },
    ],
    rows: [...published]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([table, { version }]) => [
        table,
        states.get(table)?.version === version ? (rowsOf.get(table) ?? null) : null,
      ]),
  };
}

function publishedText(published: ResultTable | null): string {
  if (published === null) return 'what is published only the warehouse knows: landfall_catalog.published_tables\n';
  return published.rows.length === 0 ? 'nothing is published\n' : `\n${format(published, 'table')}`;
}
