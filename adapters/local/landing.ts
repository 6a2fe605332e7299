/** A folder as the landing zone. */

import { createHash, webcrypto } from 'node:crypto';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Inspection, LandedFile, LandingZone } from '../../core/ports.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';

const HEAD_BYTES = 64 * 1024;
/** Up to here a file is hashed in one piece, off the main thread. */
const QUOTE = 0x22;
const WHOLE_BYTES = 64 * 1024 * 1024;

export class LandingFolder implements LandingZone {
  private readonly root: string;
  /** For unpacked copies; emptied by whoever owns it. */
  private readonly scratch: string;

  constructor(root: string, scratch: string) {
    this.root = root;
    this.scratch = scratch;
  }

  /** @throws LandfallError exit code 2 where there is no such folder, 1 where it can't be read. */
  async check(): Promise<void> {
    const info = await stat(this.root).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw noFolder(this.root);
      throw unreadable(this.root, error);
    });
    if (!info.isDirectory()) {
      throw new LandfallError({
        code: 'landing-unreadable',
        file: this.root,
        message: 'expected a folder, found a file',
      });
    }
    await readdir(this.root).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(this.root, error);
    });
  }

  async list(dataset: string): Promise<readonly LandedFile[]> {
    const files: LandedFile[] = [];
    await this.walk(dataset, files);
    return files.sort((a, b) => a.modifiedAt - b.modifiedAt || (a.key < b.key ? -1 : 1));
  }

  async inspect(file: LandedFile): Promise<Inspection> {
    const path = this.path(file.key);
    try {
      const { contentHash, head, openQuote } = await (file.key.endsWith('.gz')
        ? readPacked(path)
        : readPlain(path, file.bytes));
      if (head.length === 0)
        return refused(contentHash, file.key, 'empty-file', 'an empty file, expected a header and rows');
      const text = textOf(head);
      if (text === null) return refused(contentHash, file.key, 'not-text', 'not a text file in UTF-8, expected CSV');
      return { readable: true, contentHash, head: text, openQuote };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code?.startsWith('Z_')) {
        const contentHash = await hashOf(path);
        return refused(
          contentHash,
          file.key,
          'broken-gzip',
          `cut off or damaged gzip (${message})`,
          'drop it again, whole',
        );
      }
      const problem: Problem = {
        code: 'file-unreadable',
        file: file.key,
        message: `can't be read: ${message}`,
        hint: 'check its permissions; the next run tries again',
      };
      return { readable: false, contentHash: null, problem };
    }
  }

  path(key: string): string {
    return join(this.root, ...key.split('/'));
  }

  /** The path of a file's unpacked bytes, which for a `.gz` is a copy. */
  async plainPath(key: string): Promise<string> {
    if (!key.endsWith('.gz')) return this.path(key);
    await mkdir(this.scratch, { recursive: true });
    const copy = join(this.scratch, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.csv`);
    await pipeline(createReadStream(this.path(key)), createGunzip(), createWriteStream(copy, { mode: 0o600 }));
    return copy;
  }

  private async walk(prefix: string, files: LandedFile[]): Promise<void> {
    const entries = await readdir(this.path(prefix), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw unreadable(this.path(prefix), error);
    });
    for (const { name } of entries.filter((entry) => !entry.name.startsWith('.'))) {
      const key = `${prefix}/${name}`;
      // A file may go between the listing and here.
      const info = await stat(this.path(key), { bigint: false }).catch(() => null);
      if (info === null) continue;
      if (info.isDirectory()) await this.walk(key, files);
      else if (info.isFile())
        files.push({ key, bytes: info.size, modifiedAt: Math.floor(info.mtimeMs), fingerprint: fingerprint(info) });
    }
  }
}

function fingerprint(info: Stats): string {
  return [info.size, info.mtimeMs, info.ctimeMs, info.ino].join('-');
}

interface Content {
  readonly contentHash: string;
  readonly head: Buffer;
  readonly openQuote: boolean;
}

async function readPlain(path: string, bytes: number): Promise<Content> {
  if (bytes > WHOLE_BYTES) {
    const scan = new Scan();
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      hash.update(chunk);
      scan.add(chunk);
    }
    return { contentHash: hash.digest('hex'), head: scan.head(), openQuote: scan.openQuote };
  }
  const content = await readFile(path);
  const digest = webcrypto.subtle.digest('SHA-256', content);
  const openQuote = hasOddQuotes(content);
  return { contentHash: Buffer.from(await digest).toString('hex'), head: content.subarray(0, HEAD_BYTES), openQuote };
}

/** Unpacks the whole file: an engine would take the sound part of a truncated one for all of it. */
async function readPacked(path: string): Promise<Content> {
  const scan = new Scan();
  await pipeline(createReadStream(path), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) scan.add(chunk);
  });
  return { contentHash: await hashOf(path), head: scan.head(), openQuote: scan.openQuote };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/** What is kept of a stream of bytes: its beginning, and whether its quotes pair. */
class Scan {
  openQuote = false;
  private readonly kept: Buffer[] = [];
  private length = 0;

  add(chunk: Buffer): void {
    if (this.length < HEAD_BYTES) this.kept.push(chunk);
    this.length += chunk.length;
    this.openQuote = this.openQuote !== hasOddQuotes(chunk);
  }

  head(): Buffer {
    return Buffer.concat(this.kept).subarray(0, HEAD_BYTES);
  }
}

/**
 * Whether the number of quotes is odd, four bytes at a time: 0.13 s for 350 MB, a third of a plain loop's time.
 * A byte of `word ^ 0x22222222` is zero where the text has a quote; the usual zero-byte trick sets its high bit.
 */
function hasOddQuotes(bytes: Buffer): boolean {
  let odd = 0;
  const start = Math.min((4 - (bytes.byteOffset % 4)) % 4, bytes.length);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + start, (bytes.length - start) >> 2);
  for (let i = 0; i < start; i++) odd ^= bytes[i] === QUOTE ? 1 : 0;
  for (let i = start + words.length * 4; i < bytes.length; i++) odd ^= bytes[i] === QUOTE ? 1 : 0;
  let bits = 0;
  for (let i = 0; i < words.length; i++) {
    const x = (words[i] as number) ^ 0x22222222;
    bits ^= ~(((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x | 0x7f7f7f7f);
  }
  return (odd ^ (bits >>> 31) ^ ((bits >>> 23) & 1) ^ ((bits >>> 15) & 1) ^ ((bits >>> 7) & 1)) === 1;
}

/** Null where the bytes hold what no text does. Single bytes that are not UTF-8 are a row's fault, not the file's. */
function textOf(head: Buffer): string | null {
  const firstLine = head.subarray(0, Math.max(0, head.indexOf(0x0a)) || head.length);
  if (head.includes(0) && firstLine.includes(0)) return null;
  const text = head.toString('utf8');
  const sample = head.subarray(0, 4096);
  const controls = sample.filter((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20)).length;
  const undecodable = sample.toString('utf8').split('\ufffd').length - 1;
  return controls + undecodable > 0.1 * sample.length ? null : text;
}

function refused(contentHash: string, file: string, code: string, message: string, hint?: string): Inspection {
  const problem: Problem = hint === undefined ? { code, file, message } : { code, file, message, hint };
  return { readable: false, contentHash, problem };
}

function noFolder(root: string): LandfallError {
  const hint = 'make it and drop files into <data set>/…, or name another with --landing';
  return new LandfallError({ code: 'no-landing', file: root, message: 'there is no such landing folder', hint }, 2);
}

function unreadable(path: string, error: NodeJS.ErrnoException): LandfallError {
  return new LandfallError({
    code: 'landing-unreadable',
    file: path,
    message: `the landing folder can't be read: ${error.code ?? error.message}`,
    hint: 'check its permissions',
  });
}
