/** AWS's JSON protocols, from the server's side. */

import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';

/** An error as a service answers it; the SDK's clients make an exception of that name of it. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    {
      status = 400,
      fields = {},
    }: { readonly status?: number; readonly fields?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

export interface Reply {
  readonly status: number;
  /** Names and values in turn, as they go over the wire. */
  readonly headers: readonly string[];
  readonly body: Buffer | Readable;
}

/** The actions of a service that the bridge does itself, by name. */
// biome-ignore lint/suspicious/noExplicitAny: each action has the SDK's own types of input and output
export type Actions = Readonly<Record<string, (input: any) => Promise<object> | object>>;

export function jsonReply(body: object, status = 200, type = 'application/x-amz-json-1.1'): Reply {
  return {
    status,
    headers: ['Content-Type', type, 'x-amzn-RequestId', randomUUID()],
    body: Buffer.from(stringify(body)),
  };
}

/** @param service S3 says it in XML */
export function errorReply(error: AwsError, service: string): Reply {
  const { code, message, status, fields } = error;
  if (service !== 's3') {
    const { headers, body } = jsonReply({ __type: code, message, Message: message, ...fields }, status);
    return { status, headers: [...headers, 'x-amzn-ErrorType', code], body };
  }
  const text = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, headers: ['Content-Type', 'application/xml'], body: Buffer.from(text) };
}

const LARGE = '\u0000integer ';

/** Times are seconds since 1970, bytes base64, a bigint is a number with all its digits, and NaN a text. */
export function stringify(body: object): string {
  const text = JSON.stringify(body, function (this: Record<string, unknown>, key: string, value: unknown) {
    const own = this[key];
    if (own instanceof Date) return own.getTime() / 1000;
    if (own instanceof Uint8Array) return Buffer.from(own).toString('base64');
    if (typeof own === 'number' && !Number.isFinite(own)) return String(own);
    return typeof own === 'bigint' ? `${LARGE}${own}` : value;
  });
  return text.replaceAll(/"\\u0000integer (-?\d+)"/g, '$1');
}
