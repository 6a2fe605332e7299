/** Requests against a server on a free port of this machine. */

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BearerSource } from '../../../adapters/shared/http-source.ts';

let answer: RequestListener;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const TOKEN = 'abc/def"ghi';
const source = (limits = { timeout: 5000, bytes: 1000 }) => new BearerSource('T', { T: TOKEN }, limits);

describe('BearerSource', () => {
  it('asks with the token, for JSON', async () => {
    let headers = {};
    answer = (request, response) => {
      headers = request.headers;
      response.end('{}');
    };
    expect(await source().get(url)).toEqual({
      kind: 'answer',
      status: 200,
      location: null,
      retryAfter: null,
      text: '{}',
    });
    expect(headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, accept: 'application/json' });
  });

  it('follows nothing, and reads no page that is none', async () => {
    answer = (_, response) => response.writeHead(302, { location: '/x', 'retry-after': '3' }).end('text');
    expect(await source().get(url)).toEqual({ kind: 'answer', status: 302, location: '/x', retryAfter: '3', text: '' });
  });

  it.each([false, true])('reads no page without an end (packed: %s)', async (packed) => {
    const body = Buffer.alloc(1001, 0x20);
    answer = (_, response) => {
      if (packed) response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
      else response.end(body);
    };
    const reply = await source().get(url);
    expect(reply).toEqual({ kind: 'failed', passing: false, reason: 'answered with more than 1000 bytes' });
    expect(await source({ timeout: 5000, bytes: 1001 }).get(url)).toMatchObject({ kind: 'answer' });
  });

  it.each([true, false])('does not wait for ever (headers come: %s)', async (begins) => {
    answer = (_, response) => {
      if (begins) response.writeHead(200).write('{');
    };
    const reply = await source({ timeout: 100, bytes: 1000 }).get(url);
    expect(reply).toEqual({ kind: 'failed', passing: true, reason: 'no whole answer in 0.1 s' });
  });

  it('tells a server that is not there by its code', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const reply = await source().get(`http://127.0.0.1:${port}/`);
    expect(reply).toEqual({ kind: 'failed', passing: true, reason: 'the connection failed (ECONNREFUSED)' });
  });

  it.each([TOKEN, 'abc\\/def\\"ghi', 'abc\\u002fdef\\u0022ghi', 'abc%2Fdef%22ghi'])(
    'hands on no token: %s',
    async (text) => {
      answer = (_, response) => response.end(`{"x":"${text}"}`);
      const reason = 'the answer has the token in it, which is never written';
      expect(await source().get(url)).toEqual({ kind: 'failed', passing: false, reason });
      answer = (_, response) => response.writeHead(302, { location: `/?${encodeURIComponent(TOKEN)}` }).end();
      expect(await source().get(url)).toEqual({ kind: 'failed', passing: false, reason });
    },
  );

  it.each([undefined, '', 'a b', 'a\nb', 'ä', ' a'])('takes no token %j, and does not say it', (token) => {
    const make = () => new BearerSource('T', token === undefined ? {} : { T: token });
    expect(make).toThrow(/expected T in the environment|^T has a space/);
  });
});
