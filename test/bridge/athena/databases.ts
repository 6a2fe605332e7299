/** Databases, and what takes tables and views away: Glue's calls, as in Athena itself. */

import {
  AlreadyExistsException,
  CreateDatabaseCommand,
  DeleteDatabaseCommand,
  DeleteTableCommand,
  EntityNotFoundException,
  GetTablesCommand,
} from '@aws-sdk/client-glue';
import type { TokenReader } from '../sql/tokens.ts';
import { type Engine, findTable, hiveFailure, isIceberg, isView, QueryFailure } from './engine.ts';
import { icebergName, resolve, tablePath } from './names.ts';
import { NOTHING, type ResultSet } from './results.ts';

type Run = (engine: Engine) => Promise<ResultSet>;

/** `CREATE DATABASE [IF NOT EXISTS] d [COMMENT '…'] [LOCATION '…'] [WITH DBPROPERTIES (…)]` */
export function createDatabase(reader: TokenReader): Run {
  const isOptional = reader.accept('if', 'not', 'exists');
  const [name = ''] = reader.path();
  const comment = reader.accept('comment') ? reader.hiveText() : undefined;
  const location = reader.accept('location') ? reader.hiveText() : undefined;
  const properties = reader.accept('with', 'dbproperties') ? reader.hiveProperties() : new Map<string, string>();
  reader.end();
  return async ({ glue }) => {
    const input = {
      Name: name.toLowerCase(),
      Description: comment,
      LocationUri: location,
      Parameters: Object.fromEntries(properties),
    };
    try {
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: input }));
    } catch (error) {
      if (!(error instanceof AlreadyExistsException)) throw error;
      if (!isOptional) throw hiveFailure(`AlreadyExistsException(message:Database ${name} already exists)`);
    }
    return NOTHING;
  };
}

/** `DROP DATABASE [IF EXISTS] d [RESTRICT | CASCADE]` */
export function dropDatabase(reader: TokenReader): Run {
  const isOptional = reader.accept('if', 'exists');
  const [name = ''] = reader.path();
  const withTables = reader.accept('cascade');
  reader.accept('restrict');
  reader.end();
  return async ({ glue }) => {
    try {
      const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName: name }));
      if (TableList.length > 0 && !withTables) {
        throw hiveFailure(
          `InvalidOperationException(message:Database ${name} is not empty. One or more tables exist.)`,
        );
      }
      await glue.send(new DeleteDatabaseCommand({ Name: name }));
    } catch (error) {
      if (!(error instanceof EntityNotFoundException)) throw error;
      if (!isOptional)
        throw new QueryFailure(`FAILED: SemanticException [Error 10072]: Database does not exist: ${name}`);
    }
    return NOTHING;
  };
}

/** `DROP TABLE [IF EXISTS] t`: an Iceberg table goes with its data, an external one without. */
export function dropTable(reader: TokenReader): Run {
  return drop(reader, async (engine, name, table) => {
    if (isView(table))
      throw new QueryFailure('FAILED: SemanticException [Error 10018]: Cannot drop a view with DROP TABLE');
    if (isIceberg(table)) await engine.trino(`DROP TABLE ${icebergName(name)}`);
    else await engine.glue.send(new DeleteTableCommand({ DatabaseName: name.database, Name: name.table }));
  });
}

/** `DROP VIEW [IF EXISTS] v` */
export function dropView(reader: TokenReader): Run {
  return drop(reader, async (engine, name, table) => {
    if (!isView(table))
      throw new QueryFailure('FAILED: SemanticException [Error 10017]: Cannot drop a base table with DROP VIEW');
    await engine.glue.send(new DeleteTableCommand({ DatabaseName: name.database, Name: name.table }));
  });
}

type Remove = (
  engine: Engine,
  name: ReturnType<typeof resolve>,
  table: NonNullable<Awaited<ReturnType<typeof findTable>>>,
) => Promise<void>;

function drop(reader: TokenReader, remove: Remove): Run {
  const isOptional = reader.accept('if', 'exists');
  const path = tablePath(reader);
  reader.end();
  return async (engine) => {
    const name = resolve(path, engine);
    const table = await findTable(engine, name);
    if (table !== null) await remove(engine, name, table);
    else if (!isOptional) {
      throw new QueryFailure(`FAILED: SemanticException [Error 10001]: Table not found ${name.database}.${name.table}`);
    }
    return NOTHING;
  };
}
