/** The local adapters, by the sentences that those on AWS are held to. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { Database } from '../../../adapters/duckdb/database.ts';
import { ProtectKey } from '../../../adapters/duckdb/protect-key.ts';
import { createOps } from '../../../adapters/local/lake/catalog.ts';
import { Definitions } from '../../../adapters/local/lake/definitions.ts';
import { localCatalog } from '../../../adapters/local/lake/headers.ts';
import { hooksOf } from '../../../adapters/local/notify/index.ts';
import { reportFile } from '../../../adapters/local/report-file.ts';
import { catalogContract } from '../../ports/catalog.ts';
import { notifierContract } from '../../ports/notifier.ts';
import { protectKeyContract } from '../../ports/protect-key.ts';
import { reportStoreContract } from '../../ports/report-store.ts';

const home = mkdtempSync(join(tmpdir(), 'landfall-ports-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const databases: Database[] = [];
afterEach(() => {
  for (const database of databases.splice(0)) database.close();
});
catalogContract('DuckDB', async () => {
  const database = await Database.open({ file: null, readOnly: false, spill: join(home, 'spill') });
  databases.push(database);
  await createOps(database, await Definitions.open(database));
  return localCatalog(database);
});

let server: Server;
let told: unknown[];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    told.push(await json(request));
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  told = [];
});
afterAll(() => {
  server.close();
});
notifierContract('a webhook', async (isHeard) => {
  const warnings: string[] = [];
  const port = isHeard ? (server.address() as AddressInfo).port : 1;
  const environment = { LANDFALL_WEBHOOK_URL: `http://127.0.0.1:${port}/` };
  return { notifier: hooksOf(environment, (message) => warnings.push(message)), warnings, told: async () => told };
});

reportStoreContract('a file', async (load) => ({
  store: reportFile(join(home, 'report', 'index.html'), load),
  read: async (place) => readFileSync(place, 'utf8'),
}));

protectKeyContract('the environment', async (key) => new ProtectKey(key === null ? {} : { LANDFALL_PROTECT_KEY: key }));
