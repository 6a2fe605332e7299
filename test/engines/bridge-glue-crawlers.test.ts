/** Glue's crawlers over real files, by the SDK's own client. */

import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  type Crawler,
  type CrawlerTargets,
  CreateClassifierCommand,
  CreateCrawlerCommand,
  CreateDatabaseCommand,
  GetClassifierCommand,
  GetCrawlerCommand,
  GetCrawlerMetricsCommand,
  GetCrawlersCommand,
  GetTableCommand,
  GlueClient,
  type SchemaChangePolicy,
  StartCrawlerCommand,
  StopCrawlerCommand,
} from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bridge } from '../bridge/bridge.ts';
import { askMoto } from '../bridge/moto-ask.ts';
import { AthenaUser, clientOptions } from './support/athena.ts';
import { engines, openBridge } from './support/engines.ts';
import { putObject } from './support/s3.ts';

let bridge: Bridge;
let glue: GlueClient;

beforeAll(async () => {
  bridge = await openBridge();
  glue = new GlueClient(clientOptions(bridge.url));
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'crawled' } }));
  await glue.send(
    new CreateClassifierCommand({
      CsvClassifier: { Name: 'semicolons', ContainsHeader: 'PRESENT', Delimiter: ';', QuoteSymbol: '"' },
    }),
  );
});

afterAll(async () => {
  glue?.destroy();
  await bridge?.close();
});

const LOG: SchemaChangePolicy = { UpdateBehavior: 'LOG', DeleteBehavior: 'LOG' };

const make = (Name: string, Targets: CrawlerTargets, SchemaChangePolicy = LOG, DatabaseName?: string) =>
  glue.send(
    new CreateCrawlerCommand({
      Name,
      Role: 'arn:aws:iam::123456789012:role/crawl',
      Targets,
      Classifiers: ['semicolons'],
      TablePrefix: 'raw_',
      SchemaChangePolicy,
      DatabaseName,
    }),
  );

async function crawl(Name: string): Promise<Crawler> {
  await glue.send(new StartCrawlerCommand({ Name }));
  for (;;) {
    const { Crawler: crawler = {} } = await glue.send(new GetCrawlerCommand({ Name }));
    if (crawler.State === 'READY') return crawler;
    await sleep(20);
  }
}

const columnsOf = async (Name: string) =>
  (await glue.send(new GetTableCommand({ DatabaseName: 'crawled', Name }))).Table?.StorageDescriptor?.Columns?.map(
    (column) => `${column.Name} ${column.Type}`,
  );

async function logOf(stream: string): Promise<string> {
  const place = { logGroupName: '/aws-glue/crawlers', logStreamName: stream };
  return JSON.stringify(await askMoto(engines().moto.url, 'Logs_20140328.GetLogEvents', place));
}

describe('a crawl', () => {
  test('makes a table of a folder, by the headers of its files', async () => {
    await putObject('landing', 'crawl/sales/a.csv', '\uFEFFId;"Unit ""net"";price";Note\n1;2.5;"x; y"\n');
    await putObject('landing', 'crawl/sales/b.csv.gz', gzipSync('Id;"Unit ""net"";price";Note;More\n2;3;z;w\n'));
    await make('folder', { S3Targets: [{ Path: 's3://landing/crawl/sales/' }] }, LOG, 'crawled');
    // Others' are there, too.
    expect((await glue.send(new GetCrawlersCommand({}))).Crawlers).toContainEqual(
      expect.objectContaining({ Name: 'folder', State: 'READY' }),
    );
    expect(await crawl('folder')).toMatchObject({ State: 'READY', LastCrawl: { Status: 'SUCCEEDED' } });
    expect(await columnsOf('raw_sales')).toEqual([
      'id string',
      'unit "net";price string',
      'note string',
      'more string',
    ]);
    const athena = new AthenaUser(bridge.url);
    expect((await athena.rows('SELECT id, note, more FROM crawled.raw_sales ORDER BY id')).slice(1)).toEqual([
      ['1', 'x; y', undefined],
      ['2', 'z', 'w'],
    ]);
    athena.client.destroy();
    const { CrawlerMetricsList } = await glue.send(new GetCrawlerMetricsCommand({ CrawlerNameList: ['folder'] }));
    expect(CrawlerMetricsList).toMatchObject([{ TablesCreated: 1, TablesUpdated: 0 }]);
    const own = bridge.calls.filter(({ accessKey }) => accessKey === 'crawler-folder');
    expect(own.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['GetDatabase', 'ListObjectsV2', 'GetObject', 'CreateTable']),
    );
  });

  test('logs what differs, and changes nothing where it is told so', async () => {
    await make('catalog', { CatalogTargets: [{ DatabaseName: 'crawled', Tables: ['raw_sales'] }] });
    await putObject('landing', 'crawl/sales/c.csv', 'id;new\n1;2\n');
    const before = await columnsOf('raw_sales');
    expect((await crawl('catalog')).LastCrawl?.Status).toBe('SUCCEEDED');
    expect(await columnsOf('raw_sales')).toEqual(before);
    expect(await logOf('catalog')).toContain('Schema of crawled.raw_sales differs');
    const policy: SchemaChangePolicy = { UpdateBehavior: 'UPDATE_IN_DATABASE', DeleteBehavior: 'LOG' };
    await make('changing', { S3Targets: [{ Path: 's3://landing/crawl/sales' }] }, policy, 'crawled');
    await crawl('changing');
    expect(await columnsOf('raw_sales')).toEqual([...(before ?? []), 'new string']);
  });

  test('is one at a time, and stopped', async () => {
    for (let index = 0; index < 60; index += 1) await putObject('landing', `crawl/many/${index}.csv`, 'a;b\n1;2\n');
    await make('many', { S3Targets: [{ Path: 's3://landing/crawl/many/' }] }, LOG, 'crawled');
    await glue.send(new StartCrawlerCommand({ Name: 'many' }));
    await expect(glue.send(new StartCrawlerCommand({ Name: 'many' }))).rejects.toMatchObject({
      name: 'CrawlerRunningException',
    });
    await glue.send(new StopCrawlerCommand({ Name: 'many' }));
    for (;;) {
      const { Crawler: crawler } = await glue.send(new GetCrawlerCommand({ Name: 'many' }));
      if (crawler?.State !== 'READY') continue;
      expect(crawler.LastCrawl?.Status).toBe('CANCELLED');
      break;
    }
    await expect(glue.send(new StopCrawlerCommand({ Name: 'many' }))).rejects.toMatchObject({
      name: 'CrawlerNotRunningException',
    });
  });

  test('fails where its database is not there', async () => {
    await make('lost', { S3Targets: [{ Path: 's3://landing/crawl/sales/' }] }, LOG, 'nowhere');
    expect((await crawl('lost')).LastCrawl).toMatchObject({ Status: 'FAILED', ErrorMessage: expect.any(String) });
  });
});

test('what is not there is said to be so', async () => {
  await expect(crawl('none')).rejects.toMatchObject({ name: 'EntityNotFoundException' });
  await expect(glue.send(new GetClassifierCommand({ Name: 'none' }))).rejects.toMatchObject({
    name: 'EntityNotFoundException',
  });
  await expect(
    make('loose', { CatalogTargets: [{ DatabaseName: 'crawled', Tables: ['raw_sales'] }] }, {}),
  ).rejects.toMatchObject({ name: 'InvalidInputException' });
});
