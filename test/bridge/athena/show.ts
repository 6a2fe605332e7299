/** What Athena tells of its catalog: lines of text, which come from Glue. */

import {
  type Column,
  GetDatabasesCommand,
  GetPartitionsCommand,
  GetTablesCommand,
  type Table,
} from '@aws-sdk/client-glue';
import type { TokenReader } from '../sql/tokens.ts';
import { type Engine, getTable, isView, QueryFailure } from './engine.ts';
import { resolve, tablePath } from './names.ts';
import { type ResultSet, resultOf, textResult } from './results.ts';

type Run = (engine: Engine) => Promise<ResultSet>;

/** `DESCRIBE [EXTENDED | FORMATTED] t`: the columns. */
export function describe(reader: TokenReader): Run {
  if (!reader.accept('extended')) reader.accept('formatted');
  const path = tablePath(reader);
  reader.end();
  return async (engine) => {
    const { StorageDescriptor, PartitionKeys = [] } = await getTable(engine, resolve(path, engine));
    const line = ({ Name = '', Type = '', Comment = '' }: Column) =>
      [Name.padEnd(20), Type.padEnd(20), Comment.padEnd(20)].join('\t');
    const columns = (StorageDescriptor?.Columns ?? []).map(line);
    const partitions = PartitionKeys.map(line);
    return textResult('result', [
      ...columns,
      ...partitions,
      ...(partitions.length === 0 ? [] : ['', '# Partition Information', ...partitions]),
    ]);
  };
}

export function show(reader: TokenReader, sql: string): Run {
  if (reader.accept('databases') || reader.accept('schemas')) {
    reader.end();
    return async ({ glue }) => {
      const { DatabaseList = [] } = await glue.send(new GetDatabasesCommand({}));
      return textResult('database_name', DatabaseList.map(({ Name = '' }) => Name).sort());
    };
  }
  if (reader.accept('tables')) return showTables(reader, () => true);
  if (reader.accept('views')) return showTables(reader, isView);
  if (reader.accept('columns')) {
    if (!reader.accept('in')) reader.expect('from');
    const path = tablePath(reader);
    reader.end();
    return async (engine) => {
      const { StorageDescriptor, PartitionKeys = [] } = await getTable(engine, resolve(path, engine));
      const columns = [...(StorageDescriptor?.Columns ?? []), ...PartitionKeys];
      return textResult(
        'field',
        columns.map(({ Name = '' }) => Name),
      );
    };
  }
  if (reader.accept('partitions')) return showPartitions(reader);
  if (reader.accept('create', 'view') || reader.accept('create', 'table')) {
    return async (engine) => resultOf(await engine.trino(sql));
  }
  return reader.fail("'DATABASES', 'TABLES', 'VIEWS', 'COLUMNS', 'PARTITIONS', 'CREATE'");
}

/** `SHOW TABLES [IN d] ['pattern']`, where a star stands for any signs. */
function showTables(reader: TokenReader, isShown: (table: Table) => boolean): Run {
  const [own] = reader.accept('in') || reader.accept('from') ? reader.path() : [];
  reader.accept('like');
  const pattern = reader.isAtEnd ? '*' : reader.hiveText();
  reader.end();
  const matches = new RegExp(`^(?:${pattern.replaceAll('.*', '*').replaceAll('*', '.*')})$`);
  return async ({ glue, database }) => {
    const DatabaseName = own ?? database;
    if (DatabaseName === undefined) throw new QueryFailure('FAILED: SemanticException: Database is not set');
    const names: string[] = [];
    for (let NextToken: string | undefined; ; ) {
      const page = await glue.send(new GetTablesCommand({ DatabaseName, NextToken }));
      for (const table of page.TableList ?? []) if (isShown(table)) names.push(table.Name ?? '');
      NextToken = page.NextToken;
      if (NextToken === undefined) break;
    }
    return textResult('tab_name', names.filter((name) => matches.test(name)).sort());
  };
}

function showPartitions(reader: TokenReader): Run {
  const path = tablePath(reader);
  reader.end();
  return async (engine) => {
    const { database, table } = resolve(path, engine);
    const { PartitionKeys = [] } = await getTable(engine, { database, table });
    const { Partitions = [] } = await engine.glue.send(
      new GetPartitionsCommand({ DatabaseName: database, TableName: table }),
    );
    return textResult(
      'partition',
      Partitions.map(({ Values = [] }) => PartitionKeys.map(({ Name }, index) => `${Name}=${Values[index]}`).join('/')),
    );
  };
}
