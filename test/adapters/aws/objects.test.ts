/** What a line and a busy service do to a bucket, by a server that does it. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Bucket } from '../../../adapters/aws/objects/bucket.ts';
import { TransientError } from '../../../core/problems.ts';

const CONTENT = 'x'.repeat(100_000);
const LENGTH = { 'content-length': CONTENT.length };

let server: Server;
let folder: string;
let asked: { readonly method: string; readonly headers: IncomingMessage['headers'] }[];
/** By turn; the last one stays. */
let answers: ((response: ServerResponse, headers: IncomingMessage['headers']) => void)[];
let bucket: Bucket;

beforeEach(async () => {
  asked = [];
  folder = mkdtempSync(join(tmpdir(), 'landfall-objects-'));
  server = createServer(async (request, response) => {
    await buffer(request);
    asked.push({ method: request.method ?? '', headers: request.headers });
    (answers[asked.length - 1] ?? answers.at(-1))?.(response, request.headers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  bucket = new Bucket('lake', {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const whole = (response: ServerResponse) => response.writeHead(200, { ...LENGTH, etag: '"e"' }).end(CONTENT);
const cutOff = (response: ServerResponse) => {
  response.writeHead(200, { ...LENGTH, etag: '"e"' });
  response.write(CONTENT.slice(0, 50_000), () => response.destroy());
};
/** As a checksum of the whole would find it. */
const damaged = (response: ServerResponse) =>
  response.writeHead(200, { ...LENGTH, 'x-amz-checksum-crc32': 'AAAAAA==' }).end(CONTENT);
const refusing = (status: number, code: string) => (response: ServerResponse) =>
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>its words</Message></Error>`);

const codeOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  return {
    code: (error as { problems: { code: string }[] }).problems[0]?.code,
    passes: error instanceof TransientError,
  };
};

describe('a download', () => {
  const path = () => join(folder, 'x.csv');

  it.each([
    ['is cut off', cutOff],
    ['comes damaged', damaged],
    ['meets a service that is busy', refusing(503, 'SlowDown')],
  ])('that %s is tried again', async (_name, fault) => {
    answers = [fault, fault, whole];
    await bucket.download('a', path());
    expect(readFileSync(path(), 'utf8')).toBe(CONTENT);
    expect(asked).toHaveLength(3);
  });

  it('that is cut off each time leaves no half of a file', async () => {
    answers = [cutOff];
    expect(await codeOf(bucket.download('a', path()))).toEqual({ code: 'object-cut-off', passes: true });
    expect(asked).toHaveLength(5);
    expect(existsSync(path())).toBe(false);
  });

  it('asks for the object that was listed', async () => {
    answers = [cutOff, refusing(412, 'PreconditionFailed')];
    expect(await codeOf(bucket.download('a', path(), 'e'))).toEqual({ code: 'object-changed', passes: false });
    expect(asked.map(({ headers }) => headers['if-match'])).toEqual(['"e"', '"e"']);
  });

  it('that nobody may make names the right that is missing', async () => {
    answers = [refusing(403, 'AccessDenied')];
    expect(await codeOf(bucket.download('a', path()))).toEqual({ code: 'aws-denied', passes: false });
  });
});

describe('a conditional write', () => {
  const put = () => bucket.put('a', 'x', { onlyIf: 'absent' });

  it('that meets another under way is tried again, and learns who was first', async () => {
    const conflict = refusing(409, 'ConditionalRequestConflict');
    answers = [conflict, refusing(412, 'PreconditionFailed'), whole];
    expect(await put()).toBeNull();
    asked = [];
    answers = [conflict, whole];
    expect(await put()).toBe('e');
  });

  it('whose answer got lost is known for its own', async () => {
    let id: string | string[] | undefined;
    answers = [
      (response, headers) => {
        id = headers['x-amz-meta-landfall-write'];
        response.destroy();
      },
      refusing(412, 'PreconditionFailed'),
      (response) => response.writeHead(200, { etag: '"mine"', 'x-amz-meta-landfall-write': String(id) }).end(),
    ];
    expect(await put()).toBe('mine');
    expect(asked.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'HEAD']);
  });

  it('into a bucket that is not there is an error, and none of the conditions', async () => {
    answers = [refusing(404, 'NoSuchBucket')];
    expect(await codeOf(put())).toEqual({ code: 'aws-failed', passes: false });
  });
});

describe('removing', () => {
  const left = (code: string) => (response: ServerResponse) =>
    response.end(
      `<DeleteResult><Error><Key>a</Key><Code>${code}</Code><Message>its words</Message></Error></DeleteResult>`,
    );

  it.each([
    ['AccessDenied', false],
    ['InternalError', true],
  ])('what %s keeps there is an error', async (code, passes) => {
    answers = [left(code)];
    expect(await codeOf(bucket.remove(['a', 'b']))).toEqual({ code: 'not-removed', passes });
  });

  it('nothing asks nobody', async () => {
    await bucket.remove([]);
    expect(asked).toEqual([]);
  });
});
