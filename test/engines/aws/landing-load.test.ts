/** Files of a bucket, planned and loaded by the code that loads a folder's. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { awsCatalog } from '../../../adapters/aws/catalog.ts';
import { LandingBucket } from '../../../adapters/aws/landing/zone.ts';
import { TableFacts } from '../../../adapters/aws/ledger/facts.ts';
import { LedgerTable } from '../../../adapters/aws/ledger/table.ts';
import { Bucket } from '../../../adapters/aws/objects/bucket.ts';
import { Database } from '../../../adapters/duckdb/database.ts';
import { ProtectKey } from '../../../adapters/duckdb/protect-key.ts';
import { sha256 } from '../../../adapters/local/hasher.ts';
import { DuckDBLake } from '../../../adapters/local/lake/index.ts';
import { prepareEvolved } from '../../../core/pipeline/drift.ts';
import { headersOf } from '../../../core/pipeline/headers.ts';
import { listDataset } from '../../../core/pipeline/listing.ts';
import { loadTable } from '../../../core/pipeline/load.ts';
import { planDataset } from '../../../core/pipeline/plan.ts';
import type { Ports } from '../../../core/ports.ts';
import { SALES } from '../../support/contracts.ts';
import { makeBucket, makeTable, moto } from './stores.ts';

const home = mkdtempSync(join(tmpdir(), 'landfall-landing-load-'));
/** Of the function that loads; the one that plans is another, with a disk of its own. */
const scratch = join(home, 'loading');
let objects: Bucket;
let database: Database;
let ports: Ports;

beforeAll(async () => {
  objects = new Bucket(await makeBucket('landing'), moto());
  const zone = (folder: string) => new LandingBucket({ objects, scratch: folder, largeBytes: 1024 ** 2 });
  database = await Database.open({ file: null, readOnly: false, spill: join(home, 'spill') });
  const protection = new ProtectKey({});
  const facts = new TableFacts(new LedgerTable(await makeTable('facts'), moto()));
  ports = {
    landing: zone(join(home, 'planning')),
    lake: new DuckDBLake(database, zone(scratch), join(home, 'lake'), protection),
    catalog: awsCatalog({ facts, startsCrawlers: false, connection: moto() }),
    hasher: sha256,
    protection,
  } as Partial<Ports> as Ports;
});
afterAll(() => {
  database.close();
  rmSync(home, { recursive: true, force: true });
});

const HEADER = 'id,day,amount,note\n';

/** @param between is done after files were planned and before they are loaded */
async function load(between: () => Promise<unknown> = async () => undefined) {
  const [contract = SALES] = await prepareEvolved(ports.lake, [SALES]);
  const planned = await planDataset(ports, await listDataset(ports, contract, { full: false }));
  await ports.catalog.crawl(contract.dataset, headersOf(planned));
  await between();
  const [table] = planned.tables;
  const outcome = table === undefined ? null : await loadTable(ports, 'run', contract, table, [], new Map());
  return { skipped: planned.skipped, loaded: outcome?.filesLoaded ?? 0, left: outcome?.left ?? [] };
}

it('loads what landed, quick and careful, leaves what changed meanwhile, and frees the disk', async () => {
  await objects.put('shop/sales/a.csv', `${HEADER}1,2020-01-01,1,a\n`);
  await objects.put('shop/sales/b.csv.gz', gzipSync(`${HEADER}2,2020-01-01,2,"b\r\nc"\r\nragged\r\n`));
  await objects.put('shop/sales/c.csv', `${HEADER}3,2020-01-01,3,old\n`);
  const changed = await load(() => objects.put('shop/sales/c.csv', `${HEADER}3,2020-01-01,3,new\n`));
  expect(changed).toMatchObject({ loaded: 2, left: [{ code: 'file-changing', file: 'shop/sales/c.csv' }] });
  expect(readdirSync(scratch)).toEqual([]);
  expect(await load()).toEqual({ skipped: 2, loaded: 1, left: [] });
  expect(await load()).toEqual({ skipped: 3, loaded: 0, left: [] });
  expect(await database.rows('SELECT id, note, _source_file FROM shop.sales ORDER BY id')).toEqual([
    { id: 1, note: 'a', _source_file: 'shop/sales/a.csv' },
    { id: 2, note: 'b\r\nc', _source_file: 'shop/sales/b.csv.gz' },
    { id: 3, note: 'new', _source_file: 'shop/sales/c.csv' },
  ]);
  expect(await ports.catalog.headers('shop')).toEqual(new Map([['sales', ['id', 'day', 'amount', 'note']]]));
});
