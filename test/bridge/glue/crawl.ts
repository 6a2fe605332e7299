/** One crawl: the headers of what lies in S3, against the tables of the catalog. */

import {
  type CatalogTarget,
  type Column,
  type Crawler,
  CreateTableCommand,
  EntityNotFoundException,
  GetTableCommand,
  type GlueClient,
  type S3Target,
  type StorageDescriptor,
  type Table,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { s3Address } from '../moto-clients.ts';
import { type CsvForm, headerOf } from './csv.ts';

export interface Crawl {
  readonly crawler: Crawler;
  readonly form: CsvForm;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  readonly signal: AbortSignal;
}

export interface Found {
  created: number;
  updated: number;
  /** What differs, for the log. */
  readonly lines: string[];
}

export async function crawl(own: Crawl): Promise<Found> {
  const found: Found = { created: 0, updated: 0, lines: [] };
  const { S3Targets = [], CatalogTargets = [] } = own.crawler.Targets ?? {};
  for (const target of S3Targets) await crawlFolder(own, target, found);
  for (const target of CatalogTargets) await crawlTables(own, target, found);
  return found;
}

/** A folder becomes a table, called as it is. */
async function crawlFolder(own: Crawl, { Path = '' }: S3Target, found: Found): Promise<void> {
  own.signal.throwIfAborted();
  const { crawler, form, glue } = own;
  const DatabaseName = crawler.DatabaseName ?? '';
  const location = Path.endsWith('/') ? Path : `${Path}/`;
  const name = `${crawler.TablePrefix ?? ''}${location.split('/').at(-2) ?? ''}`.toLowerCase().replace(/[^\w]/g, '_');
  const columns = await columnsUnder(own, location);
  if (columns === null) {
    found.lines.push(`INFO : No files under ${location}`);
    return;
  }
  const known = await tableOf(glue, DatabaseName, name);
  if (known !== null) return compare(own, known, columns, found);
  const input = {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: {
      classification: 'csv',
      typeOfData: 'file',
      delimiter: form.delimiter,
      'skip.header.line.count': '1',
      UPDATED_BY_CRAWLER: crawler.Name ?? '',
    },
    StorageDescriptor: storage(location, columns, form),
  };
  await glue.send(new CreateTableCommand({ DatabaseName, TableInput: input }));
  found.created += 1;
  found.lines.push(`INFO : Created table ${name} in database ${DatabaseName}`);
}

function storage(location: string, columns: readonly string[], { delimiter, quote }: CsvForm): StorageDescriptor {
  return {
    Columns: columns.map((column) => ({ Name: column, Type: 'string' })),
    Location: location,
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    SerdeInfo: {
      SerializationLibrary: 'org.apache.hadoop.hive.serde2.OpenCSVSerde',
      Parameters: { separatorChar: delimiter, quoteChar: quote, escapeChar: '\\' },
    },
  };
}

async function crawlTables(own: Crawl, { DatabaseName = '', Tables = [] }: CatalogTarget, found: Found): Promise<void> {
  for (const name of Tables) {
    own.signal.throwIfAborted();
    const table = await tableOf(own.glue, DatabaseName, name);
    if (table === null) throw new Error(`Table ${DatabaseName}.${name} does not exist`);
    // What is a line of JSON says nothing of columns here.
    if (table.Parameters?.['classification'] !== 'csv') continue;
    const columns = await columnsUnder(own, table.StorageDescriptor?.Location ?? '');
    if (columns === null) found.lines.push(`INFO : No files of ${DatabaseName}.${name}`);
    else await compare(own, table, columns, found);
  }
}

/** A table that differs is changed where the crawler is told so, and else only told of. */
async function compare(own: Crawl, table: Table, columns: readonly string[], found: Found): Promise<void> {
  const known = (table.StorageDescriptor?.Columns ?? []).map(({ Name = '' }) => Name);
  if (known.join('\n') === columns.join('\n')) return;
  const place = `${table.DatabaseName}.${table.Name}`;
  found.lines.push(
    `WARN : Schema of ${place} differs: the catalog has ${known.join(', ')}; the files ${columns.join(', ')}`,
  );
  const { UpdateBehavior = 'UPDATE_IN_DATABASE' } = own.crawler.SchemaChangePolicy ?? {};
  if (UpdateBehavior === 'LOG') return;
  const types = new Map(
    (table.StorageDescriptor?.Columns ?? []).map((column): [string, Column] => [column.Name ?? '', column]),
  );
  const { Name, TableType, Parameters, PartitionKeys, Description } = table;
  const StorageDescriptor = {
    ...table.StorageDescriptor,
    Columns: columns.map((column) => types.get(column) ?? { Name: column, Type: 'string' }),
  };
  await own.glue.send(
    new UpdateTableCommand({
      DatabaseName: table.DatabaseName,
      TableInput: { Name, Description, TableType, Parameters, PartitionKeys, StorageDescriptor },
    }),
  );
  found.updated += 1;
}

/** Names of all files, each where it first stands; null where there is no file. */
async function columnsUnder({ s3, form, signal }: Crawl, location: string): Promise<string[] | null> {
  const { bucket, key } = s3Address(location);
  const columns = new Set<string>();
  let files = 0;
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, ContinuationToken }));
    for (const { Key = '', Size = 0 } of page.Contents ?? []) {
      signal.throwIfAborted();
      if (Size === 0 || /\/[._][^/]*$/.test(`/${Key}`)) continue;
      files += 1;
      for (const name of await headerOf(s3, { Bucket: bucket, Key }, form)) columns.add(name);
    }
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) return files === 0 ? null : [...columns];
  }
}

async function tableOf(glue: GlueClient, DatabaseName: string, Name: string): Promise<Table | null> {
  try {
    return (await glue.send(new GetTableCommand({ DatabaseName, Name }))).Table ?? null;
  } catch (error) {
    if (error instanceof EntityNotFoundException) return null;
    throw error;
  }
}
