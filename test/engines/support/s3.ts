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
  const escaped = key.split('/').map(encodeURIComponent).join('/');
  const response = await fetch(`${engines().moto.url}/${bucket}/${escaped}`, {
    method: 'PUT',
    headers: HEADERS,
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  if (!response.ok) throw new Error(`S3 answered ${response.status} to ${bucket}/${key}: ${await response.text()}`);
  return `s3://${bucket}/${key}`;
}
