import { type Table, type TableInput, UpdateTableCommand } from '@aws-sdk/client-glue';
import type { TokenReader } from '../sql/tokens.ts';
import { type Engine, getTable, hiveFailure, isIceberg, type TableName } from './engine.ts';
import { hiveColumn } from './external-table.ts';
import { icebergName, quoted, resolve, tablePath } from './names.ts';
import { NOTHING, type ResultSet } from './results.ts';
import { icebergColumn } from './types.ts';

type Change = (engine: Engine, name: TableName, table: Table) => Promise<void>;

/** `ALTER TABLE t ADD COLUMNS (…) | DROP COLUMN c | SET LOCATION '…' | SET TBLPROPERTIES (…)` */
export function alterTable(reader: TokenReader): (engine: Engine) => Promise<ResultSet> {
  const path = tablePath(reader);
  const change = readChange(reader);
  reader.end();
  return async (engine) => {
    const name = resolve(path, engine);
    await change(engine, name, await getTable(engine, name));
    return NOTHING;
  };
}

function readChange(reader: TokenReader): Change {
  if (reader.accept('add', 'columns')) return addColumns(reader.parts());
  if (reader.accept('drop', 'column')) return dropColumn(reader.take('word', 'name').value.toLowerCase());
  if (reader.accept('set', 'location')) {
    const location = reader.hiveText();
    return update(({ StorageDescriptor, ...table }) => ({
      ...table,
      StorageDescriptor: { ...StorageDescriptor, Location: location },
    }));
  }
  if (reader.accept('set', 'tblproperties')) {
    const properties = reader.hiveProperties();
    return update((table) => ({
      ...table,
      Parameters: { ...table.Parameters, ...Object.fromEntries(properties) },
    }));
  }
  return reader.fail("'ADD COLUMNS', 'DROP COLUMN', 'SET LOCATION', 'SET TBLPROPERTIES'");
}

function addColumns(columns: readonly string[]): Change {
  return async (engine, name, table) => {
    if (!isIceberg(table)) {
      const added = columns.map(hiveColumn);
      const known = new Set((table.StorageDescriptor?.Columns ?? []).map(({ Name }) => Name));
      const twice = added.find(({ Name }) => known.has(Name));
      if (twice !== undefined) throw hiveFailure(`Duplicate column name: ${twice.Name}`);
      return update(({ StorageDescriptor, ...rest }) => ({
        ...rest,
        StorageDescriptor: { ...StorageDescriptor, Columns: [...(StorageDescriptor?.Columns ?? []), ...added] },
      }))(engine, name, table);
    }
    for (const column of columns) {
      await engine.trino(`ALTER TABLE ${icebergName(name)} ADD COLUMN ${icebergColumn(column)}`);
    }
  };
}

function dropColumn(column: string): Change {
  return async (engine, name, table) => {
    if (!isIceberg(table)) throw hiveFailure('DROP COLUMN is for Iceberg tables');
    await engine.trino(`ALTER TABLE ${icebergName(name)} DROP COLUMN ${quoted(column)}`);
  };
}

function update(change: (table: TableInput) => TableInput): Change {
  return async ({ glue }, { database }, table) => {
    const { Name, Description, Owner, Retention, StorageDescriptor, PartitionKeys, TableType, Parameters } = table;
    const { ViewOriginalText, ViewExpandedText } = table;
    const input: TableInput = {
      Name,
      Description,
      Owner,
      Retention,
      StorageDescriptor,
      PartitionKeys,
      TableType,
      Parameters,
      ViewOriginalText,
      ViewExpandedText,
    };
    await glue.send(new UpdateTableCommand({ DatabaseName: database, TableInput: change(input) }));
  };
}
