import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { addressOf, download } from '../engines/install/download.mjs';

const CONTENT = 'x'.repeat(100_000);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');

let server: Server;
let address: string;
let folder: string;
let requests: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1;
    if (request.url === '/whole') response.end(CONTENT);
    else if (request.url === '/busy' && requests < 3) response.writeHead(503).end();
    else if (request.url === '/busy') response.end(CONTENT);
    else if (request.url === '/cut') {
      response.writeHead(200, { 'Content-Length': CONTENT.length });
      // Once the answer has come: one whose line breaks before is not there at all.
      response.write(CONTENT.slice(0, 1000), () => setTimeout(() => response.destroy(), 100));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  requests = 0;
  folder = mkdtempSync(join(tmpdir(), 'landfall-install-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

afterAll(() => {
  server.close();
});

const fetchInto = (path: string, sha256 = SHA256) => {
  const said: string[] = [];
  return download(`${address}${path}`, sha256, join(folder, 'file'), (line) => said.push(line)).then(() => said);
};

test('a file with the right checksum is kept and not fetched again', async () => {
  expect(await fetchInto('/whole')).toEqual([expect.stringMatching(/^downloaded http.*\/whole, 0 MB in \d+[.]\d s$/)]);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe(CONTENT);
  expect(await fetchInto('/whole')).toEqual([]);
  expect(requests).toBe(1);
  expect(readdirSync(folder)).toEqual(['file']);
});

test('a repository that is busy for a moment is asked again', async () => {
  const busy = `${address}/busy answered 503; once more`;
  expect(await fetchInto('/busy')).toEqual([busy, busy, expect.stringMatching(/^downloaded /)]);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe(CONTENT);
});

test('one with another checksum leaves nothing behind', async () => {
  const wanted = '0'.repeat(64);
  await expect(fetchInto('/whole', wanted)).rejects.toThrow(
    `${address}/whole has the SHA-256 ${SHA256}, expected ${wanted}; nothing was kept`,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test('nor does one that breaks off or is absent', async () => {
  await expect(fetchInto('/cut')).rejects.toThrow(`${address}/cut broke off`);
  await expect(fetchInto('/absent')).rejects.toThrow(`${address}/absent answered 404`);
  expect(readdirSync(folder)).toEqual([]);
});

test('a spoilt file of an earlier install is fetched again', async () => {
  writeFileSync(join(folder, 'file'), CONTENT.slice(1));
  await fetchInto('/whole');
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe(CONTENT);
});

test('addresses are those of a Maven repository', () => {
  const artifact = { part: 'trino', group: 'io.trino', artifact: 'a', version: '1', extension: 'tar.gz' };
  const whole = { ...artifact, sha256: '', into: '.' };
  expect(addressOf(whole)).toBe('https://repo1.maven.org/maven2/io/trino/a/1/a-1.tar.gz');
  expect(addressOf(whole, 'http://mirror/maven/')).toBe('http://mirror/maven/io/trino/a/1/a-1.tar.gz');
});
