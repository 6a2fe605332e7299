/** What the bridge does not do itself, moto does: bytes go through as they came. */

import { Agent, type IncomingMessage, request } from 'node:http';
import type { Reply } from './protocol.ts';

/** Between two hops of a connection, and nobody else's business. */
const OWN = new Set(['connection', 'keep-alive', 'transfer-encoding', 'expect']);

/** moto closes what is idle, and a request that meets the closing would fail. */
const agent = new Agent({ keepAlive: false });

/** @param body what was read of the request already; null where it is still to come */
export function passOn(moto: string, from: IncomingMessage, body: Buffer | null): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(moto);
    const headers = forwarded(from.rawHeaders);
    // With no length it goes in chunks, as it came.
    const chunked = body === null && from.headers['transfer-encoding'] !== undefined;
    const to = request({
      hostname,
      port,
      agent,
      method: from.method,
      path: from.url,
      headers: chunked ? [...headers, 'Transfer-Encoding', 'chunked'] : headers,
      setHost: false,
    });
    to.on('error', reject);
    to.on('response', (answer) =>
      resolve({ status: answer.statusCode ?? 502, headers: forwarded(answer.rawHeaders), body: answer }),
    );
    if (body === null) from.pipe(to);
    else to.end(body);
  });
}

function forwarded(raw: readonly string[]): string[] {
  return raw.filter((_, index) => !OWN.has((raw[index - (index % 2)] ?? '').toLowerCase()));
}
