/** Objects in moto's S3, which asks for a signature and does not look at it. */

import { readFile } from 'node:fs/promises';
import { engines } from './engines.ts';

const HEADERS = {
  Authorization: 'AWS4-HMAC-SHA256 Credential=x/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x',
  // Of a form the body would be taken apart.
  'Content-Type': 'application/octet-stream',
};

/** @returns the object's address for Spark */
export async function putFile(bucket: string, key: string, path: string): Promise<string> {
  return putObject(bucket, key, await readFile(path));
}

export async function putObject(bucket: string, key: string, body: string | Buffer): Promise<string> {
  await ask('PUT', addressOf(bucket, key), typeof body === 'string' ? body : new Uint8Array(body));
  return `s3://${bucket}/${key}`;
}

export async function readObject(bucket: string, key: string): Promise<string> {
  return (await readBytes(bucket, key)).toString();
}

export async function readBytes(bucket: string, key: string): Promise<Buffer> {
  return Buffer.from(await (await ask('GET', addressOf(bucket, key))).arrayBuffer());
}

export async function deleteObject(bucket: string, key: string): Promise<void> {
  await ask('DELETE', addressOf(bucket, key));
}

/** @returns the sizes of what lies under a prefix, in bytes, by key */
export async function listObjects(bucket: string, prefix: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (let after = ''; ; ) {
    const query = new URLSearchParams({ 'list-type': '2', prefix, 'start-after': after });
    const page = await (await ask('GET', `${engines().moto.url}/${bucket}?${query}`)).text();
    const entries = [...page.matchAll(/<Key>([^<]*)<\/Key>.*?<Size>(\d+)<\/Size>/gs)];
    for (const [, key = '', size] of entries) found.set(key, Number(size));
    if (!page.includes('<IsTruncated>true</IsTruncated>')) return found;
    after = entries.at(-1)?.[1] ?? '';
  }
}

const addressOf = (bucket: string, key: string) =>
  `${engines().moto.url}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;

async function ask(method: string, url: string, body?: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  const response = await fetch(url, { method, headers: HEADERS, ...(body === undefined ? {} : { body }) });
  if (!response.ok) throw new Error(`S3 answered ${response.status} to ${method} ${url}: ${await response.text()}`);
  return response;
}
