/** The tables and views that are the same in every lake, as Glue takes them: made at deploy, and by tests. */

import type { Column, Table, TableInput } from '@aws-sdk/client-glue';
import { BOOKS, type Book } from '../../../core/books.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import { WORDS } from '../../../core/plans/dialect.ts';
import type { WarehouseColumn } from '../../../core/warehouse/types.ts';
import { BOOK_VIEWS } from './book-views.ts';
import { bookFolder, WRITTEN, type WrittenBook } from './books.ts';
import { TABLES } from './context.ts';
import { columnOf, glueType, sqlType, typeOf } from './types.ts';

/** Something that has a place in the catalog. */
export interface Definition {
  readonly database: string;
  readonly input: TableInput;
}

/** By column, what people wrote about it, with its unit. */
export type Comments = Readonly<Record<string, string>>;

const quoted = WORDS.identifier.duckdb;

/** Glue's own limit. */
const MOST_COMMENT = 255;

const STORAGE = {
  json: {
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    SerdeInfo: { SerializationLibrary: 'org.apache.hive.hcatalog.data.JsonSerDe', Parameters: {} },
  },
  parquet: {
    InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    SerdeInfo: {
      SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
      Parameters: { 'serialization.format': '1' },
    },
  },
} as const;

/** A table over the files of a folder, whoever writes them. @param location `s3://…/`, with a slash behind it */
export function externalTable(
  name: string,
  columns: readonly WarehouseColumn[],
  location: string,
  format: 'json' | 'parquet',
): TableInput {
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: format },
    PartitionKeys: [],
    StorageDescriptor: { ...STORAGE[format], Location: location, Columns: glueColumns(columns) },
  };
}

/**
 * A view of Athena's, as its own CREATE VIEW leaves it in the catalog. Its columns are cast to what it says they are: of
 * another type, Athena would call the view stale. A view has no description, for the catalog keeps it in the place where
 * engines look for `Presto View`.
 */
export function view(
  schema: string,
  name: string,
  columns: readonly WarehouseColumn[],
  select: string,
  comments: Comments = {},
): TableInput {
  const text = Buffer.from(JSON.stringify(storedView(schema, columns, select))).toString('base64');
  return {
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    PartitionKeys: [],
    ViewOriginalText: `/* Presto View: ${text} */`,
    ViewExpandedText: '/* Presto View */',
    StorageDescriptor: { Columns: glueColumns(columns, comments), Location: '', SerdeInfo: {} },
  };
}

function storedView(schema: string, columns: readonly WarehouseColumn[], select: string) {
  const casts = columns.map(({ name, type }) => `CAST(${quoted(name)} AS ${sqlType(type)}) AS ${quoted(name)}`);
  return {
    originalSql: `SELECT ${casts.join(', ')} FROM (\n${select}\n)`,
    catalog: 'awsdatacatalog',
    schema,
    columns: columns.map(({ name, type }) => ({ name, type: sqlType(type) })),
    // Whoever asks is who reads: a view that nobody owns has no other rights.
    runAsInvoker: true,
  };
}

/** The columns of a table, or of a view whoever made it: not every engine tells the catalog of them but in its text. */
export function columnsOfTable({ ViewOriginalText, StorageDescriptor }: Table): WarehouseColumn[] {
  const text = /^\/\* Presto View: (.*) \*\/$/s.exec(ViewOriginalText ?? '')?.[1];
  if (text !== undefined) {
    const stored: ReturnType<typeof storedView> = JSON.parse(Buffer.from(text, 'base64').toString());
    return stored.columns.map(({ name, type }) => ({ name, type: typeOf(type) }));
  }
  return (StorageDescriptor?.Columns ?? []).map(({ Name = '', Type = '' }) => ({ name: Name, type: typeOf(Type) }));
}

/** The view of a model that has no rows yet, so that BI tools connect before data lands. */
export function emptyView(
  schema: string,
  name: string,
  columns: readonly WarehouseColumn[],
  comments: Comments = {},
): TableInput {
  const nulls = columns.map((column) => `NULL AS ${quoted(column.name)}`);
  return view(schema, name, columns, `SELECT ${nulls.join(', ')} WHERE false`, comments);
}

/** Whether a table is such a view, of whichever columns: nothing has been refreshed into it. */
export function isEmptyView(table: Table): boolean {
  const { Name = '', DatabaseName = '', ViewOriginalText } = table;
  return ViewOriginalText === emptyView(DatabaseName, Name, columnsOfTable(table)).ViewOriginalText;
}

/** The books as they are written, in the database of what views are made of; `ops.*` read them. */
export function bookTables(bucket: string): Definition[] {
  return (Object.keys(WRITTEN) as WrittenBook[]).map((book) => {
    const { columns, format } = WRITTEN[book];
    const location = `s3://${bucket}/${bookFolder(book)}`;
    return { database: TABLES, input: externalTable(`ops__${book}`, columnsOf(columns), location, format) };
  });
}

/** `ops.*`, over `bookTables`. */
export function bookViews(): Definition[] {
  return (Object.keys(BOOKS) as Book[]).map((book) => ({
    database: 'ops',
    input: view('ops', book, columnsOf(BOOKS[book]), BOOK_VIEWS[book]),
  }));
}

function columnsOf(columns: Readonly<Record<string, ColumnType>>): WarehouseColumn[] {
  return Object.entries(columns).map(columnOf);
}

/** What is too long for Glue is cut. */
export function glueColumns(columns: readonly WarehouseColumn[], comments: Comments = {}): Column[] {
  return columns.map(({ name, type }) => {
    const comment = comments[name];
    const typed = { Name: name, Type: glueType(type) };
    return comment === undefined ? typed : { ...typed, Comment: comment.slice(0, MOST_COMMENT) };
  });
}
